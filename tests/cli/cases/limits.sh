# --max-output and --memory refuse before they take.
cat "$SAMPLES"/{text.txt,records.json} > all
size=$(file_size all)
lmzip c -m tiny --method lm+mix --frame-size 4K all
rm all
expect 1 "lmzip: all.lmz: frame * at byte *: the content exceeds --max-output (100 bytes)" lmzip d --max-output 100 all.lmz
expect_files all.lmz
expect 1 "*exceeds --max-output ($((size - 1)) bytes)" lmzip d --max-output $((size - 1)) all.lmz
expect_files all.lmz
expect 0 "" lmzip d --max-output "$size" all.lmz
expect 0 "" lmzip d -f --max-output 1M all.lmz

# A bomb: 3 MB of zeros in a few bytes.
head -c 3000000 /dev/zero | lmzip c --method lm -m tiny --lanes 8 > bomb.lmz
(($(file_size bomb.lmz) < 20000)) || die "$(file_size bomb.lmz)"
expect 1 "*exceeds --max-output (1000000 bytes)" lmzip d --max-output 1000000 bomb.lmz
[[ ! -e bomb ]]

# Memory: what is needed, what is allowed.
expect 1 "*needs * MiB of memory in all, --memory allows 1 MiB" lmzip c -f --memory 1M --method lm+mix all
expect 1 "*needs * MiB of memory in all, --memory allows 1 MiB" lmzip d -f --memory 1M bomb.lmz
expect_files all all.lmz bomb.lmz
expect 1 "*--memory allows 0 MiB" lmzip c -f --memory 1 --method store all
head -c 3000000 /dev/urandom > noise
expect 1 "*--memory allows 4 MiB" lmzip c --memory 4M --method store noise
expect 0 "" lmzip c --memory 4M --method store --frame-size 1M noise
expect 0 "" lmzip t --memory 4M noise.lmz
# Frames wait for one another when they do not all fit at once.
expect 0 "" lmzip c -f --memory 20M --method store --frame-size 1M -T 8 noise

# The process obeys, too.
bash -c 'ulimit -v 200000; exec lmzip t --memory 20M -T 2 noise.lmz'
