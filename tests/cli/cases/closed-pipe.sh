# Whoever reads has gone: the end comes quietly, by SIGPIPE; nothing left behind.
head -c 300000 /dev/urandom > noise
lmzip c --method store noise
for command in "c --method store -c noise" "d -c noise.lmz"; do
  # shellcheck disable=SC2086
  { got=0; lmzip $command 2> "$SCRATCH/err" || got=$?; echo "$got" > "$SCRATCH/code"; } | head -c 10 > /dev/null
  [[ $(< "$SCRATCH/code") == $((128 + $(kill -l PIPE))) ]] || die "$command: exit code $(< "$SCRATCH/code")"
  [[ ! -s $SCRATCH/err ]] || die "$(< "$SCRATCH/err")"
done
# With the signal ignored it is an error like any other.
(trap '' PIPE; got=0; lmzip d -c noise.lmz 2> "$SCRATCH/err" || got=$?; echo "$got" > "$SCRATCH/code") | true
[[ $(< "$SCRATCH/code") == 1 && $(< "$SCRATCH/err") == "lmzip: standard output: cannot write: Broken pipe" ]] ||
  die "$(< "$SCRATCH/code") $(< "$SCRATCH/err")"
expect_files noise noise.lmz

# tar stops reading when it has what it looks for.
mkdir tree out
echo first > tree/0first
cp noise tree/z1 && cp noise tree/z2
tar -I "lmzip --method store" -cf tree.tar.lmz tree
expect 0 "" tar -I lmzip -C out -xf tree.tar.lmz --occurrence=1 tree/0first
[[ $(< out/tree/0first) == first ]]
rm -r tree out tree.tar.lmz

# Closed from the start.
closed() { "$@" >&-; }
expect 1 "lmzip: standard output: cannot write: Bad file descriptor" closed lmzip c -c noise
expect 1 "lmzip: standard output: cannot write*" closed lmzip --version
without_input() { "$@" <&-; }
expect 1 "lmzip: standard input: cannot read: Bad file descriptor" without_input lmzip c
expect_files noise noise.lmz
