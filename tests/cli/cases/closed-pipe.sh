# Whoever reads has gone: exit code 1 and a message, not a signal; nothing left behind.
head -c 300000 /dev/urandom > noise
lmzip c --method store noise
for command in "c --method store -c noise" "d -c noise.lmz"; do
  # shellcheck disable=SC2086
  { got=0; lmzip $command 2> "$SCRATCH/err" || got=$?; echo "$got" > "$SCRATCH/code"; } | head -c 10 > /dev/null
  [[ $(< "$SCRATCH/code") == 1 ]] || die "$command: exit code $(< "$SCRATCH/code")"
  [[ $(< "$SCRATCH/err") == "lmzip: standard output: cannot write: Broken pipe" ]] || die "$(< "$SCRATCH/err")"
done
expect_files noise noise.lmz
# Closed from the start.
closed() { "$@" >&-; }
expect 1 "lmzip: standard output: cannot write: Bad file descriptor" closed lmzip c -c noise
expect 1 "lmzip: standard output: cannot write*" closed lmzip --version
without_input() { "$@" <&-; }
expect 1 "lmzip: standard input: cannot read: Bad file descriptor" without_input lmzip c
expect_files noise noise.lmz
