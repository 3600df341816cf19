# A full disk: exit code 1, a message, nothing left on it, the source kept.
cp "$SAMPLES/text.txt" .
lmzip c -q text.txt
expect 1 "lmzip: /dev/full: cannot write: No space left on device" lmzip c -o /dev/full text.txt
expect 1 "lmzip: /dev/full: cannot write: No space left on device" lmzip d -o /dev/full text.txt.lmz
full() { "$@" > /dev/full; }
expect 1 "lmzip: standard output: cannot write: No space left on device" full lmzip c -c text.txt
expect 1 "lmzip: standard output: cannot write: No space left on device" full lmzip d -c text.txt.lmz
expect 1 "lmzip: standard output: cannot write*" full lmzip l text.txt.lmz
expect 1 "lmzip: standard output: cannot write*" full lmzip --version
expect 1 "lmzip: standard output: cannot write*" full lmzip t --json text.txt.lmz

((EUID == 0)) && unshare -m true 2> /dev/null || exit 0
cat > "$SCRATCH/case" <<'CASE'
set -euo pipefail
. "$HELPERS"
mkdir disk
mount -t tmpfs -o size=1m tmpfs disk || exit 0
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
