#!/usr/bin/env bash
# On a machine with a GPU: checks that exact models give the same bits there, and measures speed.
#
# usage: scripts/check_gpu.sh [FILE [VENV]]
#
# FILE is what speeds are measured on, 64 MiB or more; by default the project's own texts, again and
# again: what a model costs does not depend on the content. VENV is a Python virtual environment
# whose torch has CUDA; by default that of python3. It takes about ten minutes.
#
# The machine needs a compiler and CMake, and no network: where packages cannot be installed there,
# run `scripts/setup.sh kit build/kit` on a Debian 12 machine and take build/kit along.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/kit.sh

command -v nvidia-smi > /dev/null || { echo "check_gpu.sh: no nvidia-smi: is there a GPU?" >&2; exit 1; }
venv=${2:-$(python3 -c 'import sys; print(sys.prefix)')}
"$venv/bin/python" -c 'import torch; assert torch.cuda.is_available(), "this torch finds no GPU"'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export LMZIP_REQUIRE_CUDA=1  # of the tests, which otherwise skip CUDA where it is missing
scripts/check_torch.sh "$venv"
cmake --build build/check-torch --target help | grep -q lmzip_tokenizer &&
  cmake --build build/check-torch --target lmzip_tokenizer --parallel "$(nproc)"
lmzip=build/check-torch/lmzip

if [[ -n ${1:-} ]]; then
  head -c 64M "$1" > "$work/all"
else
  cat README.md src/*/*.md src/*/*.h src/*/*.cc scripts/*.py > "$work/texts"
  while (($(stat -c %s "$work/all" 2> /dev/null || echo 0) < 64 << 20)); do
    cat "$work/texts" >> "$work/all"
  done
fi
head -c 16M "$work/all" > "$work/part"

# timed NAME FILE COMMAND...: runs the command and prints a row: MB of FILE a second.
timed() {
  local name=$1 bytes start end row
  bytes=$(stat -c %s "$2")
  shift 2
  start=$(date +%s.%N)
  if timeout 120 "$@"; then
    end=$(date +%s.%N)
    row=$(awk -v b="$bytes" -v s="$start" -v e="$end" 'BEGIN {printf "%.2f", b / 1e6 / (e - s)}')
  else
    row="failed, or took over 120 s"
    failed=1
  fi
  echo "| $name | $row |"
}

failed=0
options=(--method lm --frame-size 1M --lanes 64 --memory 16G --force)
echo "== $(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader)," \
  "torch $("$venv/bin/python" -c 'import torch; print(torch.__version__)'), $(nproc) cores"
echo "| frames of 1 MiB, 64 lanes | MB/s |"
echo "|---|---|"
for model in models/base.pt models/tok.pt; do
  [[ -e $model ]] || continue
  name=$(basename "$model" .pt)
  timed "$name, encode 16 MiB, native" "$work/part" \
    "$lmzip" c "${options[@]}" -m "$model" -o "$work/native" "$work/part"
  for threads in 1 4 16; do
    timed "$name, encode 64 MiB, cuda, $threads threads" "$work/all" \
      "$lmzip" c "${options[@]}" -m "$model" --device cuda -T "$threads" -o "$work/cuda" "$work/all"
  done
  "$lmzip" c "${options[@]}" -m "$model" --device cuda -o "$work/cuda" "$work/part"
  cmp "$work/native" "$work/cuda"
  for threads in 1 4 16; do
    timed "$name, decode 16 MiB, cuda, $threads threads" "$work/part" \
      "$lmzip" d --force --memory 16G -m "$model" --device cuda -T "$threads" -o "$work/back" "$work/native"
    cmp "$work/back" "$work/part"
  done
done

for model in models/base.pt models/tok.pt; do
  [[ ! -e $model ]] || "$venv/bin/python" scripts/gpu_steps.py "$model"
done
((failed == 0)) || { echo "check_gpu.sh: not everything could be measured" >&2; exit 1; }
echo "== the same bytes on both"
