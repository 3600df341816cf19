# --memory is kept: resident memory is at most that, the program's own, the pages of the model's file
# (clean ones, which the system may drop), and for stacks and what is read ahead of every open file:
SLACK_KB=8192

# peak FILE COMMAND...: writes the most kB that the command had resident to FILE; its exit code.
peak() {
  python3 - "$@" << 'PYTHON'
import os, sys
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], 'w') as file: print(usage.ru_maxrss, file=file)
sys.exit(os.waitstatus_to_exitcode(status))
PYTHON
}

echo x > one
peak "$SCRATCH/own" lmzip c --method store -c one > /dev/null
own=$(< "$SCRATCH/own")

# keeps MIB MODEL_FILE COMMAND...: the command, with --memory, stays within it and exits with $code.
code=0
keeps() {
  local mib=$1 model=$2 got=0
  shift 2
  peak "$SCRATCH/peak" "$@" --memory "${mib}M" > "$SCRATCH/out" || got=$?
  ((got == code)) || die "exit code $got: $*"
  local most=$((mib * 1024 + own + $(file_size "$model") / 1024 + SLACK_KB))
  (($(< "$SCRATCH/peak") <= most)) || die "$(< "$SCRATCH/peak") kB of $most: $*"
}
base=$(dirname "$(readlink -f "$(command -v lmzip)")")/models/base.pt

# Large frames, of many files at once.
head -c 4000000 /dev/urandom > noise1
for i in $(seq 2 16); do ln noise1 noise$i; done
keeps 20 /dev/null lmzip c -q --method store noise*
keeps 12 /dev/null lmzip t -q noise*.lmz
# Recovery keeps a frame's data, and looks into it.
head -c 2000000 noise1.lmz > cut.lmz
code=2
keeps 16 /dev/null lmzip d -q --keep-going -c cut.lmz
code=0
rm noise?.lmz noise1?.lmz
keeps 72 "$base" lmzip c -q noise? --effort fast
# Of a model from a file, what is read counts.
keeps 88 /dev/null lmzip c -qf -m "$base" noise? --effort fast
expect 1 "lmzip: noise1: model base needs * MiB of memory in all, --memory allows 12 MiB" \
  lmzip c -f -m "$base" --memory 12M noise1
rm noise*

# Many small files, whose tables are kept for the next, then a large one.
mkdir files
for i in $(seq 10); do cat "$SAMPLES"/*; done > files/large
for i in $(seq 10 40); do tail -c $((i * 100)) files/large > "files/$i"; done
# It holds pictures and sounds, and so needs their sets.
keeps 140 "$base" lmzip c -q --effort fast files/?? files/large
keeps 106 "$base" lmzip t -q files/??.lmz files/large.lmz
# Where there is no room for these sets, the general one codes everything.
keeps 70 "$base" lmzip c -qf --effort fast files/large
keeps 70 "$base" lmzip t -q files/large.lmz

# 64 lanes, of which every one has its state of the model and its logits, decoded again at once.
keeps 30 "$TINY" lmzip c -q -m tiny --method lm --lanes 64 --verify files/large -o lanes.lmz
keeps 20 "$TINY" lmzip t -q lanes.lmz

# An input that does not fill a frame takes no frame's memory; one that does is refused with the need.
head -c 70000 files/large > above
keeps 72 "$base" lmzip c -q --segments off above
lmzip d -c above.lmz | cmp - above
head -c 17000000 /dev/zero > zeros
expect 1 "lmzip: zeros: a frame of 16777216 bytes needs * MiB of memory in all, --memory allows 72 MiB" \
  lmzip c --memory 72M --effort fast zeros
expect 1 "*: a frame of 2 bytes needs * MiB of memory in all, --memory allows 2 MiB" \
  lmzip c --memory 2M --effort fast one

# Threads whose predictors do not fit are done without.
keeps 64 "$base" lmzip c -qf -T 100 --method lm above
