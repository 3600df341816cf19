# Neither starting nor native coding opens libtorch.
lmzip c -m tiny < "$SAMPLES/text.txt" > text.lmz
LD_DEBUG=files lmzip --version 2>&1 > /dev/null | grep -q 'libstdc++' || skip "the loader tells nothing"
for arguments in "--version" "d text.lmz -c" "c -c text.lmz -f"; do
  # shellcheck disable=SC2086
  LD_DEBUG=files lmzip $arguments 2>&1 > /dev/null | grep -E 'libtorch|libc10' && die "lmzip $arguments opens libtorch"
done
true
