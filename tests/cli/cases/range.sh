# d --range FROM:LEN writes just that part of the content, across frames and streams.
cat "$SAMPLES"/{text.txt,records.json,image.ppm} > all
size=$(file_size all)
lmzip c -m tiny --method lm+mix --frame-size 4000 --lanes 2 --segment 256 all
for range in 0:1 0:100 100:1 3999:2 4000:4000 3000:9000 "$((size - 5)):5" "$((size - 5)):100" "$size:10" \
             "$((size + 1000)):10" 7:0; do
  from=${range%:*} length=${range#*:}
  lmzip d --range "$range" -c all.lmz | cmp - <(tail -c +$((from + 1)) all | head -c "$length") || die "$range"
  lmzip d --range "$range" < all.lmz | cmp - <(tail -c +$((from + 1)) all | head -c "$length") || die "$range"
done
lmzip d --range 5K: -c all.lmz | cmp - <(tail -c +5121 all)
lmzip d --range 1K:1K -c all.lmz | cmp - <(tail -c +1025 all | head -c 1024)
lmzip d --range 18446744073709551615:18446744073709551615 -c all.lmz | cmp - /dev/null

cat all.lmz all.lmz > two.lmz
lmzip d --range "$((size - 10)):20" -c two.lmz | cmp - <(tail -c 10 all; head -c 10 all)

# Damage outside of the range does not matter; a cap counts what is written only.
cp all.lmz hurt.lmz
printf '\xff\x01\x02' | dd of=hurt.lmz bs=1 seek=$(($(file_size hurt.lmz) - 200)) conv=notrunc status=none
lmzip d --range 100:200 -c hurt.lmz | cmp - <(tail -c +101 all | head -c 200)
expect 2 "*hurt.lmz: frame *" lmzip d -c hurt.lmz
lmzip d --range 100:200 --max-output 200 -c all.lmz | cmp - <(tail -c +101 all | head -c 200)

for bad in 5 x:5 5:x -5:5 5:-5 :; do
  expect 1 "*--range*FROM:LEN*try 'lmzip *--help'" lmzip d "--range=$bad" -c all.lmz
  expect_output ""
done

# A part does not get the name of the whole, and the whole is not removed for it.
cp all kept && cp all.lmz kept.lmz
expect 1 "*--range needs -o or -c: *" lmzip d --range 0:5 kept.lmz
expect 1 "*--range needs -o or -c: *" lmzip d -f --range 0:5 kept.lmz
expect 1 "*--range needs -o or -c: *" lmzip d -f --range 5: - kept.lmz < all.lmz
expect 1 "*--rm does not go with --range*" lmzip d -f --rm --range 0:5 kept.lmz
expect 1 "*--rm does not go with --range*" lmzip d --rm --range 0:5 -o part kept.lmz
cmp kept all && cmp kept.lmz all.lmz && [[ ! -e part ]]
expect 0 "" lmzip d --range 0:5 -o part kept.lmz
cmp part <(head -c 5 all)
expect 0 "" lmzip d -f --rm --range 0: kept.lmz  # all of it
cmp kept all && [[ ! -e kept.lmz ]]

# Beyond the end: what there is, and a warning.
expect 0 "lmzip: all.lmz: the range goes beyond the end of the content: 5 bytes written" \
  lmzip d --range "$((size - 5)):6" -c all.lmz
expect 0 "" lmzip d --range "$((size - 5)):5" -c all.lmz
expect 0 "" lmzip d --range "$((size - 5)):" -c all.lmz
expect 0 "" lmzip d --range "$((size + 5)):0" -c all.lmz
expect 0 "*beyond the end of the content: 0 bytes written" lmzip d --range "$size:" -c all.lmz
expect 0 "" lmzip d -q --range "$size:1" -c all.lmz
expect 0 "*" lmzip d --json --range "$size:1" -o part -f all.lmz
json '"beyond the end" in rows[0]["warnings"][0] and rows[0]["exit_code"] == 0' < "$SCRATCH/out"
