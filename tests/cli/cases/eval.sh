# eval: sizes are those of files that `c` makes, cross-entropies those of the coder; resumes; reads what the paper's data come in.
expect 0 "" lmzip eval --chunk 0 --peers off --json "$SAMPLES/text.txt"  # the linked-in model, lm and auto
json 'len(rows[0]["files"]) == 2' < <(tr -d '\n' < "$SCRATCH/out")
mkdir -p data/text data/noise/deep
cp "$SAMPLES"/{text.txt,code.c,records.json} data/text
cp "$SAMPLES/random.bin" data/noise/deep
measure() { expect 0 "" lmzip eval -m tiny "$@"; }

# Every size is that of the file, by the options that the help tells.
measure --method lm --method mix --method lm+mix --method auto --method store --json --resume made.jsonl data
cp "$SCRATCH/out" table.json
python3 - table.json <<'PYTHON'
import json, os, subprocess, sys
table = json.load(open(sys.argv[1]))
assert len(table["files"]) == 4 * 2 * (5 + len({m["method"] for m in table["files"]} - {"lm", "mix", "lm+mix", "auto", "store"}))
def size_of_c(file, method, chunk):
    options = {("lm", 0): ["--lanes", "1", "--segment", "64M"], ("lm", 2048): ["--chunk", "2048"]}.get((method, chunk))
    if options is None: options = ["--frame-size", "2048"] if chunk else []
    return len(subprocess.run(["lmzip", "c", "-m", "tiny", "--method", method, *options, "-c", file], stdout=subprocess.PIPE, check=True).stdout)
