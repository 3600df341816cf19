# Models on the search path that are not what they seem stand in no other's way, and command no
# terminal.
mkdir bad
python3 - bad "$TINY" <<'PYTHON'
import json
import sys
import zipfile

folder, tiny = sys.argv[1:]


def write(file_name, **changes):
    about = {"name": file_name, "version": 1, "tier": "pinned", "vocabulary": "sentencepiece", "V": 256, "window": 1, "parameters": {"dense": 1, "tables": 0}, "licence": "x", "training": "x"}
    about.update(changes)
    with zipfile.ZipFile(f"{folder}/{file_name}.pt", "w") as file:
        file.writestr("m/extra/lmzip.json", json.dumps(about))
        file.writestr("m/extra/tokenizer.model", b"xx")
        file.writestr("m/extra/tokens.bin", b"".join(bytes([1, byte]) for byte in range(256)))


write("negative", V=-1)
write("huge", V=1 << 62)
write("colour", name="\x1b[31mred\x1b[2J\n", licence="\u009b31m", training="two\nlines")
# Sound but for an operator that no libtorch has.
with zipfile.ZipFile(tiny) as source, zipfile.ZipFile(f"{folder}/unrunnable.pt", "w") as file:
    for item in source.infolist():
        file.writestr(item.filename, source.read(item).replace(b"torch.zeros(", b"torch.nosuch("))
PYTHON
mkfifo bad/fifo.pt
export LMZIP_MODEL_PATH=$PWD/bad
cp "$SAMPLES/text.txt" .
lmzip c -k -m tiny --method lm+mix -o tiny.lmz text.txt

# Each bad one is named; the good ones are shown, listed and used.
expect 1 "*huge.pt: lmzip.json: V must be*negative.pt: lmzip.json: V must be*" lmzip models
expect_output "*base *tiny *"
expect 0 "" lmzip l tiny.lmz
expect_output "* tiny *"
lmzip d -c tiny.lmz | cmp - text.txt
for name in negative huge; do
  expect 1 "lmzip: *$name.pt: lmzip.json: V must be an integer from 2 to *" lmzip c -m "$name" -o x text.txt
done
expect 1 "*fifo.pt: not a regular file" lmzip c -m fifo -o x text.txt
expect 1 "*fifo.pt: not a regular file" lmzip c -m bad/fifo.pt -o x text.txt
[[ ! -e x ]]

# Nothing of a model's texts, of a file's name or of a message commands a terminal.
plain() { ! LC_ALL=C grep -q "[^[:print:][:space:]]" "$@" || die "$(cat -v "$@")"; }
expect 0 "" lmzip models show colour
expect_output "*licence  *?xc2?x9b31m*name *?x1b?31mred?x1b?2J?n*two?nlines*"
plain "$SCRATCH/out"
expect 1 "*" lmzip models
plain "$SCRATCH/out" "$SCRATCH/err"
expect 0 "" lmzip models show --json colour
plain "$SCRATCH/out"
name=$'\e]0;title\a'
cp tiny.lmz "$name"
expect 0 "" lmzip l "$name"
expect_output "*?x1b]0;title?x07*"
expect 1 "lmzip: ?x1b]0;title?x07x: cannot open*" lmzip l "${name}x"
expect 1 "*" lmzip c --$'\e[2J'
plain "$SCRATCH/err"

# A damaged copy hides no sound one behind it.
mkdir damaged
python3 - "$TINY" damaged/tiny.pt <<'PYTHON'
import sys

data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[2], "wb").write(data)
PYTHON
LMZIP_MODEL_PATH=$PWD/damaged
expect 1 "*damaged/tiny.pt: damaged: *" lmzip models verify damaged/tiny.pt
lmzip d -c tiny.lmz | cmp - text.txt
lmzip d -m tiny -c tiny.lmz | cmp - text.txt
lmzip c -m tiny --method lm+mix -c text.txt | cmp - tiny.lmz

# TorchScript that libtorch cannot run is no bug of lmzip's.
LMZIP_MODEL_PATH=$PWD/bad
got=0; lmzip c -m bad/unrunnable.pt --method lm --engine torch -o x text.txt 2> "$SCRATCH/err" || got=$?
((got == 1)) || die "exit code $got: $(< "$SCRATCH/err")"
[[ $(< "$SCRATCH/err") != *bug* ]] || die "$(< "$SCRATCH/err")"
