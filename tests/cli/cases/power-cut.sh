# After a power cut: names lead to complete files, and the content of a source that is gone is in its
# output. The cut is a copy of the device under an ext4 at work; its names are on disk then (another
# file's sync writes the journal), while content that nobody synced is not.
((EUID == 0)) || skip "needs root, for a mount"
unshare -m true 2> /dev/null || skip "no mounts here"
command -v mkfs.ext4 > /dev/null || skip "no mkfs.ext4"
seq 1 20000 > plain
lmzip c -q --effort fast -o coded plain
echo old > old
cat > "$SCRATCH/case" <<'CASE'
set -euo pipefail
. "$HELPERS"
truncate -s 32M image && mkfs.ext4 -q -F image
mkdir disk after
mount -o loop image disk || exit 77

# cut NAME COMMAND...: leaves the state after it in after/.
cut_power() {
  sync -f disk
  "$@"
  sync disk/lost+found
  cp --sparse=always image snapshot
  mount -o loop snapshot after
}
restart() {
  umount after
  rm -r disk/[!l]*
}

cp plain disk/a
cut_power lmzip c -q --effort fast disk/a
cmp after/a plain
cmp after/a.lmz coded
restart
cp plain disk/a
cut_power lmzip c -q --effort fast --rm disk/a
[[ ! -e after/a ]] || cmp after/a plain
cmp after/a.lmz coded
restart
cp coded disk/a.lmz && cp old disk/a
cut_power lmzip d -q -f --rm disk/a.lmz
cmp after/a plain
restart
mkdir disk/many
for i in $(seq 20); do cp plain "disk/many/$i"; done
cut_power lmzip c -q -r --effort fast --rm disk/many
for i in $(seq 20); do cmp "after/many/$i.lmz" coded; done
restart
CASE
unshare -m bash "$SCRATCH/case"
