# Models that are missing, other, cut or malformed: exit code 1, a message, no output.
cp "$SAMPLES/text.txt" .
lmzip c -m tiny text.txt
rm text.txt
real_data=$XDG_DATA_HOME
mkdir "$SCRATCH/bin"  # a program that has no models beside it
cp "$(realpath "$(command -v lmzip)")" "$SCRATCH/bin/lmzip"
PATH=$SCRATCH/bin:$PATH
hash -r
export XDG_DATA_HOME=$PWD/nowhere

expect 1 "*text.txt.lmz: *this needs the model with id *, which is not in *nowhere/lmzip/models*name it with -m" lmzip d text.txt.lmz
expect 1 "*this needs the model with id *" lmzip d -c text.txt.lmz
expect_output ""
expect 1 "*this needs the model with id *" lmzip t text.txt.lmz
expect 1 "*no model named nosuch in *" lmzip d -m nosuch text.txt.lmz
expect 1 "*./no/such.pt*No such file*" lmzip d -m ./no/such.pt text.txt.lmz
expect_files text.txt.lmz
expect 0 "" lmzip l text.txt.lmz  # needs no model
expect 0 "" lmzip d -m "$TINY" text.txt.lmz
LMZIP_MODEL_PATH=$real_data/lmzip/models expect 0 "" lmzip d -f text.txt.lmz
cmp text.txt "$SAMPLES/text.txt"
lmzip c -o base.lmz text.txt
# -m names one more place to look at: what a file needs is found all the same, or both are named.
for model in "$TINY" nosuch ./no/such.pt; do
  expect 0 "" lmzip d -f -o x -m "$model" base.lmz
  cmp x text.txt
done
rm x
expect 1 "*this needs the model with id *; -m: no model named nosuch *" lmzip d -m nosuch -o x text.txt.lmz
[[ ! -e x ]]
# What is stored needs none.
lmzip c --method store -o stored.lmz text.txt
expect 0 "" lmzip d -m nosuch -f -o y stored.lmz

cat > "$SCRATCH/doctor.py" <<'PYTHON'
"""doctor.py MODEL WHAT OUT: the model with something wrong in it."""
import json, sys, zipfile
source, what, target = sys.argv[1:]

def doctored(info, what):
    tensors, architecture = info["tensors"], info["architecture"]
    name = sorted(tensors)[0]
    if what == "shape": tensors[name]["shape"][0] += 1
    elif what == "huge-shape": tensors[name]["shape"] = [1 << 31, 1 << 31]
    elif what == "type": tensors[name]["type"] = "f64"
    elif what == "member": tensors[name]["member"] = "data/none"
    elif what == "no-tensor": del tensors[name]
    elif what == "width": architecture["width"] *= 2
    elif what == "huge-width": architecture["width"] = 1 << 30
    elif what == "huge-hidden": architecture["hidden"] = (1 << 31) - 1
    elif what == "huge-layers": architecture["layers"] = 1 << 20
    elif what == "negative": architecture["layers"] = -1
    elif what == "huge-rows": architecture["tables"][0]["rows"] = (1 << 32) - 1
    elif what == "huge-vocabulary": architecture["vocabulary"] = 1 << 30
    elif what == "window": architecture["window"] = 0
    elif what == "family": info["family"] = "exact-99"
    elif what == "id": info["id"] = "0" * 64
    elif what == "bad-id": info["id"] = "0" * 63 + "z"
    elif what == "no-architecture": del info["architecture"]
    elif what == "string": architecture["width"] = "wide"
    elif what == "self-test": info["self_test"]["short"]["sha256"] = "0" * 64
    else: raise SystemExit(f"no such doctoring: {what}")
    return json.dumps(info).encode()

with zipfile.ZipFile(source) as original, zipfile.ZipFile(target, "w") as copy:
    for entry in original.infolist():
        data = original.read(entry)
        if entry.filename.endswith("extra/lmzip.json"):
            if what == "no-json": continue
            data = b'{"name": ' if what == "bad-json" else data if what in ("bit", "compressed") else doctored(json.loads(data), what)
        if what == "bit" and "/data/" in entry.filename and len(data) > 1000:
            data = bytes([data[0] ^ 1]) + data[1:]
        entry.compress_type = zipfile.ZIP_DEFLATED if what == "compressed" else zipfile.ZIP_STORED
        copy.writestr(entry, data)
PYTHON
for what in shape huge-shape type member no-tensor width huge-width huge-hidden huge-layers negative huge-rows \
            huge-vocabulary window family id bad-id no-architecture string no-json bad-json bit compressed; do
  python3 "$SCRATCH/doctor.py" "$TINY" "$what" "$what.pt"
  expect 1 "lmzip: *$what.pt: *" bash -c "ulimit -v 1000000; lmzip c -m ./$what.pt -o x text.txt"
  expect 1 "*$what.pt: *" lmzip models show "./$what.pt"
  [[ ! -e x ]] || die "$what: made a file"
done
# What it computes is not what its author got.
python3 "$SCRATCH/doctor.py" "$TINY" self-test self-test.pt
expect 1 "lmzip: *self-test.pt: *self-test*" lmzip c -m ./self-test.pt -o x text.txt
[[ ! -e x ]]

size=$(stat -Lc %s "$TINY")
for cut in 0 1 100 $((size / 2)) $((size - 1)) $((size - 30)); do
  head -c "$cut" "$TINY" > cut.pt
  expect 1 "lmzip: *cut.pt: *" lmzip c -m ./cut.pt -o x text.txt
done
cp "$SAMPLES/random.bin" noise.pt
expect 1 "lmzip: *noise.pt: *not a model file*" lmzip c -m noise.pt -o x text.txt
expect 1 "lmzip: *" lmzip c -m "$PWD/" -o x text.txt
[[ ! -e x ]]

# A bad file on the search path is in nobody's way.
mkdir path && cp noise.pt "$TINY" path
LMZIP_MODEL_PATH=$PWD/path expect 0 "*" lmzip d -f text.txt.lmz
