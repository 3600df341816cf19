# file(1) and desktops know the files: what is installed is what they take.
sources=$HERE/../../src/cli
printf 'hello\n' | lmzip c > stored.lmz
lmzip c -c "$SAMPLES/text.txt" > text.lmz
lmzip c --frame-size 4K -c "$SAMPLES/text.txt" "$SAMPLES/text.txt" > long.lmz
cat "$SAMPLES"/text.txt{,} | lmzip c --frame-size 4K > frames.lmz

command -v file > /dev/null || skip "no file(1)"
mime() { file -m "$sources/lmzip.magic" -b "$@"; }
for coded in *.lmz; do
  [[ $(mime --mime-type "$coded") == application/x-lmzip ]] || die "$coded: $(mime --mime-type "$coded")"
done
[[ $(mime stored.lmz) == "lmzip compressed data, version 4, one stored frame" ]] || die "$(mime stored.lmz)"
[[ $(mime text.lmz) == "lmzip compressed data, version 4, one frame" ]] || die "$(mime text.lmz)"
[[ $(mime frames.lmz) == "lmzip compressed data, version 4" ]] || die "$(mime frames.lmz)"
[[ $(mime --extension text.lmz) == lmz ]] || die "$(mime --extension text.lmz)"
[[ $(mime --mime-type "$SAMPLES/random.bin") != application/x-lmzip ]]
file -C -m "$sources/lmzip.magic" 2>&1 | grep -i -E 'warning|error' && die "the magic entry has errors"

command -v update-mime-database > /dev/null || skip "no update-mime-database"
mkdir -p mime/packages
cp "$sources/lmzip.xml" mime/packages
update-mime-database mime
grep -q '^50:application/x-lmzip:\*\.lmz$' mime/globs2
grep -q '^50:application/x-lmzip-compressed-tar:\*\.tar\.lmz$' mime/globs2
grep -q -a 'application/x-lmzip' mime/magic
