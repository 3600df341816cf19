# reference make: a reference out of files that are alike, which helps, is the same every time, and is not made of nothing.
mkdir -p records/deep empty
for i in $(seq 40); do
  echo "{\"number\": $((i * 7919)), \"customer\": {\"name\": \"customer $i\", \"country\": \"NL\"}, \"paid\": true, \"positions\": [$i, $((i * 31))]}" > "records/$i.json"
done
cp records/7.json records/deep/other.json
lmzip reference make records -o typical --size 2K
(($(file_size typical) <= 2048 && $(file_size typical) > 1900))
lmzip reference make records -o again --size 2K && cmp typical again
lmzip c -3 -m tiny -r --output-dir plain records
lmzip c -3 -m tiny -r --output-dir short --reference typical records
plain=$(cat plain/records/*.lmz | wc -c) short=$(cat short/records/*.lmz | wc -c)
((2 * short < plain)) || die "$short of $plain bytes"
lmzip d -r --reference typical --output-dir back short
cmp back/short/records/9.json records/9.json

expect 0 "*bytes of records/*" lmzip reference make records -o typical -f -vv
expect 0 "lmzip: 4522 bytes: 41 pieces of 41 samples" lmzip reference make -o typical -f -v records
find records -name '[1-9].json' -print0 | lmzip reference make --files0 - -o nine
grep -q 'customer 9' nine && ! grep -q 'customer 10' nine
lmzip reference make records --exclude '[1-9].json' -o - > others; grep -q 'customer 10' others

expect 1 "*name some*" lmzip reference make -o none
expect 1 "*no content*" lmzip reference make empty -o none
expect 1 "*typical*" lmzip reference make records -o typical
expect 1 "*--size*" lmzip reference make records -o none --size 0
expect 1 "*missing*" lmzip reference make records missing -o most
[[ -s most ]]
expect 1 "*" lmzip reference records -o none
[[ ! -e none ]]