for m in table["files"]:
    assert m["raw_bytes"] == os.path.getsize(m["file"])
    assert m["domain"] == m["file"].split("/")[1]
    if "entropy_bits" not in m: continue
    assert m["coded_bytes"] == size_of_c(m["file"], m["method"], m["chunk_bytes"]), m
    assert abs(m["coded_bytes"] - m["framing_bytes"] - m["entropy_bits"] / 8) <= 1e-4 * m["coded_bytes"] + 8 * -(-m["raw_bytes"] // (m["chunk_bytes"] or 1 << 24)), m
for row in table["domains"]:
    same = [m for m in table["files"] if all(m[k] == row[k] for k in ("domain", "method", "chunk_bytes"))]
    assert row["files"] == len(same) and row["coded_bytes"] == sum(m["coded_bytes"] for m in same)
noise = {(r["method"], r["chunk_bytes"]): r["coded_bytes"] / r["raw_bytes"] for r in table["domains"] if r["domain"] == "noise"}
assert min(noise.values()) >= 1, noise
tiny = os.path.getsize(os.environ["TINY"])
assert all(m["model_file_bytes"] == tiny for m in table["files"] if m["method"] in ("lm", "mix", "auto"))
assert all(m["model_parameter_bytes"] == 2 * (99974 + 65536) for m in table["files"] if m["method"] == "lm")
PYTHON

# Longer content: what the coder adds is less than 0.01 % of the cross-entropy.
for i in {1..12}; do cat "$SAMPLES"/{text.txt,code.c,service.log,records.json}; done > long
for method in lm mix; do
  measure --method "$method" --chunk 0 --peers off --json long
  python3 - "$SCRATCH/out" "$method" <<'PYTHON'
import json, sys
m = json.load(open(sys.argv[1]))["files"][0]
excess = (m["coded_bytes"] - m["framing_bytes"]) * 8 / m["entropy_bits"] - 1
assert m["method"] == sys.argv[2] and abs(excess) < 1e-4 + 64 / m["entropy_bits"], m
PYTHON
done

# Resumes: what is there is not measured again, a cut line is.
lines=$(wc -l < made.jsonl)
head -c -20 made.jsonl > cut.jsonl
measure --method lm --method mix --method lm+mix --method auto --method store --json --resume cut.jsonl data
cmp "$SCRATCH/out" table.json
(($(wc -l < cut.jsonl) == lines))
sed -i 's/"coded_bytes":[0-9]*/"coded_bytes":7/' made.jsonl
measure --method lm --json --resume made.jsonl data
json 'all(m["coded_bytes"] == 7 for m in rows[0]["files"])' < <(tr -d '\n' < "$SCRATCH/out")
expect 1 "*text.txt: holds something else than measurements*" lmzip eval --resume data/text/text.txt data
exec 8>> cut.jsonl
flock 8
expect 1 "*cut.jsonl: another eval is writing it*" lmzip eval --resume cut.jsonl data
exec 8>&-

# Formats.
measure --method lm --chunk 0 --peers off data
expect_output $'noise: 1 file, 4000 bytes*text: 3 files, 10708 bytes*lm*tiny*unbounded*'
measure --method lm --chunk 0 --peers off --markdown data
expect_output $'| domain | method | model *|---|---|---|---:*| noise | lm | tiny | unbounded | 4000 | *'
measure --method lm --chunk 64 --peers off --csv -o table.csv data
[[ $(sed -n 3p table.csv) == text,lm,tiny,64,10708,* ]]
expect 1 "*table.csv: exists already (-f overwrites)*" lmzip eval --csv -o table.csv data
expect 1 "*--chunk '100': expected 0 or a power of two from 16 to 64M*" lmzip eval --chunk 100 data
expect 1 "*missing: cannot open*" lmzip eval missing
mkdir empty
expect 1 "*no files to measure*" lmzip eval empty

# The paper's data: pictures in patches, sound in 8 bits, arrays.
mkdir paper
python3 - <<'PYTHON'
import struct
gray = bytes((x * 2 + y * 3 + (x * y) % 7) % 256 for y in range(70) for x in range(130))
colours = bytes(b for v in gray for b in (v, 255 - v, v // 2))
samples = [(i * 37 % 2000 - 1000) * 16 for i in range(5000)]
sound = b"".join(struct.pack("<h", s) for s in samples)
def array(descr, shape, items):
    header = ("{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, shape)).ljust(117) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header.encode() + items
def write(name, data): open("paper/" + name, "wb").write(data)
write("a.pgm", b"P5\n# a comment\n130 70\n255\n" + gray)
write("b.ppm", b"P6 130 70 255\n" + colours)
write("c.wav", b"RIFF" + struct.pack("<I", 36 + 2 * len(sound)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 16000, 64000, 4, 16)
      + b"data" + struct.pack("<I", 2 * len(sound)) + b"".join(struct.pack("<hh", s, -s) for s in samples))
write("d.npy", array("|u1", (1, 70, 130), gray))
write("e.npy", array("<i2", (5000,), sound))
write("f.npy", array("|u1", (9100,), gray))
PYTHON
measure --data paper --method lm --chunk 0 --prepared-dir prepared --json paper
python3 - "$SCRATCH/out" <<'PYTHON'
import json, sys
gray = [[(x * 2 + y * 3 + (x * y) % 7) % 256 for x in range(130)] for y in range(70)]
read = lambda name: open("prepared/paper/" + name, "rb").read()
patches = bytes(gray[y][x] for top in (0, 32) for left in (0, 64) for y in range(top, top + 32) for x in range(left, left + 64))
assert read("a.pgm") == patches == read("d.npy") and len(patches) == 4 * 2048
colour = bytes((v + 255 - v + v // 2) // 3 for v in patches)
assert read("b.ppm") == colour
sound = bytes((((i * 37 % 2000 - 1000) * 16) >> 8) + 128 for i in range(5000))
assert read("c.wav") == sound == read("e.npy")
assert read("f.npy") == bytes(v for row in gray for v in row)
table = json.load(open(sys.argv[1]))
png = {m["file"]: m["coded_bytes"] / m["raw_bytes"] for m in table["files"] if m["method"] == "PNG"}
assert not png or png["paper/a.pgm"] < 0.7, png
PYTHON
printf '\x93NUMPY\1\0v\0%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }" > floats.npy
expect 1 "*floats.npy: an array of '<f4'*" lmzip eval --data paper --peers off -m tiny floats.npy
# Peers see pictures and sound as such.
measure --method store --chunk 0 --json paper
python3 - "$SCRATCH/out" <<'PYTHON'
import json, sys
size = {(m["file"], m["method"]): m["coded_bytes"] for m in json.load(open(sys.argv[1]))["files"]}
if ("paper/a.pgm", "PNG") in size:
    assert size["paper/b.ppm", "PNG"] < 0.5 * size["paper/b.ppm", "store"], size
if ("paper/c.wav", "FLAC") in size:
    assert size["paper/c.wav", "FLAC"] < 0.8 * size["paper/c.wav", "store"], size
PYTHON

# Lost bits: by rate as in the paper, or each as a bit.
printf 'caf\303\251 %s\n' {1..400} > accents
for file in accents "$SAMPLES/random.bin"; do
  measure --method lm --chunk 0 --peers off --json --lost-bits scaled "$file"
  cp "$SCRATCH/out" scaled
  measure --method lm --chunk 0 --peers off --json --lost-bits counted "$file"
  python3 - scaled "$SCRATCH/out" "$file" <<'PYTHON'
import json, math, sys
scaled, counted = (json.load(open(name))["files"][0] for name in sys.argv[1:3])
content = open(sys.argv[3], "rb").read()
lost = sum(b >= 128 for b in content) if sys.argv[3] == "accents" else len(content)
assert scaled["lost_bits"] == counted["lost_bits"] == lost
left = counted["coded_bytes"] - math.ceil(lost / 8)
all_bits = 8 * len(content)
assert abs(scaled["coded_bytes"] - left * all_bits / (all_bits - lost)) <= 2, (scaled, counted)
PYTHON
done

# The peers' libraries are opened by eval alone; without the plug-in it says what is missing.
LD_DEBUG=files lmzip c -m tiny -c "$SAMPLES/text.txt" 2> "$SCRATCH/files" > /dev/null
! grep -E 'liblmzip_peers|libpng|libFLAC|liblzma' "$SCRATCH/files" || die "c opens the peers"
expect 1 "*the comparison with other compressors does not start*" env LMZIP_PEERS_PLUGIN=/none lmzip eval data
measure --method mix --chunk 0 --peers off data  # no need of it
