# Directories and lists of names.
mkdir -p tree/a/b tree/c
cp "$SAMPLES/text.txt" tree/a/one.txt
cp "$SAMPLES/code.c" tree/a/b/two.c
cp "$SAMPLES/records.json" tree/c/$'\xfe three'
: > tree/c/empty
ln -s ../a/one.txt tree/c/link
ln -s ../a tree/c/loop
cp -a tree "$SCRATCH/tree"

expect 1 "*tree: is a directory (-r goes into directories)" lmzip c tree
expect 0 "*4 files*" lmzip c -r tree
# Links are not followed: what they point to would be compressed twice.
(($(find tree -name '*.lmz' | wc -l) == 4)) || die "$(find tree -name '*.lmz')"
# What is compressed already is passed over.
expect 1 "*exists already*" lmzip c -r tree
find tree -name '*.lmz.lmz' | grep . && die "compressed twice"
expect 0 "*4 files*" lmzip t -r tree
expect 0 "lmzip: passed over 6 (symbolic links: 2, not ending in .lmz: 4)" lmzip l -r tree
expect_output "*tree/a/b/two.c.lmz*tree/a/one.txt.lmz*tree/c/empty.lmz*total of 4 files"
find tree -type f ! -name '*.lmz' -delete
expect 0 "*4 files*" lmzip d --rm -r tree
diff -r tree "$SCRATCH/tree"

# Nor what another process is writing, or has left.
echo part > tree/.one.txt.lmz.lmzip-0
echo mine > tree/.mine.lmzip-x
expect 0 "*5 files*" lmzip c -r tree
(($(find tree -name '*.lmz' | wc -l) == 5)) && [[ ! -e tree/.one.txt.lmz.lmzip-0.lmz ]]
rm tree/.*.lmzip-* && find . -name '*.lmz' -delete

# A file that is named is taken along; an empty folder is no error.
cp "$SAMPLES/text.txt" extra
expect 0 "*5 files*" lmzip c -r tree extra
mkdir void
expect 0 "" lmzip c -r void
find . -name '*.lmz' -delete

# NUL-terminated names, from a file and from standard input.
find tree -type f -print0 | sort -z > names
expect 0 "*4 files*" lmzip c --files0 names
find tree -name '*.lmz' -print0 | lmzip t -q --files0 -
find tree -name '*.lmz' -delete
printf 'extra' > names  # the last NUL may be missing
expect 0 "" lmzip c --files0 names
: > names
expect 0 "" lmzip c --files0 names
expect_output ""
expect 1 "*nowhere: cannot open: No such file or directory" lmzip c --files0 nowhere
