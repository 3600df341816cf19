# Neither starting nor native coding opens libtorch, and --version opens no file of its own.
if command -v ldd > /dev/null; then
  ldd "$(realpath "$(command -v lmzip)")" | grep -E 'libtorch|libc10' && die "linked with libtorch"
fi
lmzip c -m tiny < "$SAMPLES/text.txt" > text.lmz
for arguments in "--version" "d text.lmz -c" "c -c text.lmz -f"; do
  # shellcheck disable=SC2086
  LD_DEBUG=files lmzip $arguments 2> "$SCRATCH/files" > /dev/null
  grep -q 'libstdc++' "$SCRATCH/files" || skip "the loader tells nothing"
  grep -E 'libtorch|libc10' "$SCRATCH/files" && die "lmzip $arguments opens libtorch"
done

# Far above the target of 5 ms, as test machines are loaded; far below what a slow start would take.
python3 - <<'PYTHON'
import resource, subprocess
runs = 20
for _ in range(runs): subprocess.run(["lmzip", "--version"], stdout=subprocess.DEVNULL, check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
milliseconds = 1000 * (usage.ru_utime + usage.ru_stime) / runs
assert milliseconds < 30, f"{milliseconds:.1f} ms a start"
PYTHON
