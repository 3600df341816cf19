# --engine torch: the same bytes where the plug-in is installed, a clear message where it is not.
cp "$SAMPLES/text.txt" .
lmzip c -m tiny --method lm -o native.lmz text.txt
got=0; lmzip c -m tiny --method lm --engine torch -o torch.lmz text.txt 2> "$SCRATCH/err" || got=$?
if [[ $(< "$SCRATCH/err") == *"the torch engine is not installed"* ]]; then
  ((got == 1))
  [[ ! -e torch.lmz ]]
  skip "the torch engine is not built"
fi
((got == 0)) || die "$(< "$SCRATCH/err")"
cmp native.lmz torch.lmz
lmzip d --engine torch -c native.lmz | cmp - text.txt
lmzip d --engine native -c torch.lmz | cmp - text.txt
expect 1 "*cuda*" lmzip c -m tiny --method lm --device cuda:99 -o x text.txt

# A pinned model decodes where it encoded; elsewhere the difference is named.
pinned=$SAMPLES/../../models/threads.pt
lmzip c -m "$pinned" -T 2 -o pinned.lmz text.txt
lmzip d -m "$pinned" -T 2 -c pinned.lmz | cmp - text.txt
expect 1 "*threads is 1, was 2*" lmzip d -m "$pinned" -T 1 -o x pinned.lmz
[[ ! -e x ]]
expect 1 "*--engine torch*" lmzip c -m "$pinned" --engine native -o x text.txt
lmzip l -v pinned.lmz | grep -q 'fingerprint.*threads=2'
rm pinned.lmz

export LMZIP_TORCH_PLUGIN=$PWD/none.so
expect 1 "*the torch engine does not start*none.so*" \
  lmzip c -m tiny --method lm --engine torch -o x text.txt
[[ ! -e x ]]
