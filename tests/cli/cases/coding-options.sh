# --chunk, --lanes, --segment, --frame-size, --verify: what they do and which values they refuse.
cat "$SAMPLES"/{text.txt,code.c} > all
first() { lmzip l --json "$1" | python3 -c 'import json, sys
frames = json.loads(sys.stdin.readline())["frames"]
print(len(frames), frames[0]["lanes"], frames[0]["segment_bytes"], frames[0]["raw_bytes"])'; }

model=(-m tiny --method lm+mix -q -f)
lmzip c "${model[@]}" --lanes 4 --segment 256 all
[[ $(first all.lmz) == "1 4 256 $(file_size all)" ]] || die "$(first all.lmz)"
lmzip c "${model[@]}" --chunk 1KiB all
[[ $(first all.lmz) == "1 1 1024 $(file_size all)" ]] || die "$(first all.lmz)"
lmzip c "${model[@]}" --frame-size 1000 --lanes 1 all
[[ $(first all.lmz) == "5 1 "*" 1000" ]] || die "$(first all.lmz)"
for options in "--lanes 1 --segment 16" "--lanes 64 --segment 16" "--chunk 64M" "--frame-size 1 --method store" \
               "--frame-size 64M" "--frame-size 3K --lanes 2 --verify" "--lanes 32 --verify"; do
  # shellcheck disable=SC2086
  lmzip c "${model[@]}" $options all || die "$options"
  lmzip d -c all.lmz | cmp - all || die "$options"
done

# Fewer restarts predict better: the options reach the model.
lmzip c "${model[@]}" --chunk 32 -o short.lmz all
lmzip c "${model[@]}" --chunk 4K -o long.lmz all
(($(file_size long.lmz) < $(file_size short.lmz))) || die "chunks do not matter"

# Verified output is the same output.
lmzip c "${model[@]}" --verify -o verified.lmz all
lmzip c "${model[@]}" -o plain.lmz all
cmp verified.lmz plain.lmz

for bad in "--lanes 3" "--lanes 128" "--lanes -1" "--segment 8" "--segment 100" "--segment 128M" "--chunk 1000" \
           "--frame-size 0" "--frame-size 65M" "--frame-size -1" "--frame-size 1.5M" "--frame-size 5X" \
           "--frame-size 99999999999999999999" "--frame-size 18446744073709551615K" "-T -1" "-T 5000" "-T x" \
           "--method best" "--effort 11" "--engine steam" "--device abacus" "--chunk 1K --lanes 2" \
           "--chunk 1K --segment 1K" "--memory lots" "--max-output 5" "--range 1:2" "--progress maybe"; do
  # shellcheck disable=SC2086
  expect 1 "lmzip: *" lmzip c -m tiny $bad -o bad.lmz all
  [[ ! -e bad.lmz ]] || die "$bad made a file"
  expect_output ""
done
