# l tells what compressed files hold, without decoding them.
cat "$SAMPLES"/* > all
lmzip c -m tiny --method lm+mix --lanes 2 --segment 512 --frame-size 10000 all
lmzip c -m tiny --method store -o stored.lmz all
: > empty
lmzip c empty
size=$(file_size all)

expect 0 "" lmzip l all.lmz stored.lmz empty.lmz
expect_output "*raw*coded*ratio*bits/byte*frames*method*model*check*file*lm+mix*tiny*XXH3*all.lmz*stored*stored.lmz*empty.lmz*total of 3 files"
(($(wc -l < "$SCRATCH/out") == 5)) || die "$(< "$SCRATCH/out")"
expect 0 "" lmzip l -v all.lmz
expect_output "*frame 0 *at 15 *10,000 -> *lm+mix*2 x 512 bytes*frame 1 *"
expect 0 "" lmzip l --json all.lmz stored.lmz
python3 - "$SCRATCH/out" "$size" "$(file_size all.lmz)" <<'PYTHON'
import json, sys
coded, stored = [json.loads(line) for line in open(sys.argv[1])]
size, coded_size = int(sys.argv[2]), int(sys.argv[3])
assert coded["file"] == "all.lmz" and coded["raw_bytes"] == size and coded["coded_bytes"] == coded_size
assert abs(coded["bits_per_byte"] - 8 * coded_size / size) < 1e-6 and coded["check"] == "XXH3"
assert len(coded["models"]) == 1 and len(coded["frames"]) == -(-size // 10000) and coded["streams"] == 1
assert sum(frame["raw_bytes"] for frame in coded["frames"]) == size
at = coded["frames"][0]["offset"]
for frame in coded["frames"]:
    assert frame["offset"] == at
    at += frame["coded_bytes"]
first = coded["frames"][0]
assert first["method"] in ("lm+mix", "stored") and first["lanes"] == 2 and first["segment_bytes"] == 512
assert stored["models"] == [] and stored["frames"][0]["method"] == "stored"
PYTHON

# Typed segments.
{ printf 'some words\nP5 40 30 255\n'; head -c 1200 /dev/zero | tr '\0' 'g'; } > drawn
lmzip c -m tiny --method mix drawn
expect 0 "" lmzip l -v drawn.lmz
expect_output "*frame 0 *mix*at *1,200 bytes  picture 8 bits, 40 bytes a row*"
expect 0 "" lmzip l --json drawn.lmz
json 'rows[0]["frames"][0]["segments"][0]["bytes"] == 1200' < "$SCRATCH/out"
lmzip c -f -m tiny --method mix --segments off drawn
expect 0 "" lmzip l --json drawn.lmz
json 'rows[0]["frames"][0]["segments"] == []' < "$SCRATCH/out"
expect 1 "*--segments 'on': expected auto|off*" lmzip c --segments on drawn

# What all of the content is, said by hand: in step in every frame.
expect 0 "" lmzip c --kind help
expect_output "*raw16le*rgb*table:BYTES*"
lmzip c -f -m tiny --method mix --kind rgb:10 --frame-size 500 drawn
expect 0 "" lmzip l --json drawn.lmz
json 'rows[0]["frames"][0]["segments"][0]["begin"] == 0 and rows[0]["frames"][1]["segments"][0]["begin"] == 10' < "$SCRATCH/out"
lmzip d -c drawn.lmz | cmp - drawn
expect 1 "*unknown kind of data 'raw17'*" lmzip c -f --kind raw17 drawn

# Nothing has no ratio: empty content, an empty file, and their total.
expect 0 "" lmzip l -v empty.lmz empty.lmz
expect_output "*frames*  0  * -  * -  *0  -  * -  *empty.lmz*  0  *  -  *  -  total of 2 files"
expect 0 "" lmzip l --json empty.lmz
json 'rows[0]["ratio"] is None and rows[0]["bits_per_byte"] is None and rows[0]["raw_bytes"] == 0' < "$SCRATCH/out"
expect 2 "lmzip: empty: byte 0: the input is empty; an lmzip stream is not" lmzip l empty
expect_output "*frames*file"
expect 2 "*empty: byte 0: *" lmzip l empty all.lmz
grep -q total "$SCRATCH/out" && die "$(< "$SCRATCH/out")"
# There is nothing in it that could be saved.
expect 2 "lmzip: empty: byte 0: the input is empty; an lmzip stream is not" lmzip d -c empty
expect 2 "lmzip: standard input: byte 0: the input is empty; an lmzip stream is not*" lmzip t < /dev/null
expect 2 "lmzip: empty: byte 0: the input is empty; *" lmzip d --keep-going -c empty
expect_output ""

expect 2 "*all: byte 0: not an lmzip stream" lmzip l all
head -c 3000 all.lmz > cut.lmz
expect 2 "*cut.lmz: frame 0 at byte 15: the input ends inside this frame*" lmzip l cut.lmz
expect 1 "*missing.lmz: cannot open*" lmzip l missing.lmz all.lmz
expect_output "*all.lmz*"
expect 2 "*cut.lmz*" lmzip l cut.lmz missing.lmz  # the worst
cat all.lmz stored.lmz > two.lmz
expect 0 "" lmzip l --json two.lmz
json 'rows[0]["streams"] == 2 and rows[0]["raw_bytes"] == 2 * '"$size" < "$SCRATCH/out"
