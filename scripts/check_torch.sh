#!/usr/bin/env bash
# Builds the torch engine against the libtorch of a pip-installed torch and checks that it computes
# what the portable engine computes, bit for bit.
#
# usage: scripts/check_torch.sh [VENV]
#
# VENV is a Python virtual environment with torch in it. Without it, build/torch-venv is used, made
# first if it is missing (torch 2.13.0 from the package index: several GB where that brings CUDA).
# What is built lies in build/check-torch.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/kit.sh

venv=${1:-build/torch-venv}
if [[ ! -x $venv/bin/python ]]; then
  if (($# > 0)); then
    echo "check_torch.sh: $venv is no virtual environment" >&2
    exit 1
  fi
  echo "== making $venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet torch==2.13.0 numpy
fi

torch=$("$venv/bin/python" -c 'import os, torch; print(os.path.dirname(torch.__file__))')
version=$("$venv/bin/python" -c 'import torch; print(torch.__version__)')
build=build/check-torch

echo "== building against torch $version in $torch"
cmake --fresh -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$torch;$kit_prefix"
cmake --build "$build" --target torch_test pinned_test lmzip --parallel "$(nproc)"
if [[ $(ldd "$build/liblmzip_torch.so") != *"$torch/lib/libtorch_cpu.so"* ]]; then
  echo "check_torch.sh: the plug-in was linked with another libtorch" >&2
  exit 1
fi

echo "== comparing with the portable engine"
"$build/torch_test"
"$build/pinned_test"
echo "== torch $version: the portable engine's bits"
