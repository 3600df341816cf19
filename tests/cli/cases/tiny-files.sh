# Small files take the short form: at most 12 bytes beside what they hold, and no more than zstd's.
size_of() { lmzip c -c "$1" > coded.lmz; lmzip d -c coded.lmz | cmp - "$1"; file_size coded.lmz; }
check() {  # check FILE MOST
  local size
  size=$(size_of "$1")
  ((size <= $2)) || die "$1: $size bytes, at most $2 are due"
  command -v zstd > /dev/null || return 0
  zstd -q -19 -c "$1" > coded.zst
  ((size <= $(file_size coded.zst))) || die "$1: $size bytes, zstd $(file_size coded.zst)"
}
: > empty
check empty 13
echo "hello world" > hello
check hello 24
head -c 10000 /dev/zero | tr '\0' a > run
check run 22
for length in 1 2 3 5 8 13 21 34 55 80 100; do
  head -c "$length" "$SAMPLES/text.txt" > text
  check text $((length + 12))
  head -c "$length" "$SAMPLES/random.bin" > noise
  check noise $((length + 12))
done
head -c 2000 "$SAMPLES/random.bin" > noise
for method in store lm mix lm+mix auto; do
  lmzip c -c --method "$method" noise > coded.lmz
  (($(file_size coded.lmz) == 2011)) || die "$method: $(file_size coded.lmz)"
done

# A listing tells as much as of others.
lmzip c -m tiny --method lm+mix -c "$SAMPLES/text.txt" > one.lmz
lmzip l --json one.lmz > "$SCRATCH/out"
json 'len(rows[0]["models"][0]) == 8 and rows[0]["frames"][0]["offset"] == 0' < "$SCRATCH/out"
json 'rows[0]["frames"][0]["coded_bytes"] == rows[0]["coded_bytes"] == '"$(file_size one.lmz)" < "$SCRATCH/out"
expect 0 "" lmzip l one.lmz
expect_output "*lm+mix*tiny*"
