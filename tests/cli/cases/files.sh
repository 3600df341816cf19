# Names, and the options that decide what is written where.
cp "$SAMPLES/text.txt" "$SAMPLES/code.c" .
expect 0 "" lmzip c text.txt
expect_files text.txt code.c text.txt.lmz
rm text.txt
expect 0 "" lmzip d text.txt.lmz
cmp text.txt "$SAMPLES/text.txt"
expect_files text.txt code.c text.txt.lmz

# --rm removes the source when all is written; -k, given last, keeps it.
rm text.txt
expect 0 "" lmzip d --rm text.txt.lmz
expect_files text.txt code.c
expect 0 "" lmzip c --rm -k text.txt
expect_files text.txt code.c text.txt.lmz
rm text.txt.lmz
expect 0 "" lmzip c --rm text.txt
expect_files code.c text.txt.lmz

# -o and -c.
expect 0 "" lmzip d -o out.txt text.txt.lmz
cmp out.txt "$SAMPLES/text.txt"
expect 0 "" lmzip d -c text.txt.lmz
cmp "$SCRATCH/out" "$SAMPLES/text.txt"
expect 0 "" lmzip d -o - text.txt.lmz
cmp "$SCRATCH/out" "$SAMPLES/text.txt"
expect 0 "" lmzip c -o code.bin code.c
expect 0 "" lmzip d -o back.c code.bin
cmp back.c code.c
lmzip c -o piped.lmz < code.c
lmzip d -o piped < piped.lmz
cmp piped code.c
expect 0 "" lmzip c -o /dev/null code.c
expect_files code.c text.txt.lmz out.txt code.bin back.c piped.lmz piped
rm -- *

# Many files: one summary, and one failure that does not stop the others.
cp "$SAMPLES"/{text.txt,code.c,records.json} .
expect 1 "*missing.txt: cannot open: No such file or directory*4 files:*; 1 failed" \
  lmzip c text.txt missing.txt code.c records.json
expect_files text.txt text.txt.lmz code.c code.c.lmz records.json records.json.lmz
expect 0 "" lmzip d -q -f text.txt.lmz code.c.lmz records.json.lmz
expect 0 "lmzip: 2 files: *" lmzip c -f text.txt code.c
rm -- *.lmz

# To one standard output, in their order: streams one after another.
lmzip c -q -c text.txt code.c records.json | lmzip d | cmp - <(cat text.txt code.c records.json)
lmzip c -q text.txt code.c
expect 0 "*2 files*" lmzip d -c code.c.lmz text.txt.lmz
cmp "$SCRATCH/out" <(cat code.c text.txt)

# Standard input among files: it alone goes to standard output.
rm -- *.lmz
lmzip c -q text.txt - code.c < records.json | lmzip d | cmp - records.json
lmzip d -q -f text.txt.lmz code.c.lmz
cmp text.txt "$SAMPLES/text.txt"
rm -- *.lmz

# Names that do not fit.
lmzip c text.txt
expect 1 "*text.txt.lmz: already ends in .lmz (-f compresses it again)" lmzip c text.txt.lmz
expect 0 "" lmzip c -f text.txt.lmz
expect 1 "*text.txt: does not end in .lmz; name the output with -o" lmzip d text.txt
expect 1 "*-o takes one input, there are 2" lmzip c -o x text.txt code.c
expect 1 "*--output excludes --stdout*" lmzip c -c -o x text.txt
expect 1 "*--rm does not go with standard *" lmzip c --rm -c text.txt
expect 1 "*--rm does not go with standard *" lmzip c --rm -o x
expect_files text.txt text.txt.lmz text.txt.lmz.lmz code.c records.json

# A name that starts with a dash, after --; spaces; a name that is no UTF-8.
rm -- *
for name in "-x" "two words" $'new\nline' $'\xff\xfe'; do
  cp "$SAMPLES/text.txt" "./$name"
  expect 0 "" lmzip c --rm -- "$name"
  expect_files "$name.lmz"
  expect 0 "" lmzip t -- "$name.lmz"
  expect 0 "" lmzip l -- "$name.lmz"
  expect 0 "" lmzip l --json -- "$name.lmz"
  json 'rows[0]["raw_bytes"] == 3036' < "$SCRATCH/out"
  expect 0 "" lmzip d --json --rm -- "$name.lmz"
  json 'rows[0]["raw_bytes"] == 3036' < "$SCRATCH/out"
  cmp -- "$name" "$SAMPLES/text.txt"
  expect 0 "*" lmzip c -v -- "$name"
  rm -- *
done
