# What -q, -v, --json and --progress say, and where.
cp "$SAMPLES"/{text.txt,code.c} .
expect 0 "" lmzip c text.txt
expect_output ""
# -v: what was done, by which method, model and instruction set, and how fast while it was done.
isa=$(lmzip --version | sed -n 's/^ISA \([^ ]*\).*/\1/p')
work="$isa, +([0-9.]) s of work, +([0-9.]) kB/s"
expect 0 "lmzip: text.txt: 3,036 bytes of content, * compressed (*%), lm+mix by model base, $work" lmzip c -f -v text.txt
expect_output ""
expect 0 "lmzip: text.txt: *, lm by model tiny, $work" lmzip c -f -v -m tiny --method lm text.txt
expect 0 "lmzip: text.txt.lmz: *, lm by model tiny, $work" lmzip t -v text.txt.lmz
expect 0 "lmzip: text.txt: *, stored" lmzip c -f -v --method store text.txt
: > nothing
expect 0 "lmzip: nothing: 0 bytes of content, +([0-9]) compressed" lmzip c -f -v nothing
# -vv: every frame.
expect 0 "lmzip: text.txt: frame at byte +([0-9]): 2,048 -> * bytes, lm, 2 lanes of 256-byte segments*frame at byte *: 988 -> *, lm by model tiny, *" \
  lmzip c -f -vv -m tiny --method lm --lanes 2 --segment 256 --frame-size 2K text.txt
expect 0 "*frame at byte +([0-9]): 2,048 -> * bytes, lm, *" lmzip d -f -vv text.txt.lmz
expect 0 "" lmzip c -f text.txt
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

json '"lm+mix" in rows[0]["methods"] and rows[0]["models"] == ["base"] and 0 < rows[0]["work_seconds"] < rows[0]["seconds"]' < "$SCRATCH/err"
# Waiting is no work: the input comes a second late.
mkfifo "$SCRATCH/fifo"
lmzip c -m tiny --json -c "$SCRATCH/fifo" > slow.lmz 2> "$SCRATCH/slow" &
exec 9> "$SCRATCH/fifo"
sleep 1
cat text.txt >&9
exec 9>&-
wait $!
json '1 <= rows[0]["seconds"] and rows[0]["work_seconds"] <= rows[0]["seconds"] - 0.99' < "$SCRATCH/slow"

# Progress: on a terminal, or when asked for; never else. On slow code, for it to have something to say.
export LMZIP_ISA=portable
cat "$SAMPLES"/{text.txt,code.c,records.json,service.log}{,} > all
frames=(-m tiny --method lm+mix --frame-size 1K --lanes 1 -T 1)
expect 0 "" lmzip c -f "${frames[@]}" all
expect 0 "*kB/s*ratio*%*left*" lmzip c -f "${frames[@]}" --progress always all
expect 0 "" lmzip c -f "${frames[@]}" --progress never all
# In time, even where there is nothing to tell yet; in order with messages; at the end, once at least.
lmzip c -m tiny --progress always -c "$SCRATCH/fifo" > slow.lmz 2> "$SCRATCH/slow" &
exec 9> "$SCRATCH/fifo"
for _ in $(seq 600); do [[ ! -s $SCRATCH/slow ]] || break; sleep 0.05; done
grep -q "0 kB" "$SCRATCH/slow" || die "no progress while the input is awaited: $(< "$SCRATCH/slow")"
cat all >&9
exec 9>&-
wait $!
expect 0 "*3 kB*100.0 %  0:00 left*" lmzip c -f -q -m tiny --progress always text.txt
expect 0 "*3 kB*100.0 %  0:00 left*" lmzip d -f -q --progress always text.txt.lmz
expect 1 "*missing: cannot open*" lmzip c -f --progress always missing
