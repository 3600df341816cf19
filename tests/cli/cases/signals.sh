# Interrupted in the middle: no part of an output, no temporary file, the source kept.
set -m  # else what runs in the background would ignore SIGINT
cat "$SAMPLES"/{text.txt,code.c,service.log} > source
cp source "$SCRATCH/source"

# interrupt SIGNAL COMMAND...: sends it while the command waits for the rest of its input, when a
# part of it has been read and coded.
interrupt() {
  local signal=$1 got=0 pid
  shift
  mkfifo "$SCRATCH/fifo"
  "$@" < "$SCRATCH/fifo" 2> /dev/null &
  pid=$!
  exec 9> "$SCRATCH/fifo"
  head -c 40000 "$SCRATCH/input" >&9
  sleep 0.5
  kill -"$signal" "$pid"
  wait "$pid" 2> /dev/null || got=$?
  exec 9>&-
  rm "$SCRATCH/fifo"
  ((got == 128 + $(kill -l "$signal"))) || die "ended by $got, not by $signal"
}

head -c 400000 /dev/urandom > "$SCRATCH/input"
lmzip c -q --method store --frame-size 10K < "$SCRATCH/input" > "$SCRATCH/input.lmz"
for signal in INT TERM HUP KILL; do
  interrupt "$signal" lmzip c --method store --frame-size 10K -o out.lmz
  expect_files source
done
mv "$SCRATCH/input.lmz" "$SCRATCH/input"
for signal in INT TERM KILL; do
  interrupt "$signal" lmzip d -o out
  expect_files source
done

# A command that runs in the background of a script, or under nohup, ignores the signals it was told to.
(trap '' INT; exec lmzip c --method store -o ignored.lmz < <(head -c 20000 "$SCRATCH/input"; sleep 1; echo end)) &
pid=$!
sleep 0.5
kill -INT "$pid"
wait "$pid"
lmzip d -c ignored.lmz | tail -c 4 | cmp - <(echo end)
rm ignored.lmz

# Compressing a file, with --rm: it stays until all is done.
head -c 3000000 /dev/zero | tr '\0' 'a' > large
lmzip c --rm -T 1 -m tiny --method lm --lanes 1 large 2> /dev/null &
pid=$!
sleep 0.3
kill -TERM "$pid"
got=0; wait "$pid" || got=$?
((got == 143)) || die "ended by $got"
expect_files source large

# Many files at once.
mkdir many
for number in $(seq 20); do cp large "many/$number"; done
lmzip c -q -r -m tiny --method lm --lanes 1 many &
pid=$!
sleep 0.3
kill -INT "$pid"
got=0; wait "$pid" || got=$?
((got == 130)) || die "ended by $got"
(($(find many -name '.*' -type f | wc -l) == 0)) || die "$(ls -A many)"
for number in $(seq 20); do
  [[ -e many/$number ]]
  [[ ! -e many/$number.lmz ]] || lmzip t "many/$number.lmz"
done
