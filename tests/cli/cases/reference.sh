# --reference: what it saves, what is refused by which words, parts, damage, threads, many files.
head -c 150000 /dev/urandom > first
{ head -c 70000 first; echo changed; tail -c +70001 first; cat "$SAMPLES/text.txt"; } > second
head -c 3000 first > other

# The next version of a file costs its changes, whatever the threads, and needs the one before.
for level in -1 -3; do
  lmzip c "$level" -m tiny --frame-size 66K --reference first -k -f second
  size=$(file_size second.lmz)
  ((size < 6000)) || die "$level: $size bytes"
  lmzip d --reference first -c second.lmz | cmp - second
  for threads in 1 4; do
    lmzip c "$level" -m tiny -T "$threads" --frame-size 66K --reference first -c second | cmp - second.lmz
  done
done
lmzip t --reference other --reference first second.lmz
lmzip d --reference first -c < second.lmz | cmp - second
lmzip l -v second.lmz > listing
grep -q '^  reference: 150000 bytes with XXH3 [0-9a-f]\{16\}$' listing
for range in 0:10 69990:30 140000:10000; do
  from=${range%:*} length=${range#*:}
  lmzip d --reference first --range "$range" -c second.lmz |
    cmp - <(tail -c +$((from + 1)) second | head -c "$length") || die "$range"
done
# With each frame by itself, and the reference in two parts.
head -c 75000 first > part1 && tail -c +75001 first > part2
lmzip c -1 -m tiny --independent --frame-size 66K --reference part1 --reference part2 -o parts.lmz second
(($(file_size parts.lmz) < 7000))
lmzip d --reference part1 --reference part2 -c parts.lmz | cmp - second
lmzip d --reference part2 --reference part1 -c parts.lmz | cmp - second

# Missing or wrong ones are named.
expect 1 "*second.lmz: this needs a reference of 150000 bytes with XXH3 * ?--reference?*" lmzip d -c second.lmz
expect_output ""
expect 1 "*?--reference?; other has 3000 bytes with XXH3 *" lmzip d --reference other -c second.lmz
expect_output ""
expect 1 "*this needs a reference of 150000 bytes*" lmzip t second.lmz
sed 's/a/b/' first > changed
expect 1 "*; changed has 150000 bytes with XXH3 *" lmzip d --reference changed -c second.lmz
expect 1 "*nowhere*No such file*" lmzip c --reference nowhere -c second
: > empty
expect 1 "*empty: a reference must not be empty*" lmzip c --reference empty -c second
expect 1 "*.: not a regular file*" lmzip c --reference . -c second

# Damage stays where it is.
cp second.lmz hurt.lmz
printf '\xff\x01\x02' | dd of=hurt.lmz bs=1 seek=$(($(file_size hurt.lmz) - 200)) conv=notrunc status=none
expect 2 "*hurt.lmz*" lmzip d --keep-going --reference first -o hurt hurt.lmz
cmp -n 60000 hurt second

# Many small files: the short form, which has a check of reference and model.
mkdir records
for i in $(seq 40); do
  printf '{"user": %d, "name": "somebody %d", "city": "Springfield", "active": true}\n' "$i" $((i * 7919)) > "records/$i.json"
done
cat records/[1-9].json > ref
cp -r records kept
lmzip c -3 -m tiny -r --reference ref records
(($(cat records/*.lmz | wc -c) < $(cat kept/* | wc -c) * 2 / 3))
expect 1 "*this needs the reference that it was made with ?--reference? ?check *" lmzip d -c records/20.json.lmz
expect 1 "*this needs another reference*; other has 3000 bytes*" lmzip d --reference other -c records/20.json.lmz
lmzip l -v records/20.json.lmz | grep -q '^  reference: check [0-9a-f]\{8\}$'
cat records/20.json.lmz second.lmz > both.lmz
lmzip d --reference first --reference ref -c both.lmz | cmp - <(cat kept/20.json second)
rm records/*.json
lmzip d -r --reference ref records
rm -f records/*.lmz
diff -r records kept
