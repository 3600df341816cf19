# t decodes and checks, and writes nothing.
cp "$SAMPLES"/{text.txt,code.c} .
lmzip c -q --rm text.txt code.c
expect 0 "" lmzip t text.txt.lmz
expect 0 "lmzip: 2 files: *" lmzip t text.txt.lmz code.c.lmz
expect_output ""
lmzip t < text.txt.lmz
expect_files text.txt.lmz code.c.lmz
printf '\0' | dd of=code.c.lmz bs=1 seek=100 conv=notrunc status=none
expect 2 "*code.c.lmz: frame 0 at byte 0: *2 files:*1 failed" lmzip t text.txt.lmz code.c.lmz
expect 0 "*text.txt.lmz: 3,036 bytes of content*" lmzip t -v text.txt.lmz
expect 0 "" lmzip t --json text.txt.lmz
json 'rows[0]["raw_bytes"] == 3036 and rows[0]["exit_code"] == 0 and rows[0]["output"] == ""' < "$SCRATCH/out"
expect 1 "*exceeds --max-output*" lmzip t --max-output 3035 text.txt.lmz
expect 1 "*missing.lmz: cannot open: No such file or directory" lmzip t missing.lmz
expect 1 "*is a directory*" lmzip t .
expect_files text.txt.lmz code.c.lmz
