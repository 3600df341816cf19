# Where the file system has no files without names, a temporary one stands beside the target: it is
# removed by failures and signals, and never the target itself. The shim answers as such a system.
cp "$SAMPLES/text.txt" .
named() { FAULTS=tmpfile:95,renameat2:22 LD_PRELOAD=$SHIM "$@"; }

expect 0 "" named lmzip c -o text.lmz text.txt
expect_files text.txt text.lmz
lmzip d -c text.lmz | cmp - text.txt
expect 1 "*text.lmz: exists already*" named lmzip c -o text.lmz text.txt
expect 0 "" named lmzip c -f -o text.lmz text.txt
head -c 300 text.lmz > cut.lmz
expect 2 "*cut.lmz: *" named lmzip d -o out cut.lmz
expect_files text.txt text.lmz cut.lmz

# start: in the background, writing out.lmz, until its temporary file is there; sets $pid.
start() {
  mkfifo "$SCRATCH/fifo"
  # In the background, or where the tests themselves run there, some would be ignored.
  env --default-signal FAULTS=tmpfile:95,renameat2:22 LD_PRELOAD="$SHIM" \
    lmzip c --method store -o out.lmz < "$SCRATCH/fifo" 2> /dev/null &
  pid=$!
  exec 9> "$SCRATCH/fifo"
  head -c 3000 text.txt >&9
  for _ in $(seq 500); do
    for fd in /proc/"$pid"/fd/*; do [[ ! $fd -ef .out.lmz.lmzip-0 ]] || break 2; done
    sleep 0.02
  done
  [[ $(stat -c %a .out.lmz.lmzip-0) == 600 ]] || die "others can read it"
}

# finish SIGNAL: how it has ended.
finish() {
  local got=0
  wait "$pid" 2> /dev/null || got=$?
  exec 9>&-
  rm "$SCRATCH/fifo"
  ((got == 128 + $(kill -l "$1"))) || die "ended by $got, not by $1"
}

# Every signal that ends a process and can be caught.
ulimit -c 0
for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE USR1 SEGV USR2 PIPE ALRM TERM STKFLT XCPU XFSZ VTALRM PROF IO PWR SYS RTMIN; do
  start
  kill -"$signal" "$pid"
  finish "$signal"
  expect_files text.txt text.lmz cut.lmz
done

# What SIGKILL leaves goes with the next run for this target; what a running process writes stays.
start
kill -KILL "$pid"
finish KILL
expect_files text.txt text.lmz cut.lmz .out.lmz.lmzip-0
start
first=$pid
expect 0 "" named lmzip c -o out.lmz text.txt
expect_files text.txt text.lmz cut.lmz out.lmz .out.lmz.lmzip-0
rm out.lmz
kill -KILL "$first"
finish KILL
expect 0 "" lmzip c -o out.lmz text.txt
expect_files text.txt text.lmz cut.lmz out.lmz
rm -- *

# Names of up to 255 bytes, when there is no room for more in a hidden one.
long=$(printf 'n%.0s' $(seq 251))
for name in "$long" "${long:11}" "${long:12}"; do
  cp "$SAMPLES/text.txt" "$name"
  expect 0 "" named lmzip c "$name"
  expect 0 "" lmzip c -f "$name"
  expect 0 "" named lmzip d -f --rm "$name.lmz"
  expect_files "$name"
  cmp "$name" "$SAMPLES/text.txt"
  rm -- *
done
