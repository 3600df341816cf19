# lmzcat and unlmz, and what is not compressed among what is to be decompressed.
cp "$SAMPLES"/{text.txt,code.c,random.bin} .
lmzip c -q text.txt code.c
cp text.txt.lmz no-suffix
lmzcat text.txt.lmz | cmp - text.txt
lmzcat no-suffix code.c.lmz | cmp - <(cat text.txt code.c)
lmzcat < code.c.lmz | cmp - code.c
unlmz -f text.txt.lmz && cmp text.txt <(lmzip d -c no-suffix)
unlmz < code.c.lmz | cmp - code.c
unlmz -tv code.c.lmz 2> /dev/null
[[ $(unlmz --version) == "$(lmzip --version)" ]]
# Names may look like commands.
cp code.c.lmz d
lmzcat d | cmp - code.c

# Mixed with what is compressed, in any place; from standard input; of any length.
: > empty
printf '\xd1' > one
printf '\xd1L' > two
for plain in empty one two code.c random.bin; do
  lmzcat "$plain" | cmp - "$plain"
  lmzip -dcf < "$plain" | cmp - "$plain"
  lmzip -df < "$plain" | cmp - "$plain"
  lmzip d -c -f text.txt.lmz "$plain" text.txt.lmz | cmp - <(cat text.txt "$plain" text.txt)
done
cat code.c random.bin{,,,,} > long
(cat code.c && sleep 0.1 && cat random.bin{,,,,}) | lmzcat | cmp - long
lmzip d -cf --json code.c 2>&1 > "$SCRATCH/plain" |
  json 'rows[0]["raw_bytes"] == rows[0]["coded_bytes"] > 0 and rows[0]["methods"] == []'
# Only with -f, and only as a whole to standard output; what begins as a stream must be one.
expect 2 "lmzip: code.c: *" lmzip d -c code.c
expect 2 "lmzip: code.c: *" lmzip d -f -o out code.c
expect 2 "lmzip: code.c: *" lmzip d -cf --range 0:10 code.c
expect 2 "lmzip: code.c: *" lmzip d -cf --keep-going code.c
expect 2 "lmzip: code.c: *" lmzip t -f code.c
head -c 40 text.txt.lmz > cut
expect 2 "lmzip: cut: *" lmzcat cut
expect 1 "lmzip: code.c: the content exceeds --max-output (100 bytes)" lmzip d -cf --max-output 100 code.c
expect_output ""
expect_files code.c code.c.lmz cut d empty long no-suffix one random.bin text.txt text.txt.lmz two
