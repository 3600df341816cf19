# Streams one after another, padding, and what does not belong there.
cp "$SAMPLES"/{text.txt,code.c} .
lmzip c -m tiny -c text.txt > one.lmz
lmzip c -m tiny --method store -c code.c > two.lmz
: | lmzip c > none.lmz
cat text.txt code.c > both

cat one.lmz none.lmz two.lmz > all.lmz
lmzip d -c all.lmz | cmp - both
lmzip d < all.lmz | cmp - both
expect 0 "" lmzip t all.lmz
lmzip l --json all.lmz > "$SCRATCH/out"
json 'rows[0]["streams"] == 3' < "$SCRATCH/out"

# Zero padding: behind a stream and between streams, as tapes and block devices have it.
for count in 1 13 511 200000; do
  (cat one.lmz; head -c "$count" /dev/zero) > padded.lmz
  lmzip d -c padded.lmz | cmp - text.txt
  (cat one.lmz; head -c "$count" /dev/zero; cat two.lmz; head -c "$count" /dev/zero) > padded.lmz
  lmzip d < padded.lmz | cmp - both
  expect 0 "" lmzip t padded.lmz
done
(head -c 5 /dev/zero; cat one.lmz) > led.lmz
expect 2 "*led.lmz: byte 0: not an lmzip stream*" lmzip t led.lmz

# Other trailing bytes: an error, after the good content.
place=$(file_size one.lmz)
for garbage in x "garbage of some length, longer than a header is" "LZIP" $'\xd1'; do
  (cat one.lmz; printf %s "$garbage") > trailing.lmz
  expect 2 "lmzip: trailing.lmz: byte $place: *" lmzip d -c trailing.lmz
  cmp "$SCRATCH/out" text.txt
  expect 2 "lmzip: trailing.lmz: byte $place: *" lmzip d -o out trailing.lmz
  [[ ! -e out ]]
  expect 2 "lmzip: trailing.lmz: byte $place: *" lmzip d --keep-going -o out trailing.lmz
  cmp out text.txt
  rm out
done
(cat one.lmz; printf '\0\0\0garbage') > trailing.lmz
expect 2 "lmzip: trailing.lmz: byte $((place + 3)): trailing bytes that are no lmzip stream*" lmzip t trailing.lmz

# Nothing at all is no stream.
expect 2 "lmzip: standard input: byte 0: *" lmzip d
: > void.lmz
expect 2 "lmzip: void.lmz: byte 0: *" lmzip d void.lmz
[[ ! -e void ]]
expect 2 "lmzip: text.txt: byte 0: not an lmzip stream*" lmzip d -c text.txt
