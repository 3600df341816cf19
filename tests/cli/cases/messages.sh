# What -q, -v, --json and --progress say, and where.
cp "$SAMPLES"/{text.txt,code.c} .
expect 0 "" lmzip c text.txt
expect_output ""
expect 0 "lmzip: text.txt: 3,036 bytes of content, * compressed (*%), * s, * kB/s" lmzip c -f -v text.txt
expect_output ""
expect 0 "*" lmzip c -f -vv text.txt
expect 0 "" lmzip c -f -q text.txt code.c
expect 1 "lmzip: missing: cannot open*" lmzip c -f -q missing text.txt

expect 1 "*" lmzip c -f --json text.txt missing code.c
json 'len(rows) == 3 and [row["exit_code"] for row in rows] == [0, 1, 0]' < "$SCRATCH/out"
json 'rows[0]["input"] == "text.txt" and rows[0]["output"] == "text.txt.lmz" and rows[0]["raw_bytes"] == 3036' < "$SCRATCH/out"
json 'rows[0]["coded_bytes"] == '"$(file_size text.txt.lmz)"' and rows[0]["seconds"] >= 0' < "$SCRATCH/out"
json '"cannot open" in rows[1]["errors"][0] and rows[1]["coded_bytes"] == 0' < "$SCRATCH/out"
expect 0 "*" lmzip d -f --json text.txt.lmz
json 'rows[0]["output"] == "text.txt" and rows[0]["raw_bytes"] == 3036 and rows[0]["errors"] == []' < "$SCRATCH/out"
# Content on standard output: the results go to standard error.
expect 0 "{*}" lmzip d -c --json text.txt.lmz
cmp "$SCRATCH/out" text.txt
json 'rows[0]["output"] == "-"' < "$SCRATCH/err"

# Progress: on a terminal, or when asked for; never else. On slow code, for it to have something to say.
export LMZIP_ISA=portable
cat "$SAMPLES"/{text.txt,code.c,records.json,service.log}{,} > all
frames=(-m tiny --method lm+mix --frame-size 1K --lanes 1 -T 1)
expect 0 "" lmzip c -f "${frames[@]}" all
expect 0 "*kB/s*ratio*%*left*" lmzip c -f "${frames[@]}" --progress always all
expect 0 "" lmzip c -f "${frames[@]}" --progress never all
