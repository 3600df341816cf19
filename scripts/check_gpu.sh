#!/usr/bin/env bash
# On a machine with a GPU: checks that the exact models give the same bits there, and measures speed.
#
# usage: scripts/check_gpu.sh FILE [VENV]      FILE: a few MB or more to measure on
#
# VENV is a Python virtual environment whose torch has CUDA; without it, build/torch-venv (check_torch.sh).
set -euo pipefail
cd "$(dirname "$0")/.."
(($# >= 1)) || { sed -n 's/^# //p' "$0" >&2; exit 1; }
file=$(realpath "$1")
shift
command -v nvidia-smi > /dev/null || { echo "check_gpu.sh: no nvidia-smi: is there a GPU?" >&2; exit 1; }

scripts/check_torch.sh "$@"
version=$("${1:-build/torch-venv}/bin/python" -c 'import torch; print(torch.__version__)')
build=build/check-torch-$version
cmake --build "$build" --target lmzip --parallel "$(nproc)"
if "$build/torch_test" --gtest_filter='*Cuda*' | grep -q SKIPPED; then
  echo "check_gpu.sh: the tests on CUDA were skipped" >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layout=(--method lm --frame-size 1M --lanes 64 --memory 4G)

# timed NAME COMMAND...: runs it and prints the speed in MB/s of FILE.
timed() {
  local name=$1 start end
  shift
  start=$(date +%s.%N)
  "$@"
  end=$(date +%s.%N)
  awk -v n="$name" -v b="$(stat -c %s "$file")" -v s="$start" -v e="$end" \
    'BEGIN {printf "| %s | %.2f |\n", n, b / 1e6 / (e - s)}'
}

echo "== $(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader), torch $version, $(nproc) cores"
echo "| | MB/s |"
echo "|---|---|"
for model in models/tiny.pt models/base.pt; do
  timed "$model, encode, native" "$build/lmzip" c "${layout[@]}" -m "$model" -o "$work/native" "$file"
  timed "$model, encode, cuda" "$build/lmzip" c "${layout[@]}" -m "$model" --device cuda -o "$work/cuda" "$file"
  cmp "$work/native" "$work/cuda"
  timed "$model, decode, cuda" "$build/lmzip" d --memory 4G -m "$model" --device cuda -o "$work/back" "$work/native"
  cmp "$work/back" "$file"
  rm "$work"/*
done
echo "== the same bytes on both"
