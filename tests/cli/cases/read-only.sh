# A read-only file system: root meets it, too.
require_mounts
mkdir disk
cat > "$SCRATCH/case" <<'CASE'
set -euo pipefail
mount -t tmpfs -o size=1m tmpfs disk
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
