#!/usr/bin/env bash
# Builds lmzip and shows it on a real file: compressed, decompressed, compared, beside xz and zstd.
#
# usage: scripts/quickstart.sh [FILE]     FILE: by default this project's specification of its format
set -euo pipefail
file=$(realpath "${1:-$(dirname "$0")/../src/format/FORMAT.md}")
cd "$(dirname "$0")/.."

scripts/setup.sh build
echo "== building build/release/lmzip"
cmake --preset release -DLMZIP_TESTS=OFF > /dev/null
cmake --build --preset release --parallel "$(nproc)" | grep -E 'warning|error|Built target lmzip$' || true

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
raw_bytes=$(stat -c %s "$file")
echo "== $file, $raw_bytes bytes"

# measure NAME SUFFIX COMPRESS DECOMPRESS: both are commands from standard input to standard output
measure() {
  local coded=$folder/coded.$2 start middle end
  start=$(date +%s%N)
  $3 < "$file" > "$coded"
  middle=$(date +%s%N)
  $4 < "$coded" > "$folder/back"
  end=$(date +%s%N)
  cmp "$file" "$folder/back"
  awk -v name="$1" -v raw="$raw_bytes" -v coded="$(stat -c %s "$coded")" \
      -v c="$((middle - start))" -v d="$((end - middle))" 'BEGIN {
    printf "%-10s %10d bytes  ratio %6.3f  %6.3f bits a byte  compress %9.1f kB/s  decompress %9.1f kB/s\n",
           name, coded, raw / coded, 8 * coded / raw, raw * 1e6 / c, raw * 1e6 / d }'
}
measure lmzip lmz "build/release/lmzip c -c" "build/release/lmzip d -c"
measure "xz -9e" xz "xz -9e" "xz -d"
measure "zstd -19" zst "zstd -q -19" "zstd -q -d"
echo "== every one gave the same bytes back; the program: build/release/lmzip"
