# What is no regular file is written, not replaced, whatever it is called; -f or not.
cp "$SAMPLES/text.txt" .
lmzip c text.txt
ln -s /proc/self/fd/1 stdout
ln -s stdout indirect
ln -s /dev/null null
ln -s /dev/fd fd
for force in -f -k; do
  for name in stdout indirect "$PWD/stdout" fd/1 /dev/stdout /proc/self/fd/1; do
    lmzip c "$force" text.txt -o "$name" > out
    cmp out text.txt.lmz || die "$name"
    { echo before; lmzip d "$force" text.txt.lmz -o "$name"; echo after; } > out
    cmp out <(echo before; cat text.txt; echo after) || die "$name"
    echo before > out
    lmzip d "$force" text.txt.lmz -o "$name" >> out
    cmp out <(echo before; cat text.txt) || die "$name"
    lmzip d "$force" text.txt.lmz -o "$name" | cmp - text.txt
    lmzip d --json "$force" text.txt.lmz -o "$name" 2> "$SCRATCH/err" | cmp - text.txt
    json 'rows[0]["output"] == "-"' < "$SCRATCH/err"
  done
  exec 5> out
  lmzip d "$force" text.txt.lmz -o /dev/fd/5
  echo after >&5
  exec 5>&-
  cmp out <(cat text.txt; echo after)
  expect 0 "" lmzip c "$force" text.txt -o null
  mkfifo fifo
  cat fifo > out &
  expect 0 "" lmzip d "$force" text.txt.lmz -o fifo
  wait
  cmp out text.txt
  [[ -p fifo && -L stdout && -L indirect && -L null && -c /dev/null ]]
  rm fifo
done
expect 1 "lmzip: /dev/fd/77: cannot *" lmzip c -f -o /dev/fd/77 text.txt
got=0; lmzip c -f -o /dev/fd/1 text.txt >> text.txt 2> "$SCRATCH/err" || got=$?
[[ $got == 1 && $(< "$SCRATCH/err") == *"the same file" ]]

# A link to a regular file is replaced with -f, as zstd and xz do; the file stays.
echo precious > precious
ln -s precious link
expect 1 "lmzip: link: exists already (-f overwrites)" lmzip c -o link text.txt
expect 0 "" lmzip c -f -o link text.txt
[[ ! -L link && $(< precious) == precious ]]
ln -sf nowhere dangling
expect 1 "lmzip: dangling: exists already (-f overwrites)" lmzip c -o dangling text.txt
expect 0 "" lmzip c -f -o dangling text.txt
[[ ! -L dangling && ! -e nowhere ]]

# What is read without end, or waited for, is read only when told where to.
mkfifo fifo
expect 1 "lmzip: fifo: is no regular file; name the output with -o or -c" timeout 60 lmzip c fifo
expect 1 "lmzip: /dev/zero: is no regular file; name the output with -o or -c" timeout 60 lmzip c /dev/zero
expect 1 "lmzip: /dev/zero.lmz: cannot open: *" lmzip d /dev/zero.lmz
cat text.txt > fifo &
expect 0 "" lmzip c -f -o out fifo
cmp out text.txt.lmz
cat text.txt > fifo &
lmzip c -c fifo | cmp - text.txt.lmz
lmzip c -c <(cat text.txt) | cmp - text.txt.lmz
lmzip t <(cat text.txt.lmz)
