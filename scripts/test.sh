#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test: the release build, the core
# under the address, undefined-behaviour and thread sanitizers, the Python scripts.
#
# usage: scripts/test.sh [release|sanitizers|python|clang|architectures ...]     by default the first three
#
# Says at the end what every part took. Compilers go through ccache where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
parts=("$@")
if ((${#parts[@]} == 0)); then parts=(release sanitizers python); fi

# timed NAME COMMAND ...: runs it and notes how long it took.
spent=()
timed() {
  local name=$1 begin=$SECONDS
  shift
  "$@"
  spent+=("$(printf '%4d s  %s' $((SECONDS - begin)) "$name")")
}

# build_and_test PRESET TARGETS [CTEST OPTION ...]
build_and_test() {
  local preset=$1 targets=()
  read -ra targets <<< "$2"
  echo "== $preset: building"
  timed "$preset, building" build "$preset" "${targets[@]}"
  echo "== $preset: testing"
  timed "$preset, testing" \
    ctest --preset "$preset" --no-tests=error --parallel "$(nproc)" "${@:3}"
}

build() {
  local preset=$1 launcher=()
  if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  # quickstart.sh has turned the tests off
  cmake --preset "$preset" -DLMZIP_TESTS=ON "${launcher[@]}" > /dev/null
  local build=(cmake --build --preset "$preset" --target "${@:2}")
  "${build[@]}" --parallel "$(nproc)" 2>&1 | grep -E 'warning|error|\*\*\*' || true
  "${build[@]}" > /dev/null
}

# The wheel is tested with the Python scripts.
test_release() { build_and_test release all --label-exclude python; }

# Tested in the release build alone: the command line, which takes long there and too long here, and
# what needs more than core_tests builds.
release_only='cli|vectors|lint|package'

test_sanitizers() {
  build_and_test asan-ubsan core_tests --label-exclude "$release_only"
  local threaded='worker_pool_test sequencer_test memory_budget_test threads_test files_test'
  build_and_test tsan "$threaded" --tests-regex "${threaded// /|}"
}

# clang's undefined-behaviour sanitizer finds other things than gcc's: arithmetic on null pointers, indices of arrays in structures.
test_clang() {
  scripts/setup.sh clang
  build_and_test clang-ubsan core_tests --label-exclude "$release_only"
}

# What pip installs, mostly libtorch, it unpacks for minutes, on one core and while it waits for the
# disk and the network: beside the builds.
venv=build/venv
install_python() {
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet -r scripts/requirements-test.txt
}

wait_for_python() {
  wait "$installing" || { cat build/python.log >&2; return 1; }
}

test_python() {
  echo "== python: waiting for $venv"
  timed "python, waiting for its packages" wait_for_python
  echo "== python: testing"
  # Its threads spin while they wait.
  OMP_WAIT_POLICY=passive timed "python, testing" "$venv/bin/python" -m pytest -q tests/python
  timed "python, the wheel" tests/wheel/run.sh build/wheel
}

# Decoding on other machines, emulated.
test_architectures() {
  scripts/setup.sh architectures
  timed "architectures" scripts/check_architectures.sh
}

scripts/setup.sh test
if [[ " ${parts[*]} " == *" python "* ]]; then
  mkdir -p build
  install_python > build/python.log 2>&1 &
  installing=$!
fi
for part in "${parts[@]}"; do "test_$part"; done
printf '%s\n' "${spent[@]}"
echo "== all tests passed"
