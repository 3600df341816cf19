# Help and usage errors: exit codes, and what to do next.
expect 0 "" lmzip --help
expect_output "*-d|-t|-l*Commands:*filter*Examples:*lmzip c notes.txt*|*Exit codes:*Environment:*LMZIP_MODEL_PATH*"
for command in c d t l bench view sample eval models completion; do
  expect 0 "" lmzip "$command" --help
  expect_output "*Usage: lmzip $command *Examples:*lmzip $command*"
  # Fits a terminal of 88 columns.
  (($(wc -L < "$SCRATCH/out") <= 88)) || die "help of $command is $(wc -L < "$SCRATCH/out") columns wide"
done
expect 0 "" lmzip -h
cp "$SAMPLES/text.txt" .
expect 1 "lmzip: text.txt: not a command; to compress a file: 'lmzip c text.txt'*try 'lmzip --help'" lmzip text.txt
lmzip c text.txt
expect 1 "lmzip: text.txt.lmz: not a command; to decompress a file: 'lmzip d text.txt.lmz'*" lmzip text.txt.lmz
expect 1 "lmzip: compres: not a command; the commands are c, d, t, l,*try 'lmzip --help'" lmzip compres
expect 1 "lmzip: *--bogus*try 'lmzip c --help'" lmzip c --bogus
expect 1 "lmzip: unknown option --bogus*try 'lmzip --help'" lmzip --bogus
expect 1 "lmzip: *-o*try 'lmzip c --help'" lmzip c -o
expect 1 "lmzip: --effort '2': expected turbo|fast|default|max*try 'lmzip c --help'" lmzip c --effort 2 text.txt
expect 1 "lmzip: *" lmzip completion tcsh
expect 1 "lmzip: *" lmzip completion
expect_output ""
expect_files text.txt text.txt.lmz

# Sizes, as people write them; the content is longer than a segment.
cat text.txt{,} > long.txt
for size in 4096 4K 4k 4KiB 4KB 4kib; do
  lmzip c -m tiny --method lm --lanes 1 --frame-size 8K --segment "$size" -o - long.txt > sized.lmz
  lmzip l --json sized.lmz | json 'rows[0]["frames"][0]["segment_bytes"] == 4096'
done

# The flags of filters, joined and apart.
lmzip d -f text.txt.lmz
lmzip -dc text.txt.lmz | cmp - text.txt
lmzip -d -c text.txt.lmz | cmp - text.txt
lmzip --decompress --stdout text.txt.lmz | cmp - text.txt
lmzip -tv text.txt.lmz 2> /dev/null
lmzip -lv text.txt.lmz | grep 'frame 0' > /dev/null
lmzip -kf text.txt
lmzip -dkf text.txt.lmz
lmzip -9k < text.txt | lmzip -dc9 | cmp - text.txt
lmzip --effort max --decompress < text.txt.lmz | cmp - text.txt

# Levels, as logrotate and others pass them.
effort() { lmzip c -m tiny "$@" -c "$SAMPLES/text.txt" | sha256sum; }
[[ $(effort -1) == $(effort --effort turbo) && $(effort -2) == $(effort --effort fast) ]]
[[ $(effort --fast) == $(effort -3) && $(effort -1) != $(effort -3) ]]
[[ $(effort -9) == $(effort --effort max) && $(effort --best) == $(effort -1 -8) ]]
[[ $(effort -6) == $(effort) && $(effort -9 --effort default) == $(effort) ]]
[[ $(effort -1) != $(effort -9) ]]
