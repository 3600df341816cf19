# d --keep-going saves what is whole, says what is lost, and ends with 2.
python3 -c 'for number in range(2500): print(f"line {number:08}")' > all  # 14 bytes a line
lmzip c -m tiny --method lm --lanes 1 --frame-size 7000 all
frame() { lmzip l --json "$1" | python3 -c 'import json, sys
frame = json.loads(sys.stdin.readline())["frames"][int(sys.argv[1])]
print(frame["offset"], frame["coded_bytes"])' "$2"; }
read -r offset size < <(frame all.lmz 2)

# In the middle of a frame's payload: this frame is lost, all others are there.
cp all.lmz hurt.lmz
printf '\xaa\x55\xaa\x55' | dd of=hurt.lmz bs=1 seek=$((offset + size / 2)) conv=notrunc status=none
expect 2 "*hurt.lmz: frame 2 at byte $offset: *; try 'lmzip d --keep-going'" lmzip d hurt.lmz
[[ ! -e hurt ]]
expect 2 "lmzip: hurt.lmz: frame 2 at byte $offset: *content bytes 14000 to 20999 are lost*" lmzip d --keep-going hurt.lmz
cat <(head -c 14000 all) <(tail -c +21001 all) | cmp - hurt
expect 2 "*" lmzip d --keep-going -c hurt.lmz
cmp "$SCRATCH/out" hurt
expect 2 "*frame 2 at byte $offset*" lmzip t --keep-going hurt.lmz
expect 2 "*" lmzip d -f --keep-going --json hurt.lmz
json 'rows[0]["exit_code"] == 2 and "14000" in rows[0]["errors"][0] and rows[0]["raw_bytes"] == 28000' < "$SCRATCH/out"

# --rm keeps a damaged source.
expect 2 "*" lmzip d -f --rm --keep-going hurt.lmz
[[ -e hurt.lmz ]]

# In a frame's header: the next header is found.
cp all.lmz hurt.lmz
printf '\xaa\x55' | dd of=hurt.lmz bs=1 seek=$((offset + 1)) conv=notrunc status=none
expect 2 "*hurt.lmz: frame 2 at byte $offset: *" lmzip d -f --keep-going hurt.lmz
cat <(head -c 14000 all) <(tail -c +21001 all) | cmp - hurt

# The stream header; a cut; bytes inserted between frames.
cp all.lmz hurt.lmz
printf 'XXXX' | dd of=hurt.lmz bs=1 conv=notrunc status=none
expect 2 "*hurt.lmz: byte 0: *" lmzip d -f -m tiny --keep-going hurt.lmz
cmp all hurt
head -c $((offset + size / 2)) all.lmz > hurt.lmz
expect 2 "*hurt.lmz: frame 2 at byte $offset: *" lmzip d -f --keep-going hurt.lmz
cmp <(head -c 14000 all) <(head -c 14000 hurt)
cmp -n "$(file_size hurt)" hurt all
cat <(head -c "$offset" all.lmz) "$SAMPLES/random.bin" <(tail -c +$((offset + 1)) all.lmz) > hurt.lmz
expect 2 "*hurt.lmz: frame 2 at byte $offset: *" lmzip d -f --keep-going hurt.lmz
cmp all hurt

# Bytes that are missing from a payload: what was read of the next frame in their place is found again.
cat <(head -c $((offset + size / 2)) all.lmz) <(tail -c +$((offset + size / 2 + 8)) all.lmz) > hurt.lmz
expect 2 "*content bytes 14000 to 20999 are lost*" lmzip d -f --keep-going hurt.lmz
cat <(head -c 14000 all) <(tail -c +21001 all) | cmp - hurt

# A stored frame loses one checked unit of 64 KiB only.
head -c 350000 /dev/zero | tr '\0' 'z' > large
lmzip c --method store --rm large
printf 'y' | dd of=large.lmz bs=1 seek=200000 conv=notrunc status=none
expect 2 "*content bytes 196608 to 262143 are lost*" lmzip d --keep-going large.lmz
(($(file_size large) == 350000 - 65536)) || die "$(file_size large)"

# A small file that is cut gives what stands before the cut.
cat "$SAMPLES"/{text.txt,code.c,records.json} > small
size=$(file_size small)
lmzip c -m tiny --method lm+mix -f small
head -c $(($(file_size small.lmz) / 2)) small.lmz > hurt.lmz
expect 2 "*hurt.lmz: frame 0 at byte 0: *content bytes 0 to * are not verified*content bytes * to $((size - 1)) are lost" \
  lmzip d -f --keep-going hurt.lmz
cmp -n "$(file_size hurt)" hurt small
(($(file_size hurt) > size / 4)) || die "$(file_size hurt)"
expect 2 "*hurt.lmz: frame 0 at byte 0: *" lmzip d -f hurt.lmz

# What is whole is not touched by the option.
expect 0 "" lmzip d -f --keep-going all.lmz
