# Neither starting nor native coding opens libtorch.
lmzip c -m tiny < "$SAMPLES/text.txt" > text.lmz
opened() { LD_DEBUG=files lmzip "$@" 2> "$SCRATCH/files" > /dev/null; }
opened --version
grep -q 'libstdc++' "$SCRATCH/files" || skip "the loader tells nothing"
for arguments in "--version" "d text.lmz -c" "c -c text.lmz -f"; do
  # shellcheck disable=SC2086
  opened $arguments
  if grep -E 'libtorch|libc10' "$SCRATCH/files"; then die "lmzip $arguments opens libtorch"; fi
done
