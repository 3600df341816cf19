#!/usr/bin/env bash
# Decodes on other architectures: the core, cross-built by Debian's compilers, runs in qemu's user mode. What it decodes: the test
# vectors, bad ones included, and the goldens, by every instruction set that its kernels are written for. It makes the goldens anew,
# too: the same bytes. Tests compare the kernels with the portable ones on processors that lack some of the instructions.
#
# usage: scripts/check_architectures.sh [arm64|armhf|s390x ...]      by default all; s390x is big-endian, armhf has 32 bits
# Sysroots and builds lie in build/architectures; they are kept.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(pwd) work=build/architectures
architectures=("$@")
if ((${#architectures[@]} == 0)); then architectures=(arm64 armhf s390x); fi
mkdir -p "$work"
tests=(mixer_test engine_test engine_property_test fuzz_isas)
unset LMZIP_ISA
export LMZIP_MODEL_PATH=$root/models

# describe ARCHITECTURE: sets triple, processor and emulator, the processors that it emulates and the instruction sets of the kernels.
describe() {
  cpus=(max) sets=(portable)
  case $1 in
    arm64)
      triple=aarch64-linux-gnu processor=aarch64 emulator=qemu-aarch64-static
      cpus=(cortex-a53 neoverse-n1 max) sets=(neon neondot neoni8mm)
      ;;
    armhf) triple=arm-linux-gnueabihf processor=arm emulator=qemu-arm-static ;;
    s390x) triple=s390x-linux-gnu processor=s390x emulator=qemu-s390x-static ;;
    *)
      echo "$1: not an architecture; arm64, armhf or s390x" >&2
      exit 64
      ;;
  esac
}

# build ARCHITECTURE: the program and the tests for it, into $work/ARCHITECTURE. -Wno-conversion: where size_t has 32 bits, gcc warns
# of every size of a frame, which are kept in 64 and are at most 64 MiB.
build() {
  local sysroot=$root/$work/sysroot-$1 launcher=()
  [[ -d $sysroot/usr ]] || scripts/setup.sh sysroot "$1" "$sysroot"
  if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  local libraries=$sysroot/usr/lib/$triple
  PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$sysroot/usr/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot \
    cmake -S . -B "$work/$1" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Release -DLMZIP_TORCH=OFF \
    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$processor" -DCMAKE_LIBRARY_ARCHITECTURE="$triple" \
    -DCMAKE_C_COMPILER="$triple-gcc" -DCMAKE_CXX_COMPILER="$triple-g++" \
    -DCMAKE_CXX_FLAGS="-isystem $sysroot/usr/include/$triple -Wno-conversion" \
    -DCMAKE_CROSSCOMPILING_EMULATOR="$emulator;-L;/usr/$triple" -DCMAKE_FIND_ROOT_PATH="$sysroot" \
    -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY \
    -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER > "$work/$1.log" 2>&1 ||
    { tail -n 20 "$work/$1.log" && return 1; }
  cmake --build "$work/$1" --target lmzip "${tests[@]}" --parallel "$(nproc)" >> "$work/$1.log" 2>&1 ||
    { grep -E 'error|\*\*\*' "$work/$1.log" && return 1; }
  if grep -q 'warning:' "$work/$1.log"; then grep -A 3 'warning:' "$work/$1.log"; fi
}

failures=0
fail() {
  echo "   FAILED $*"
  ((failures += 1))
}

# on CPU PROGRAM ARGUMENTS: runs it.
on() {
  "$emulator" -cpu "$1" -L "/usr/$triple" "$work/$architecture/$2" "${@:3}"
}

# check_kernels CPU
check_kernels() {
  local log=$work/kernels.log
  on "$1" mixer_test --gtest_filter='MixKernels.*' > "$log" && on "$1" engine_test >> "$log" && on "$1" engine_property_test >> "$log" &&
    on "$1" fuzz_isas -runs=300 >> "$log" 2>&1 || { tail -n 20 "$log" && fail "kernels on a $1"; }
}

# The goldens, but for those that take minutes here; what they were made of becomes $work/content-ARCHITECTURE/NAME.
check_goldens() {
  local name bytes sha256 rest
  while IFS=$'\t' read -r name bytes sha256 rest; do
    [[ $name != \#* && $name != long-* ]] || continue
    on max lmzip d -q -f --reference tests/goldens/reference -o "$work/content-$architecture/$name" "tests/goldens/$name.lmz" || true
    if [[ $(sha256sum < "$work/content-$architecture/$name") == "$sha256  -" ]]; then ((decoded += 1)); else fail "decoding the golden $name"; fi
  done < tests/goldens/goldens.tsv
}

# The vectors with tiny.pt or data/tokens.pt and both references, as vectors_test takes them.
check_vectors() {
  local name outcome bytes sha256 rest model code got references=(--reference=tests/vectors/reference-{1,2}.bin)
  while IFS=$'\t' read -r name outcome bytes sha256 rest; do
    [[ $name != \#* ]] || continue
    model=models/tiny.pt code=0
    [[ $name != *tokens* ]] || model=tests/data/tokens.pt
    got=$(on max lmzip d -m "$model" "${references[@]}" -c "tests/vectors/$name.lmz" 2> "$work/stderr" | sha256sum) || code=$?
    if [[ $outcome == ok && $code != 0 || $outcome != ok && ! $code =~ ^[12]$ ]]; then
      fail "$name: expected $outcome, exit code $code: $(< "$work/stderr")"
    elif [[ ${got%% *} != "$sha256" ]]; then
      fail "$name: not the $bytes bytes expected"
    else
      ((vectors += 1))
    fi
  done < tests/vectors/expected.tsv
}

# Encoding there gives the bytes of the goldens. Text becomes tokens by SentencePiece, which is not built there.
check_encoder() {
  local name bytes sha256 file_bytes file_sha256 options
  while IFS=$'\t' read -r name bytes sha256 file_bytes file_sha256 options; do
    [[ $name != \#* && $name != long-* && $options != '= '* ]] || continue
    [[ $name != tok* || $name == tok-mix ]] || continue
    # shellcheck disable=SC2086
    if on max lmzip c -q ${options/--reference /--reference tests/goldens/} -c "$work/content-$architecture/$name" | cmp -s - "tests/goldens/$name.lmz"; then
      ((encoded += 1))
    else
      fail "encoding the golden $name"
    fi
  done < tests/goldens/goldens.tsv
}

for architecture in "${architectures[@]}"; do
  describe "$architecture"
  echo "== $architecture: building"
  build "$architecture"
  rm -rf "$work/content-$architecture"
  mkdir "$work/content-$architecture"
  for cpu in "${cpus[@]}"; do
    echo "== $architecture: kernels on a $cpu"
    check_kernels "$cpu"
  done
  for set in "${sets[@]}"; do
    echo "== $architecture: decoding, $set"
    export LMZIP_ISA=$set
    decoded=0 vectors=0
    check_goldens
    check_vectors
    echo "   $decoded goldens decode, $vectors vectors as expected"
  done
  echo "== $architecture: encoding, $set"
  encoded=0
  check_encoder
  echo "   $encoded goldens encode to the same bytes"
  unset LMZIP_ISA
done
if ((failures > 0)); then
  echo "== $failures failed"
  exit 1
fi
