# --rm removes the file that was read, or nothing; nothing that one call reads is another's output.
# stopped_at CALL COMMAND...: in the background, until it stops itself before the first such call.
stopped_at() {
  FAULTS=$1:stop LD_PRELOAD=$SHIM "${@:2}" 2> "$SCRATCH/err" &
  pid=$!
  until [[ $(sed 's/.*) //' "/proc/$pid/stat") == T* ]]; do sleep 0.01; done
}
# go_on GLOB: it ends with 1 and this message.
go_on() {
  local got=0
  kill -CONT "$pid"
  wait "$pid" || got=$?
  # shellcheck disable=SC2053
  [[ $got == 1 && $(< "$SCRATCH/err") == $1 ]] || die "exit code $got, $(< "$SCRATCH/err")"
}
start_again() {
  rm -rf -- *
  seq 1 2000 > log
}

# Replaced when it has been read (log rotation), before the output is there.
start_again
stopped_at fsync "$(realpath "$(command -v lmzip)")" c --method store --rm log
echo "the only copy" > new && mv new log
go_on "lmzip: log: not removed: its name leads to another file now"
[[ $(< log) == "the only copy" ]]
lmzip d -c log.lmz | cmp - <(seq 1 2000)

# Written to, likewise.
start_again
stopped_at fsync "$(realpath "$(command -v lmzip)")" c --method store --rm log
echo more >> log
go_on "lmzip: log: not removed: had 8893 bytes when it was opened, now 8898"
[[ $(tail -n 1 log) == more ]]

# Grown or cut while it is read, with and without --rm: what was read is kept, and said.
# (Where -T says how many threads, nothing is read before.)
for rm in --rm -k; do
  start_again
  stopped_at read "$(realpath "$(command -v lmzip)")" c -T 1 --method store "$rm" log
  truncate -s 1000 log
  go_on "lmzip: log: changed while it was read: had 8893 bytes when it was opened, now 1000"
  [[ -e log ]]
  lmzip d -c log.lmz | cmp - log
done
start_again
lmzip c -q --method store log
stopped_at read "$(realpath "$(command -v lmzip)")" t -T 1 log.lmz
touch -d 2001-02-03 log.lmz
go_on "lmzip: log.lmz: changed while it was read: was written to"

# The output of one is another input: by name, through a link, by another way to it; in any order.
for other in foo.lmz ./foo.lmz soft hard "../${PWD##*/}/foo.lmz"; do
  for order in "foo $other" "$other foo"; do
    start_again
    seq 5 | lmzip c > foo.lmz
    cp foo.lmz "$SCRATCH/foo.lmz"
    ln -s foo.lmz soft && ln foo.lmz hard
    echo "the only copy" > foo
    # shellcheck disable=SC2086
    expect 1 "*foo: its output foo.lmz is another input of this call*" lmzip c -f $order
    [[ $(< foo) == "the only copy" ]]
    cmp foo.lmz "$SCRATCH/foo.lmz"
    lmzip d -c "$other.lmz" | cmp - foo.lmz
  done
done
start_again
mkdir d
echo small > d/a && lmzip c --rm d/a && lmzip c -f -k d/a.lmz
cp -a d "$SCRATCH/d"
expect 1 "*d/a.lmz.lmz: its output d/a.lmz is another input of this call*" lmzip d -r -f --rm d
[[ $(ls d) == $'a\na.lmz.lmz' && $(< d/a) == small ]]
cmp d/a.lmz.lmz "$SCRATCH/d/a.lmz.lmz"
# What only appears as an output of this call is no input of it.
start_again
expect 1 "*log.lmz: cannot open: No such file or directory*" lmzip c log log.lmz
expect_files log log.lmz

# The same file twice: one of both is done, nothing is lost.
start_again
expect 1 "*" lmzip c -f --rm log ./log
lmzip d -c log.lmz | cmp - <(seq 1 2000)
expect_files log.lmz

# Padding is a part of the file.
start_again
lmzip c --rm log
head -c 200000 /dev/zero >> log.lmz
expect 0 "" lmzip d --rm log.lmz
expect_files log

# Only where the output is a file on disk.
start_again
expect 1 "lmzip: log: --rm needs an output on disk; /dev/null is no regular file" lmzip c --rm -o /dev/null log
expect 1 "*--rm does not go with standard *" lmzip c --rm -o /dev/stdout log
mkfifo fifo
expect 1 "lmzip: log: --rm needs an output on disk; fifo is no regular file" lmzip c --rm -o fifo log
expect 1 "lmzip: fifo: not removed: is no regular file" lmzip c --rm -o out fifo < <(echo content > fifo)
[[ -p fifo ]]
# The names of descriptors stay, though files are behind them.
ln -s /proc/self/fd/0 stdin
expect 1 "lmzip: stdin: is no regular file; name the output with -o or -c" lmzip c --rm stdin < log
expect 1 "lmzip: stdin: not removed: is no regular file" lmzip c --rm -f -o out stdin < log
[[ -L stdin && -e log ]]
