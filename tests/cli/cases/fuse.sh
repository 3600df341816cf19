# File systems that lack what Linux's own have: FUSE knows no renaming without replacing.
((EUID == 0)) && [[ -e /dev/fuse ]] || skip "needs root and /dev/fuse"
unshare -m true 2> /dev/null || skip "no mounts here"
command -v bindfs ntfs-3g > /dev/null || skip "neither bindfs nor ntfs-3g"
cat > "$SCRATCH/case" <<'CASE'
set -euo pipefail
. "$HELPERS"
mkdir "$1" lower
case $1 in
  bindfs) bindfs --no-allow-other lower "$1" || exit 77 ;;
  ntfs) truncate -s 20M image && mkfs.ntfs -F -Q image > /dev/null 2>&1 && ntfs-3g image "$1" || exit 77 ;;
esac
mount=$PWD/$1
trap 'cd /; umount "$mount"' EXIT
cd "$1"
# (Where longer names are replaced, ntfs-3g leaves files of its own.)
for name in text.txt "$(printf 'n%.0s' $(seq 230))"; do
  cp "$SAMPLES/text.txt" "$name"
  expect 0 "" lmzip c "$name"
  expect 1 "*exists already*" lmzip c "$name"
  expect 0 "" lmzip c -f --rm "$name"
  expect 0 "" lmzip d "$name.lmz"
  cmp "$name" "$SAMPLES/text.txt"
  expect 0 "" lmzip d -f --rm "$name.lmz"
  cmp "$name" "$SAMPLES/text.txt"
  expect_files "$name"
  rm "$name"
done
cp "$SAMPLES"/* .
expect 0 "*" lmzip c -q -r --rm .
expect 0 "*" lmzip d -q -r --rm .
for file in "$SAMPLES"/*; do cmp "$file" "${file##*/}"; done
CASE
tried=0
for kind in bindfs ntfs; do
  command -v "${kind/ntfs/ntfs-3g}" > /dev/null || continue
  code=0
  (mkdir "$kind.case" && cd "$kind.case" && unshare -m bash "$SCRATCH/case" "$kind") || code=$?
  ((code == 77)) && continue
  ((code == 0)) || exit "$code"
  tried=1
done
((tried)) || skip "no FUSE mounts here"
