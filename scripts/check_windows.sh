#!/usr/bin/env bash
# The library for 64-bit Windows, cross-built by Debian's MinGW-w64: its tests, and a program in C that uses it, run under Wine.
#
# usage: scripts/check_windows.sh
# Needs scripts/setup.sh windows. Libraries and build lie in build/windows; they are kept.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(pwd) work=$(pwd)/build/windows triple=x86_64-w64-mingw32
unset LMZIP_ISA
sysroot=$work/sysroot
tests=(bytes_test hash_test plugin_test random_access_test zeroed_array_test range_coder_test cost_test byte_tree_test
       range_coder_property_test token_frequencies_property_test segments_property_test find_segments_test guess_segments_test
       parse_kind_test headers_test registry_test model_file_test model_property_test sequencer_test worker_pool_test method_test
       codec_test damage_property_test copies_property_test far_copies_property_test window_property_test
       reference_property_test typed_content_property_test frames_property_test tokens_property_test sample_property_test
       history_test mixer_test picture_set_test genome_set_test program_set_test quick_set_test sound_test wide_sets_test
       engine_test engine_property_test vectors_test)
mkdir -p "$work"

# configure SOURCE BUILD OPTION ...
configure() {
  local launcher=()
  if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  PKG_CONFIG_LIBDIR=$sysroot/lib/pkgconfig:/usr/$triple/lib/pkgconfig \
    cmake -S "$1" -B "$2" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Release -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_SYSTEM_PROCESSOR=x86_64 \
    -DCMAKE_C_COMPILER=$triple-gcc-posix -DCMAKE_CXX_COMPILER=$triple-g++-posix -DCMAKE_RC_COMPILER=$triple-windres \
    -DCMAKE_EXE_LINKER_FLAGS=-static -DCMAKE_CROSSCOMPILING_EMULATOR=wine \
    -DCMAKE_FIND_ROOT_PATH="$sysroot;/usr/$triple" -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY \
    -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER "${@:3}" > "$work/log" 2>&1 ||
    { tail -n 20 "$work/log" && return 1; }
}

# build FOLDER TARGET ...
build() {
  cmake --build "$1" --target "${@:2}" --parallel "$(nproc)" >> "$work/log" 2>&1 || { grep -E 'error|\*\*\*' "$work/log" && return 1; }
  if grep -q 'warning:' "$work/log"; then grep -A 3 'warning:' "$work/log"; fi
}

failures=0
fail() {
  echo "   FAILED $*"
  ((failures += 1))
}

run_tests() {
  local test
  for test in "${tests[@]}"; do
    if wine "$work/core/$test.exe" > "$work/$test.log" 2>&1; then
      echo "   $test: $(grep -aoE '[0-9]+ tests? from' "$work/$test.log" | tail -n 1 | cut -d ' ' -f 1) tests"
    else
      tail -n 20 "$work/$test.log"
      fail "$test"
    fi
  done
}

# outside c|d MODEL IN OUT: a program in C that uses the installed library, tests/package/outside/outside.c.
outside() {
  wine "$work/outside/outside_c.exe" "$@" > "$work/outside.log" 2>&1 || { cat "$work/outside.log" && fail "outside_c $*"; }
}

# Encoding gives the vectors' bytes, but for those of tokens: there is no tokenizer.
check_encoder() {
  local made=$work/vectors file equal=0
  rm -rf "$made"
  mkdir "$made"
  wine "$work/core/make_vectors.exe" "$made" models/tiny.pt > "$work/make_vectors.log" 2>&1 || fail "making vectors"
  for file in "$made"/*.lmz; do
    if cmp "$file" "tests/vectors/${file##*/}"; then ((equal += 1)); else fail "making ${file##*/}"; fi
  done
  echo "   $equal vectors made"
}

check_round_trip() {
  outside c base tests/cli/samples/text.txt "$work/coded"
  outside d base "$work/coded" "$work/content"
  cmp tests/cli/samples/text.txt "$work/content" || fail "a round trip"
}

# The goldens but for an empty one and those by a reference, which that program does not take, and those that take minutes.
check_goldens() {
  local name bytes sha256 rest decoded=0
  while IFS=$'\t' read -r name bytes sha256 rest; do
    [[ $name != \#* && $name != long-* && $name != empty && $name != reference* ]] || continue
    outside d base "tests/goldens/$name.lmz" "$work/content"
    if [[ $(sha256sum < "$work/content") == "$sha256  -" ]]; then ((decoded += 1)); else fail "decoding the golden $name"; fi
  done < tests/goldens/goldens.tsv
  echo "   $decoded goldens decode"
}

[[ -e $sysroot/lib/pkgconfig/minizip.pc ]] || scripts/setup.sh windows-libraries "$sysroot"
export WINEPREFIX=$work/wine WINEDEBUG=-all LMZIP_MODEL_PATH=$root/models
echo "== building"
configure . "$work/core" -DLMZIP_PROGRAM=OFF -DLMZIP_TORCH=OFF
build "$work/core" lmzip_static make_vectors "${tests[@]}"
echo "== tests"
run_tests
echo "== making the vectors"
check_encoder
echo "== a program in C with the installed library"
cmake --install "$work/core" --prefix "$work/prefix" --component library > "$work/log"
configure tests/package/outside "$work/outside" -DKIND=static -Dlmzip_ROOT="$work/prefix" -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=BOTH
build "$work/outside" outside_c
check_round_trip
check_goldens
((failures == 0))
