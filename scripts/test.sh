#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test: the release build, the core
# under the address, undefined-behaviour and thread sanitizers, the Python scripts.
#
# usage: scripts/test.sh [release|sanitizers|python ...]     by default all
set -euo pipefail
cd "$(dirname "$0")/.."
parts=("$@")
if ((${#parts[@]} == 0)); then parts=(release sanitizers python); fi

# build_and_test PRESET [CTEST OPTION ...]
build_and_test() {
  echo "== $1: building"
  cmake --preset "$1" > /dev/null
  cmake --build --preset "$1" --parallel "$(nproc)" 2>&1 | grep -E 'warning|error|\*\*\*' || true
  cmake --build --preset "$1" > /dev/null
  echo "== $1: testing"
  ctest --preset "$1" --parallel "$(nproc)" "${@:2}"
}

test_release() { build_and_test release; }

# The command line is tested in the release build; what takes long there takes too long here.
test_sanitizers() {
  build_and_test asan-ubsan --label-exclude 'cli|vectors'
  build_and_test tsan --tests-regex 'scheduler|sequencer|memory_budget'
}

test_python() {
  local venv=build/venv
  echo "== python: installing into $venv"
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet -r scripts/requirements-test.txt
  echo "== python: testing"
  "$venv/bin/python" -m pytest -q tests/python
}

scripts/setup.sh test
for part in "${parts[@]}"; do "test_$part"; done
echo "== all tests passed"
