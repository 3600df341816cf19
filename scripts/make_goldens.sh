#!/usr/bin/env bash
# Makes the goldens of tests/goldens anew: what the shipped models make of the tests' samples and of contents made here, and
# goldens.tsv, the list of them. Only after a change that is meant to change bytes; a change of what decodes raises the version of
# the format or of the mixer, too. Without such a change it makes the same files.
#
# usage: scripts/make_goldens.sh [PROGRAM]      by default build/release/lmzip
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-build/release/lmzip}")
goldens=$PWD/tests/goldens samples=$PWD/tests/cli/samples
unset LMZIP_ISA
export LMZIP_MODEL_PATH=$PWD/models LC_ALL=C
contents=$(mktemp -d)
trap 'rm -rf "$contents"' EXIT

# Lines of name, content and options of c. A name that begins with long- takes minutes in an emulated processor.
list() {
  cat <<'LIST'
empty empty
store noise --method store
store-frames noise --method store --frame-size 1500
auto text
auto-code code
auto-picture pgm
auto-copies runs
turbo text --effort turbo
turbo-picture picture-begin --effort turbo
turbo-lanes records --effort turbo --method mix --lanes 4 --segment 64
fast text --effort fast
max text --effort max
lm text --method lm
lm-lanes text --method lm --lanes 4 --segment 64
lm-mix text --method lm+mix
lm-mix-lanes text --method lm+mix --lanes 4 --segment 64
lm-mix-chunk text --method lm+mix --chunk 128
lm-mix-frames text --method lm+mix --frame-size 150
lm-mix-picture picture-begin --method lm+mix
lm-mix-sound sound-begin --method lm+mix
mix records --method mix
mix-lanes records --method mix --lanes 4 --segment 512
mix-lane-each-byte records --method mix --lanes 64 --segment 16
mix-frames records --method mix --frame-size 2500
mix-log log --method mix
mix-zeros zeros --method mix
mix-copies copies --method mix
mix-ppm ppm --method mix
mix-pgm pgm --method mix
mix-bmp bmp --method mix
fast-ppm ppm --method mix --effort fast
max-ppm ppm --method mix --effort max
mix-pgm-16-bits pgm-16-bits --method mix
mix-pbm pbm --method mix
mix-raw-picture raw-picture --method mix
mix-wav wav --method mix
mix-wav-8-bit wav-8-bit --method mix
mix-pictures-lanes ppm --method mix --lanes 2 --segment 1024
reference record --reference reference
reference-turbo record --effort turbo --reference reference
reference-lm-mix-lanes records --method lm+mix --lanes 2 --segment 64 --frame-size 900 --reference reference
reference-copies version --effort fast --reference reference
woven versions --effort fast --frame-size 5000 --window 20000
woven-lm-mix-lanes versions --method lm+mix --lanes 2 --segment 64 --frame-size 5000 --window 20000
woven-turbo versions --effort turbo --frame-size 5000 --window 20000
tiny text -m tiny --method lm+mix
large text -m large --method lm+mix
tok text -m tok --method lm
tok-auto text -m tok
tok-mix records -m tok --method mix
tok-bytes mixed -m tok --method lm
tok-lanes text -m tok --method lm --lanes 4 --segment 64
tok-frames text -m tok --method lm --frame-size 150
long-auto long-text
long-lm-mix-lanes long-text --method lm+mix --lanes 8 --segment 256
long-lm long-text --method lm --lanes 8 --segment 512
long-tok long-text -m tok
LIST
}

# Goldens one behind another, with zeros between.
concatenated='auto mix store empty lm-mix-frames'

