# --exclude, --skip-existing, --output-dir, --dry-run, and what -r says of what it passes over.
mkdir -p tree/a/b tree/c
cp "$SAMPLES/text.txt" tree/a/one.txt
cp "$SAMPLES/code.c" tree/a/b/two.c
cp "$SAMPLES/records.json" tree/c/three.json
ln -s ../a tree/c/link
mkfifo tree/c/fifo
echo part > tree/.x.lmzip-0
cp -a tree "$SCRATCH/tree"
coded() { find "$@" -name '*.lmz' | sort | tr '\n' ' '; }

# What is passed over is counted, and named with -v.
expect 0 "lmzip: passed over 3 (symbolic links: 1, no regular files: 1, being written: 1)
lmzip: 3 files: *, +([0-9]).[0-9][0-9] s, +([0-9]).[0-9] kB/s" lmzip c -r tree
expect 0 "*tree/c/link: passed over: is a symbolic link*" lmzip c -f -v -r tree
expect 0 "lmzip: tree/.x.lmzip-0: passed over: is being written*" lmzip l -v -r tree
expect 0 "lmzip: passed over 6 (*not ending in .lmz: 3)*3 files: *" lmzip t -r tree
expect 0 "" lmzip t -q -r tree

# Outputs that are there are complete: an interrupted run goes on where it was.
rm tree/a/b/two.c.lmz
expect 0 "*with their outputs there: 2)*1 files: *" lmzip c -r --skip-existing tree
expect 0 "*tree/a/one.txt: passed over: its output is there*" lmzip c -r -v --skip-existing --rm tree
[[ -e tree/a/one.txt ]]
lmzip c -r -q --skip-existing --json tree | json 'len(rows) == 3 and all(r["passed_over"] and r["exit_code"] == 0 for r in rows)'
# But not those of what has changed since.
echo more >> tree/a/one.txt
expect 1 "*tree/a/one.txt.lmz: exists already (-f overwrites)*; 1 failed" lmzip c -r --skip-existing tree
expect 0 "*with their outputs there: 2)*" lmzip c -r -f --skip-existing tree
lmzip d -c tree/a/one.txt.lmz | cmp - tree/a/one.txt
expect 0 "*with their outputs there: 3)*" lmzip d -r --skip-existing tree
rm tree/a/b/two.c
expect 0 "*with their outputs there: 2)*" lmzip d -r --skip-existing tree
cmp tree/a/b/two.c "$SCRATCH/tree/a/b/two.c"
# Killed in the midst of it, whatever stands there is whole.
find tree -name '*.lmz' -delete
for calls in 30 60 90; do
  FAULTS=$calls:kill LD_PRELOAD=$SHIM "$(realpath "$(command -v lmzip)")" c -r -q tree 2> /dev/null || true
done
lmzip c -r -q --skip-existing tree
lmzip t -r -q tree && [[ $(coded tree) == "tree/a/b/two.c.lmz tree/a/one.txt.lmz tree/c/three.json.lmz " ]]

# Patterns mean names, and paths below what was named or as they are.
for pattern in '*.txt' 'a/*.txt' 'tree/a/one*' 'one.tx?' '[o]ne.txt'; do
  find tree -name '*.lmz' -delete
  expect 0 "*excluded: 1*" lmzip c -r --exclude "$pattern" tree
  [[ $(coded tree) == "tree/a/b/two.c.lmz tree/c/three.json.lmz " ]] || die "$pattern: $(coded tree)"
done
find tree -name '*.lmz' -delete
expect 0 "*excluded: 2*" lmzip c -r --exclude a --exclude '*.json' tree tree/a/b/two.c
[[ $(coded tree) == "tree/a/b/two.c.lmz " ]]
expect 0 "lmzip: passed over 1 (excluded: 1)*" lmzip c -r --exclude tree/ tree
expect 0 "*excluded: 1*" lmzip c --exclude '*.txt' tree/a/one.txt
expect 1 "*--exclude*" lmzip c --exclude
find tree -name '*.lmz' -delete

