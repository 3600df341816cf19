# A full disk: exit code 1, a message, nothing left on it, the source kept.
require_mounts
cp "$SAMPLES/text.txt" .
cat > "$SCRATCH/case" <<'CASE'
set -euo pipefail
. "$HELPERS"
mkdir disk
mount -t tmpfs -o size=1m tmpfs disk
cp "$SAMPLES/random.bin" disk
head -c 2000000 /dev/urandom > noise
expect 1 "lmzip: disk/noise.lmz: cannot write: No space left on device" lmzip c --rm --method store -o disk/noise.lmz noise
[[ $(ls -A disk) == random.bin && -e noise ]] || die "$(ls -A disk)"
lmzip c --method store noise
rm noise
expect 1 "lmzip: disk/noise: cannot write: No space left on device" lmzip d --rm -o disk/noise noise.lmz
[[ $(ls -A disk) == random.bin && -e noise.lmz ]] || die "$(ls -A disk)"
CASE
unshare -m bash "$SCRATCH/case"
