# view: bits of every byte that add up to the coded size; a heat map that binaries do not upset; a page.
export LMZIP_MODEL_PATH=$HERE/../data
cp "$SAMPLES"/* .
view() { expect 0 "" lmzip view -m tiny "$@"; }

# near BITS FILE: within 0.1 % and 16 bytes of the compressed file, headers included.
near() {
  python3 - "$1" "$(file_size "$2")" <<'PYTHON' || die "$2: $1 bits"
import sys
size = int(sys.argv[2])
assert abs(float(sys.argv[1]) / 8 - size) <= 16 + 20 + size / 1000, (float(sys.argv[1]) / 8, size)
PYTHON
}
for sample in text.txt random.bin sound.wav; do
  for options in "" "--method lm" "--method mix -T 3" "--method lm+mix" "--effort fast" "--method store"; do
    # shellcheck disable=SC2086
    lmzip c -q -f -k -m tiny $options -o coded "$sample"
    # shellcheck disable=SC2086
    view --csv $options "$sample"
    near "$(awk -F, 'NR > 1 { sum += $5 } END { print sum }' "$SCRATCH/out")" coded
    (($(wc -l < "$SCRATCH/out") == $(file_size "$sample") + 1)) || die "lines of $sample"
  done
done
# Longer than a frame; what JSON says; standard input.
lmzip c -q -f -k -m tiny --method lm+mix --frame-size 3000 -o coded text.txt
view --json --method lm+mix --frame-size 3000 - < text.txt
python3 - "$SCRATCH/out" "$(file_size text.txt)" "$(file_size coded)" <<'PYTHON'
import json, sys
view, size, coded = json.load(open(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
frames = -(-size // 3000)
assert view["raw_bytes"] == size and len(view["frames"]) == frames, view["frames"]
assert abs(view["coded_bytes"] - coded) <= coded / 1000 + 16 * frames
for part in "network", "mixed", "result":
    bits = sum(block["bits"][part] for block in view["blocks"])
    assert abs(bits - view["bits"][part]) < 1e-3 and bits > 0
assert sum(block["bytes"] for block in view["blocks"]) == size
PYTHON

# CSV and NPY say the same; network alone is what --method lm costs.
view --csv -o costs.csv --method lm+mix text.txt
view --npy -o costs.npy --method lm+mix text.txt
view --csv -o alone.csv --method lm text.txt
python3 - text.txt <<'PYTHON'
import csv, struct, sys
content = open(sys.argv[1], "rb").read()
rows = list(csv.reader(open("costs.csv")))[1:]
alone = list(csv.reader(open("alone.csv")))[1:]
data = open("costs.npy", "rb").read()
assert data[:8] == b"\x93NUMPY\x01\0"
begin = 10 + struct.unpack("<H", data[8:10])[0]
header = eval(data[10:begin])
assert begin % 64 == 0 and header == {"descr": "<f4", "fortran_order": False, "shape": (len(content), 3)}
numbers = struct.unpack(f"<{3 * len(content)}f", data[begin:])
for i, row in enumerate(rows):
    assert (int(row[0]), int(row[1])) == (i, content[i])
    assert all(abs(float(row[2 + k]) - numbers[3 * i + k]) < 1e-5 for k in range(3)), i
    assert row[2] == alone[i][2] and alone[i][2] == alone[i][4], i
PYTHON
expect 1 "*costs.csv: exists already (-f overwrites)*" lmzip view -m tiny --csv -o costs.csv text.txt
expect 1 "*view takes one file*" lmzip view text.txt code.c
expect 1 "*missing: cannot open*" lmzip view missing
: > empty
for format in "" --csv --npy --json "--html page.html"; do
  # shellcheck disable=SC2086
  view $format empty
done
rm page.html

# The heat map: colours by the terminal, none with NO_COLOR; digits then.
map() { expect 0 "" env -u NO_COLOR "$@" lmzip view -m tiny --color always text.txt; }
map TERM=xterm COLORTERM=truecolor && expect_output $'*\e[48;2;*'
map TERM=xterm-256color COLORTERM= && expect_output $'*\e[48;5;*'
for plain in TERM=dumb NO_COLOR=1; do
  map TERM=xterm COLORTERM=truecolor "$plain"
  [[ $(< "$SCRATCH/out") != *$'\e'* ]] || die "colours with $plain"
done
view text.txt && [[ $(< "$SCRATCH/out") != *$'\e'* ]] || die "colours in a file"
expect_output "*text.txt: * bytes, coded *, *(tiny)*offset *bits*"
# No byte of the content reaches the terminal as a command.
python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 3 + "\u202e\u009b31m\ud55c".encode())' > bytes
for form in text hex; do
  view --as "$form" bytes
  python3 - "$SCRATCH/out" <<'PYTHON' || die "control characters as $form"
import sys
text = open(sys.argv[1], "rb").read().decode()
assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or 0x202a <= ord(c) <= 0x202e for c in text)
PYTHON
done
view --as hex --method store bytes
expect_output "*        0    128.0  00 01 02 03 *"
# Through the pager, on a terminal; one that ends early is no failure.
for i in {1..20}; do cat text.txt; done > long
expect 0 "" on_terminal "" env TERM=xterm PAGER="sed 's/^/paged /'" lmzip view -m tiny -1 text.txt
expect_output $'*paged *\e[48;5;*'
expect 0 "" on_terminal "" env TERM=xterm PAGER="head -c 10" lmzip view -m tiny -1 long
expect 0 "" on_terminal "" env TERM=xterm PAGER="" lmzip view -m tiny -1 text.txt
expect_output $'*\e[48;5;*'
expect 1 "" on_terminal "" lmzip view -m tiny --npy text.txt
expect_output "*not written to a terminal*"

# By token: a line a token, whose bits and bytes add up; with bytes each is its own.
tokens() { LMZIP_MODEL_PATH=$HERE/../data expect 0 "" lmzip view -m tokens --method lm "$@" text.txt; }
tokens --csv && cp "$SCRATCH/out" bytes.csv
tokens --csv --by token
python3 - "$SCRATCH/out" bytes.csv text.txt <<'PYTHON'
import csv, sys
tokens, costs = (list(csv.DictReader(open(name, newline=""))) for name in sys.argv[1:3])
content = open(sys.argv[3], "rb").read()
at = 0
for token in tokens:
    assert int(token["offset"]) == at
    assert content[at:at + int(token["bytes"])].decode().encode("unicode_escape").decode() == token["token"] or "\\" in token["token"], token
    assert token["bits"] == costs[at]["bits"] and float(token["bits"]) > 0
    at += int(token["bytes"])
assert at == len(content) and len(tokens) < 0.9 * len(content)
PYTHON
tokens --by token
expect_output "*text.txt: * bytes, coded *"
view --csv --by token --method lm text.txt
(($(wc -l < "$SCRATCH/out") == $(file_size text.txt) + 1))
expect 1 "*--by token makes a heat map*" lmzip view --by token --npy -o costs2.npy text.txt

# By part: what there is without each is what its method takes.
view --by part --json --method lm+mix image.ppm
python3 - "$SCRATCH/out" "$(lmzip c -m tiny --method mix -c image.ppm | wc -c)" "$(lmzip c -m tiny --method lm -c image.ppm | wc -c)" <<'PYTHON'
import json, sys
view = json.load(open(sys.argv[1]))
of = {part["without"]: part["coded_bytes"] for part in view["parts"]}
parts = ["the prior"] + ["contexts of " + of for of in ("orders 0-2", "orders 3-6", "words", "lines")]
parts += ["contexts with gaps", "contexts of records", "contexts of classes", "matches", "maps of the result"]
assert list(of) == ["nothing", "the network", "the mixer", *parts, "models of kinds of data"], of
assert abs(of["the network"] - int(sys.argv[2])) <= 32 and abs(of["the mixer"] - int(sys.argv[3])) <= 32
assert of["models of kinds of data"] > of["nothing"]
PYTHON
# The mixer's parts are left out of the same method, and text is dearer without what knows text.
view --by part --json --effort fast text.txt
python3 - "$SCRATCH/out" <<'PYTHON'
import json, sys
parts = json.load(open(sys.argv[1]))["parts"]
of = {part["without"]: part["coded_bytes"] for part in parts}
assert len({part["method"] for part in parts}) == 1, parts
for name in "contexts of orders 0-2", "contexts of words", "maps of the result":
    assert of[name] > of["nothing"], (name, of)
PYTHON
view --by part --method lm text.txt
expect_output "text.txt: * bytes*without*nothing*+0.00%*lm (tiny)"
view --by part --csv -1 long
expect_output "without,coded_bytes,more_percent,method*models of kinds of data,*"
expect 1 "*--by part makes a table*" lmzip view --by part --html parts.html text.txt

# The page: nothing from elsewhere, the content, and costs whose sums are right.
cp text.txt '<b>&.txt'
for sample in '<b>&.txt' random.bin; do
  view --html page.html -f --method lm+mix "$sample"
  view --json --method lm+mix "$sample"
  python3 - page.html "$sample" "$SCRATCH/out" <<'PYTHON' || die "the page of $sample"
import base64, html.parser, json, re, sys
page, content = open(sys.argv[1], encoding="utf-8").read(), open(sys.argv[2], "rb").read()
view = json.load(open(sys.argv[3]))
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.names, self.title = [], {}, set(), ""
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert not {"src", "href"} & set(attributes) and tag not in ("link", "iframe", "img"), tag
        if tag not in ("meta", "br", "input"): self.open.append((tag, attributes.get("id")))
        self.names.add(attributes.get("id"))
    def handle_endtag(self, tag): assert self.open.pop()[0] == tag, tag
    def handle_data(self, data):
        if self.open and self.open[-1][0] == "script": self.scripts[self.open[-1][1]] = data
        if self.open and self.open[-1][0] == "title": self.title += data
parsed = Page()
parsed.feed(page)
assert not parsed.open and parsed.title == sys.argv[2] + ": what each byte cost", (parsed.open, parsed.title)
assert not re.search(r"https?://|//[a-z]+\.|@import|url\(", page) and "default-src 'none'" in page
assert base64.b64decode(parsed.scripts["content"]) == content
about = json.loads(parsed.scripts["about"])
assert about["coded_bytes"] == view["coded_bytes"]
for part in "result", "network", "mixed":
    costs, value, shift = [], 0, 0
    for byte in base64.b64decode(parsed.scripts.get(part, "")):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128: costs.append(value); value = shift = 0
    if not costs:  # a stored file has no such part
        assert view["bits"][part] == 0
        continue
    assert len(costs) == len(content)
    for block in view["blocks"]:
        bits = sum(costs[block["begin"]:block["begin"] + block["bytes"]]) / 64
        assert abs(bits - block["bits"][part]) <= 1 / 32, (part, block, bits)
likely = base64.b64decode(parsed.scripts.get("likely", ""))
assert len(likely) == (10 * len(content) if view["bits"]["network"] else 0)
if likely:
    hits = [k for i, byte in enumerate(content) for k in range(5) if likely[10 * i + k] == byte and likely[10 * i + 5 + k] < 255]
    assert len(hits) > len(content) / 20 and hits.count(0) > hits.count(4)
for name in "content", "likely": assert f"decode64('{name}')" in parsed.scripts[None], name
for name in re.findall(r"\$\('(\w+)'\)", parsed.scripts[None]): assert name in parsed.names, name
PYTHON
done
# In a browser: what the network expected of the byte that the address names.
if command -v chromium > /dev/null; then
  lmzip view -m tiny --html page.html -f --method lm+mix text.txt
  timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$SCRATCH/browser" --virtual-time-budget=3000 \
    --dump-dom "file://$PWD/page.html#b60" > "$SCRATCH/out" 2> /dev/null || true
  if grep -q 'Byte 60:' "$SCRATCH/out"; then
    grep -q 'Byte 60:.* the network expected .* %' "$SCRATCH/out" || die "no likely bytes: $(grep -o 'Byte 60:[^<]*' "$SCRATCH/out")"
  fi
fi
if command -v node > /dev/null; then
  sed -n '/^<script>$/,/^<\/script>$/p' page.html | sed '1d;$d' > page.js
  node --check page.js
fi
