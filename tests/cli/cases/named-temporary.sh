# Where the file system has no files without names, a temporary one stands beside the target: it is
# removed by failures and signals, and never the target itself.
strace -o /dev/null true 2> /dev/null || skip "no strace"
cp "$SAMPLES/text.txt" .
set -m  # else what runs in the background would ignore SIGINT
# What a file system without O_TMPFILE answers.
nameless_fails() { strace -qq -f -o "$SCRATCH/trace" -P "$PWD" -e trace=openat -e inject=openat:error=EOPNOTSUPP "$@"; }

expect 0 "" nameless_fails lmzip c -o "$PWD/text.lmz" text.txt
grep -q 'O_TMPFILE.*INJECTED' "$SCRATCH/trace" || die "the failure was not met: $(< "$SCRATCH/trace")"
expect_files text.txt text.lmz
lmzip d -c text.lmz | cmp - text.txt
expect 1 "*text.lmz: exists already*" nameless_fails lmzip c -o "$PWD/text.lmz" text.txt
expect 0 "" nameless_fails lmzip c -f -o "$PWD/text.lmz" text.txt
head -c 300 text.lmz > cut.lmz
expect 2 "*cut.lmz: *" nameless_fails lmzip d -o "$PWD/out" cut.lmz
expect_files text.txt text.lmz cut.lmz

for signal in INT TERM HUP; do
  mkfifo "$SCRATCH/fifo"
  nameless_fails lmzip c -m tiny -o "$PWD/out.lmz" < "$SCRATCH/fifo" 2> /dev/null &
  wrapper=$!
  exec 9> "$SCRATCH/fifo"
  echo content >&9
  for _ in $(seq 100); do ls -A | grep '^\.out\.lmz\.' > /dev/null && break; sleep 0.05; done
  ls -A | grep '^\.out\.lmz\.' > /dev/null || die "no temporary file: $(ls -A)"
  kill -"$signal" "$(ls -A | sed -n 's/^\.out\.lmz\.\([0-9]*\)-.*/\1/p')"
  wait "$wrapper" || true
  exec 9>&-
  rm "$SCRATCH/fifo"
  expect_files text.txt text.lmz cut.lmz
done
