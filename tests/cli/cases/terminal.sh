# What depends on a terminal: compressed data, overwriting, progress, help.
cp "$SAMPLES"/{text.txt,code.c} .
lmzip c -q text.txt
expect 1 "" on_terminal "" lmzip c -c text.txt
expect_output "*compressed data is not written to a terminal (-f forces it)*"
expect 0 "" on_terminal "" lmzip c -f -c text.txt
expect 1 "" on_terminal "" lmzip c
expect_output "*is not written to a terminal*"
for command in d t l; do
  expect 1 "" on_terminal "" lmzip "$command"
  expect_output "*compressed data is not read from a terminal*"
done
expect 1 "" on_terminal "" lmzip c -o /dev/tty text.txt
expect_output "*is not written to a terminal*"
expect 0 "" on_terminal "" lmzip d -c text.txt.lmz
expect_output "THE LOCK-KEEPER*"
expect 1 "" on_terminal "" lmzip
expect_output "*lmzip c notes.txt*"  # help, with examples

echo old > code.c.lmz
for answer in n "" no; do
  expect 1 "" on_terminal "${answer:- }" lmzip c code.c
  expect_output "*code.c.lmz exists; overwrite? *code.c.lmz: not overwritten*"
  [[ $(< code.c.lmz) == old ]]
done
expect 0 "" on_terminal y lmzip c code.c
lmzip d -c code.c.lmz | cmp - code.c

# Progress, by itself; the line is gone at the end.
cat "$SAMPLES"/{text.txt,records.json,service.log}{,,} > all
slow=(c -f -m tiny --method lm+mix --lanes 1 --frame-size 1K -T 1 all)
expect 0 "" on_terminal "" env LMZIP_ISA=portable lmzip "${slow[@]}"
expect_output "*kB/s*ratio*left*"
[[ $(tail -c 4 "$SCRATCH/out" | od -An -tx1) == " 0d 1b 5b 4b" ]]
expect 0 "" on_terminal "" env LMZIP_ISA=portable lmzip d -c all.lmz  # not into the content
[[ $(tr -d '\r' < "$SCRATCH/out") == "$(< all)" ]]
expect 0 "" on_terminal "" env LMZIP_ISA=portable lmzip -q "${slow[@]:1}"
expect_output ""