make_contents() {
  cd "$contents"
  : > empty
  cp "$samples/image.ppm" ppm
  cp "$samples/sound.wav" wav
  cp "$samples/random.bin" noise
  head -c 1500 "$samples/text.txt" > long-text
  head -c 400 long-text > text
  head -c 400 "$samples/code.c" > code
  head -c 5000 "$samples/records.json" > records
  head -c 3000 records > "$goldens/reference"
  tail -c +5001 "$samples/records.json" | head -c 300 > record
  { head -c 1500 "$goldens/reference"; printf changed; tail -c +1501 "$goldens/reference"; head -c 66000 /dev/zero; } > version
  head -c 5000 "$samples/service.log" > log
  { cat log; sed '5~9s/:/ at /; 9~12s/=[0-9]*/=x/' log; } > versions
  head -c 400 ppm > picture-begin
  head -c 400 wav > sound-begin
  { cat text; head -c 60 noise; printf 'na\303\257ve \342\200\224 '; head -c 300 code; } > mixed
  { head -c 300 text; head -c 20000 /dev/zero; head -c 300 records; } > zeros
  { head -c 150 text; head -c 50000 /dev/zero; head -c 100 code; printf 'round%.0s' {1..4000}; } > runs
  # Repeats of 4,096 bytes and more in content of more than 65,535 (FORMAT.md 3.5).
  { head -c 150 text; head -c 50000 /dev/zero; head -c 4200 log; head -c 100 code; head -c 4200 log; head -c 4200 log; printf 'round%.0s' {1..2000}; } > copies
  python3 - <<'PYTHON'
import struct
ppm, wav = open("ppm", "rb").read(), open("wav", "rb").read()
width, height = 48, 40
pixels = ppm[-3 * width * height:]
green = pixels[1::3]
open("pgm-16-bits", "wb").write(b"P5 %d %d 65535\n" % (width, height) +
                               b"".join(struct.pack(">H", value * 40 + i % 5) for i, value in enumerate(green)))
bits = bytes(sum(((x * 8 + b - 400) ** 2 + (y - 50) ** 2 < 2400) << (7 - b) for b in range(8)) for y in range(100) for x in range(100))
open("pbm", "wb").write(b"P4\n800 100\n" + bits)
open("pgm", "wb").write(b"P5\n# green\n%d %d\n255\n" % (width, height) + green)
rows = b"".join(pixels[3 * y * width:3 * y * width + 135] + bytes(1) for y in reversed(range(height)))
open("bmp", "wb").write(b"BM" + struct.pack("<IHHI", 54 + len(rows), 0, 0, 54) +
                        struct.pack("<IiiHHIIiiII", 40, 45, height, 1, 24, 0, len(rows), 0, 0, 0, 0) + rows)
state, raw = 1, bytearray()
for y in range(96):
    for x in range(128):
        state = (state * 1103515245 + 12345) % 2**31
        raw.append((x * x // 90 + y + state // 2**24 % 4) % 256)
open("raw-picture", "wb").write(raw)
both = bytes(((wav[i + 1] ^ 128) + (k & 1) * 3) % 256 for i in range(44, len(wav), 2) for k in (0, 1))
open("wav-8-bit", "wb").write(b"RIFF" + struct.pack("<I", 36 + len(both)) + b"WAVEfmt " +
                              struct.pack("<IHHIIHH", 16, 1, 2, 8000, 16000, 2, 8) + b"data" + struct.pack("<I", len(both)) + both)
PYTHON
  cd - > /dev/null
}

# row NAME CONTENT OPTIONS: its line of goldens.tsv.
row() {
  local file=$goldens/$1.lmz sum
  sum=$(sha256sum < "$2")
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$(stat -c %s "$2")" "${sum%% *}" "$(stat -c %s "$file")" \
    "$(sha256sum < "$file" | cut -d' ' -f1)" "$3"
}

make_all() {
  local name content options model
  for model in base tiny large tok; do
    printf '# model\t%s\t%s\n' "$model" "$("$program" models show "$model" | awk '$1 == "id" { print $2 }')"
  done
  printf '# name\tcontent bytes\tits SHA-256\tfile bytes\tits SHA-256\toptions of c; or = and goldens, with 100 zeros behind each\n'
  while read -r name content options; do
    # shellcheck disable=SC2086
    (cd "$goldens" && "$program" c -q -f --verify $options -o "$goldens/$name.lmz" "$contents/$content")
    row "$name" "$contents/$content" "$options"
  done < <(list)
  for name in $concatenated; do
    cat "$goldens/$name.lmz"
    head -c 100 /dev/zero
  done > "$goldens/concatenated.lmz"
  for name in $concatenated; do
    cat "$contents/$(list | awk -v name="$name" '$1 == name { print $2 }')"
  done > "$contents/concatenated"
  row concatenated "$contents/concatenated" "= $concatenated"
}

mkdir -p "$goldens"
rm -f "$goldens"/*.lmz
make_contents
make_all > "$contents/goldens.tsv"
mv "$contents/goldens.tsv" "$goldens/goldens.tsv"
echo "$(find "$goldens" -name '*.lmz' | wc -l) goldens, $(cat "$goldens"/* | wc -c) bytes with their list"
