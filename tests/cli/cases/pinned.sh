# A pinned model restores what it compressed where it did; elsewhere the difference is named, and
# nothing wrong is written.
cp "$SAMPLES/text.txt" .
models=$SAMPLES/../../models
got=0; lmzip c -m "$models/threads.pt" -T 2 -o file.lmz text.txt 2> "$SCRATCH/err" || got=$?
if [[ $(< "$SCRATCH/err") == *"the torch engine is not installed"* ]]; then
  skip "the torch engine is not built"
fi
((got == 0)) || die "$(< "$SCRATCH/err")"
pinned=(-m "$models/threads.pt")

for method in lm mix lm+mix auto; do
  lmzip c "${pinned[@]}" -T 2 -f --method "$method" -o file.lmz text.txt
  lmzip d "${pinned[@]}" -T 2 -c file.lmz | cmp - text.txt
done
expect 0 "" lmzip c "${pinned[@]}" -T 2 -f --method lm --frame-size 600 --lanes 2 -o file.lmz text.txt
(($(file_size file.lmz) < $(file_size text.txt)))
expect 0 "" lmzip t "${pinned[@]}" -T 2 file.lmz
lmzip d "${pinned[@]}" -T 2 --range 500:300 -c file.lmz | cmp - <(tail -c +501 text.txt | head -c 300)
lmzip l -v file.lmz | grep 'fingerprint.*library=libtorch .*threads=2' > /dev/null
# Compressing it again gives the same bytes.
lmzip c "${pinned[@]}" -T 2 --method lm --frame-size 600 --lanes 2 -o again.lmz text.txt
cmp file.lmz again.lmz

# Somewhere else.
refused() { expect 1 "$1" lmzip d "${pinned[@]}" -T 2 -o back "$2"; [[ ! -e back ]]; }
expect 1 "*model threads is pinned*threads is 1, was 2" lmzip d "${pinned[@]}" -T 1 -o back file.lmz
[[ ! -e back ]]
"$DOCTOR" file.lmz "library=libtorch " "library=libtorch 0." > library.lmz
refused "*library is libtorch *, was libtorch 0.*" library.lmz
"$DOCTOR" file.lmz "device=cpu" "device=cuda H100" > device.lmz
refused "*device is cpu, was cuda H100" device.lmz
"$DOCTOR" file.lmz "types=" "types=x" > types.lmz
refused "*types is *, was x*" types.lmz
# Recovery does not get round it.
expect 1 "*threads is 1, was 2" lmzip d --keep-going "${pinned[@]}" -T 1 -o back file.lmz
[[ ! -e back ]]

# A fingerprint that lies: this model adds up otherwise with one thread. The checks find it.
"$DOCTOR" file.lmz "threads=2" "threads=1" > lie.lmz
expect 2 "*frame 0 at byte *" lmzip d "${pinned[@]}" -T 1 -o back lie.lmz
[[ ! -e back ]]
expect 2 "*" lmzip t "${pinned[@]}" -T 1 lie.lmz
expect 2 "*" lmzip d --keep-going "${pinned[@]}" -T 1 -o back lie.lmz
[[ ! -s back ]] || die "$(file_size back) bytes were written"

# Models that cannot be trusted, found while encoding.
expect 1 "*model unrepeatable does not repeat itself*" \
  lmzip c -m "$models/unrepeatable.pt" --method lm -o x text.txt
printf 'a\377b' > byte255
expect 1 "*logit of token * is *nan*" lmzip c -m "$models/nan.pt" --method lm -o x byte255
expect 1 "*a pinned model, on cpu needs --engine torch" lmzip c "${pinned[@]}" --engine native -o x text.txt
expect 1 "*device cuda:99: *" lmzip c "${pinned[@]}" --device cuda:99 -o x text.txt
[[ ! -e x ]]
