#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test: the release build, the core
# under the address, undefined-behaviour and thread sanitizers, the Python scripts.
#
# usage: scripts/test.sh [release|sanitizers|python|architectures ...]     by default the first three
set -euo pipefail
cd "$(dirname "$0")/.."
parts=("$@")
if ((${#parts[@]} == 0)); then parts=(release sanitizers python); fi

# build_and_test PRESET TARGETS [CTEST OPTION ...]
build_and_test() {
  local preset=$1 targets=()
  read -ra targets <<< "$2"
  echo "== $preset: building"
  cmake --preset "$preset" -DLMZIP_TESTS=ON > /dev/null  # quickstart.sh has turned them off
  local build=(cmake --build --preset "$preset" --target "${targets[@]}")
  "${build[@]}" --parallel "$(nproc)" 2>&1 | grep -E 'warning|error|\*\*\*' || true
  "${build[@]}" > /dev/null
  echo "== $preset: testing"
  ctest --preset "$preset" --no-tests=error --parallel "$(nproc)" "${@:3}"
}

test_release() { build_and_test release all; }

# The command line is tested in the release build; what takes long there takes too long here.
test_sanitizers() {
  build_and_test asan-ubsan core_tests --label-exclude 'cli|vectors'
  local threaded='scheduler_test sequencer_test memory_budget_test'
  build_and_test tsan "$threaded" --tests-regex "${threaded// /|}"
}

test_python() {
  local venv=build/venv
  echo "== python: installing into $venv"
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet -r scripts/requirements-test.txt
  echo "== python: testing"
  "$venv/bin/python" -m pytest -q tests/python
}

# Decoding on other machines, emulated.
test_architectures() {
  scripts/setup.sh architectures
  scripts/check_architectures.sh
}

scripts/setup.sh test
for part in "${parts[@]}"; do "test_$part"; done
echo "== all tests passed"
