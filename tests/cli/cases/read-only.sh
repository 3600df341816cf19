# A read-only file system: root meets it, too.
((EUID == 0)) || skip "needs root, for a mount"
mkdir disk
unshare -m true 2> /dev/null || skip "no mounts here"
cat > "$SCRATCH/case" <<'CASE'
set -euo pipefail
mount -t tmpfs -o size=1m tmpfs disk || exit 77
cp "$SAMPLES/text.txt" disk
mount -o remount,ro disk
. "$HELPERS"
expect 1 "lmzip: disk/text.txt.lmz: cannot create: Read-only file system" lmzip c disk/text.txt
lmzip c -o out.lmz disk/text.txt
expect 1 "lmzip: disk/text.txt: exists already*" lmzip d -o disk/text.txt out.lmz
expect 1 "lmzip: disk/text.txt: cannot create: Read-only file system" lmzip d -f -o disk/text.txt out.lmz
expect 1 "*disk/text.txt: cannot remove: Read-only file system" lmzip c -o second.lmz --rm disk/text.txt
[[ -e second.lmz ]]  # what could not be removed is compressed all the same
CASE
unshare -m bash "$SCRATCH/case"
