# Inputs and outputs that are refused, with nothing changed.
cp "$SAMPLES/text.txt" .
lmzip c -q text.txt
cp text.txt.lmz before.lmz

expect 1 "lmzip: missing: cannot open: No such file or directory" lmzip c missing
expect 1 "lmzip: missing.lmz: cannot open: No such file or directory" lmzip d missing.lmz
expect 1 "lmzip: .: is a directory (-r goes into directories)" lmzip c .
expect 1 "lmzip: no/where/x: cannot create: No such file or directory" lmzip c -o no/where/x text.txt
expect 1 "lmzip: text.txt/x: cannot create: Not a directory" lmzip c -o text.txt/x text.txt
mkdir folder
expect 1 "lmzip: folder: *directory" lmzip c -o folder text.txt
expect 1 "lmzip: folder: *directory" lmzip c -f -o folder text.txt
rmdir folder

# The same file, by its name, by a link, through a pipe's ends.
expect 1 "lmzip: text.txt: input and output are the same file" lmzip c -f -o text.txt text.txt
ln text.txt hard
ln -s text.txt soft
expect 1 "*the same file" lmzip c -f -o hard text.txt
expect 1 "*the same file" lmzip c -f -o ./soft text.txt
expect 1 "*the same file" lmzip c -f -o text.txt soft
got=0; lmzip c -c text.txt >> text.txt 2> "$SCRATCH/err" || got=$?
[[ $got == 1 && $(< "$SCRATCH/err") == *"the same file" ]]
got=0; lmzip c < text.txt 1<> text.txt 2> "$SCRATCH/err" || got=$?
[[ $got == 1 && $(< "$SCRATCH/err") == *"the same file" ]]
rm hard soft

# What exists stays, unless -f.
expect 1 "lmzip: text.txt.lmz: exists already (-f overwrites)" lmzip c text.txt
expect 1 "lmzip: text.txt: exists already (-f overwrites)" lmzip d text.txt.lmz
expect 1 "*exists already*" lmzip c --rm text.txt
cmp text.txt.lmz before.lmz
echo old > text.txt.lmz
expect 0 "" lmzip c -f text.txt
cmp text.txt.lmz before.lmz
cmp text.txt "$SAMPLES/text.txt"
expect_files text.txt text.txt.lmz before.lmz

# A failure leaves the old output as it was, -f or not.
echo old > back
head -c 500 text.txt.lmz > cut.lmz
expect 2 "*" lmzip d -f -o back cut.lmz
[[ $(< back) == old ]]
rm cut.lmz back
