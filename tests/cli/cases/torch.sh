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
expect 1 "*device cuda:99: *@(built without CUDA|no GPU|finds only)*" \
  lmzip c -m tiny --method lm --device cuda:99 -o x text.txt
for device in gpu cuda: cuda:x cpu:0; do
  expect 1 "*device $device: unknown, expected cpu, cuda or cuda:N" \
    lmzip c -m tiny --method lm --device "$device" -o x text.txt
done
expect 1 "*native engine*on cuda needs --engine torch" \
  lmzip c -m tiny --method lm --engine native --device cuda -o x text.txt

export LMZIP_TORCH_PLUGIN=$PWD/none.so
expect 1 "*the torch engine does not start*none.so*" \
  lmzip c -m tiny --method lm --engine torch -o x text.txt
[[ ! -e x ]]
expect 1 "*the torch engine does not start*none.so*" \
  lmzip d -m tiny --device cuda -o x native.lmz
[[ ! -e x ]]