# Below another folder, with the same tree, permissions included.
chmod 700 tree/a
expect 0 "*3 files: *" lmzip c -r --output-dir new/out tree
[[ $(coded new) == "new/out/tree/a/b/two.c.lmz new/out/tree/a/one.txt.lmz new/out/tree/c/three.json.lmz " ]]
[[ $(stat -c %a new/out/tree/a) == 700 && -z $(coded tree) ]]
expect 0 "*3 files: *" lmzip d -r --rm --output-dir back/ new/out/tree/
for file in a/one.txt a/b/two.c c/three.json; do cmp "back/tree/$file" "tree/$file"; done
[[ -z $(coded new) ]]
(cd tree && expect 0 "*3 files: *" lmzip c -r --output-dir ../dot .)
[[ $(coded dot) == "dot/a/b/two.c.lmz dot/a/one.txt.lmz dot/c/three.json.lmz " ]]
expect 0 "" lmzip c --output-dir flat tree/a/one.txt tree/a/b/../b/two.c -q
[[ $(coded flat) == "flat/one.txt.lmz flat/two.c.lmz " ]]
expect 0 "*with their outputs there: 3)*" lmzip c -r --skip-existing --output-dir dot tree/.
# The outputs are no inputs of the next run.
expect 0 "lmzip: 3 files*" lmzip d -r -f --output-dir dot/again dot
expect 0 "*folders of outputs: 1*" lmzip d -r -f --output-dir dot/again dot
[[ ! -e dot/again/dot/again ]]

# Nothing is written where two outputs would be one.
mkdir other && cp tree/a/one.txt other/one.txt
expect 1 "lmzip: tree/a/one.txt and other/one.txt would have the same output, never/one.txt.lmz" \
  lmzip c --output-dir never tree/a/one.txt other/one.txt
mkdir -p deep/one.txt.lmz && cp tree/a/one.txt deep/one.txt && cp tree/a/one.txt deep/one.txt.lmz/x
expect 1 "lmzip: never/deep/one.txt.lmz would be the output of deep/one.txt and the folder of other outputs" \
  lmzip c -r --output-dir never deep
expect 1 "*--output-dir needs names*" lmzip c --output-dir never < tree/a/one.txt
expect 1 "lmzip: *excludes*" lmzip c --output-dir never -o x tree/a/one.txt
expect 1 "lmzip: *excludes*" lmzip c --output-dir never -c tree/a/one.txt
[[ ! -e never ]]
echo > file
expect 1 "lmzip: file: cannot create the folder: *" lmzip c --output-dir file tree/a/one.txt

# A rehearsal writes nothing, and is right of what it has time to code as a whole.
rm -r deep && find . -name '*.lmz' -delete
find . | sort > "$SCRATCH/before"
lmzip c -r -q --dry-run --json tree > "$SCRATCH/estimate"
expect 0 "*tree/a/one.txt: * bytes, to never/tree/a/one.txt.lmz*" lmzip c -r -v --dry-run --output-dir never tree
expect_output "3 files: * bytes of content, about * compressed (* %), about +([0-9]).[0-9] s; nothing was written"
find . | sort | cmp - "$SCRATCH/before"
lmzip c -q -r tree
size=$(find tree -name '*.lmz' -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
json "rows[0]['files'] == 3 and rows[0]['passed_over'] == 3 and rows[0]['estimated_bytes'] == $size" < "$SCRATCH/estimate"
expect 1 "lmzip: tree/a/b/two.c.lmz: exists already*" lmzip c -r --dry-run tree
expect 0 "*with their outputs there: 3)" lmzip c -r --dry-run --skip-existing tree
expect_output "0 files: 0 bytes of content, about 0 compressed, about 0.0 s; nothing was written"
expect 1 "*--dry-run does not go with standard input" lmzip c --dry-run < file
# What is too much to code as a whole is judged by samples.
for i in {1..400}; do cat tree/a/one.txt tree/a/b/two.c; done > large
lmzip c --dry-run --json --effort fast large | json "0 < rows[0]['estimated_bytes'] < rows[0]['raw_bytes'] / 2 and rows[0]['estimated_seconds'] > 0"
