#!/usr/bin/env bash
# Decodes on other architectures what this machine has encoded: the core, cross-built by Debian's compilers, runs in qemu's user
# mode. What it decodes: the test vectors, bad ones included, and files of every method that the native build makes on the spot with
# the default model and the model of tokens. It encodes some of them, too: to the same bytes.
#
# usage: scripts/check_architectures.sh [arm64|armhf|s390x ...]      by default all; s390x is big-endian, armhf has 32 bits
#   LMZIP    (environment) the native program, by default build/release/lmzip, which must be built
# Sysroots and builds lie in build/architectures; they are kept.
set -euo pipefail
cd "$(dirname "$0")/.."
native=$(realpath "${LMZIP:-build/release/lmzip}")
root=$(pwd) work=build/architectures
architectures=("$@")
if ((${#architectures[@]} == 0)); then architectures=(arm64 armhf s390x); fi
mkdir -p "$work"
unset LMZIP_MODEL_PATH LMZIP_ISA
export LMZIP_MODEL_PATH=$root/models

# describe ARCHITECTURE: sets triple, processor and emulator.
describe() {
  case $1 in
    arm64) triple=aarch64-linux-gnu processor=aarch64 emulator=qemu-aarch64-static ;;
    armhf) triple=arm-linux-gnueabihf processor=arm emulator=qemu-arm-static ;;
    s390x) triple=s390x-linux-gnu processor=s390x emulator=qemu-s390x-static ;;
    *)
      echo "$1: not an architecture; arm64, armhf or s390x" >&2
      exit 64
      ;;
  esac
}

# build ARCHITECTURE: the program for it, $work/ARCHITECTURE/lmzip.
build() {
  local sysroot=$root/$work/sysroot-$1 launcher=()
  [[ -d $sysroot/usr ]] || scripts/setup.sh sysroot "$1" "$sysroot"
  if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  local libraries=$sysroot/usr/lib/$triple
  PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$sysroot/usr/share/pkgconfig PKG_CONFIG_SYSROOT_DIR=$sysroot \
    cmake -S . -B "$work/$1" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Release -DLMZIP_TORCH=OFF -DLMZIP_TESTS=OFF \
    -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$processor" -DCMAKE_LIBRARY_ARCHITECTURE="$triple" \
    -DCMAKE_C_COMPILER="$triple-gcc" -DCMAKE_CXX_COMPILER="$triple-g++" \
    -DCMAKE_CXX_FLAGS="-isystem $sysroot/usr/include/$triple -Wno-conversion -Wno-narrowing" \
    -DCMAKE_CROSSCOMPILING_EMULATOR="$emulator;-L;/usr/$triple" -DCMAKE_FIND_ROOT_PATH="$sysroot" \
    -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY \
    -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER > "$work/$1.log" 2>&1 ||
    { tail -n 20 "$work/$1.log" && return 1; }
  cmake --build "$work/$1" --target lmzip --parallel "$(nproc)" >> "$work/$1.log" 2>&1 ||
    { grep -E 'error|\*\*\*' "$work/$1.log" && return 1; }
  if grep -q 'warning:' "$work/$1.log"; then grep -A 3 'warning:' "$work/$1.log"; fi
}

# Small files, for an emulated network reads some dozens of bytes a second.
make_inputs() {
  local samples=tests/cli/samples to=$work/content
  mkdir -p "$to"
  head -c 150 "$samples/text.txt" > "$to/text"
  head -c 1200 "$samples/image.ppm" > "$to/picture"
  head -c 1500 "$samples/sound.wav" > "$to/sound"
  head -c 3000 "$samples/records.json" > "$to/records"
  head -c 500 "$samples/random.bin" > "$to/noise"
  : > "$to/empty"
}

# Lines of content, name and options of c; + in a name stands for a stream behind another.
goldens() {
  cat <<'LIST'
text lm-mix --method lm+mix
text lm --method lm
text auto
text tokens -m tok --method lm
text tokens-mix -m tok --method mix
text tiny-lanes -m tiny --method lm+mix --lanes 4
records mix --method mix
records mix-lanes --method mix --lanes 4
records frames --method mix --frame-size 700
picture picture --method mix
sound sound --method mix
noise store --method store
empty empty
LIST
}

make_goldens() {
  local content name options
  while read -r content name options; do
    # shellcheck disable=SC2086
    "$native" c -f $options -o "$work/goldens/$content.$name.lmz" "$work/content/$content"
  done < <(goldens)
  cat "$work/goldens"/{text.tiny-lanes,records.mix,empty.empty,noise.store}.lmz > "$work/goldens/several.concatenated.lmz"
  cat "$work/content"/{text,records,empty,noise} > "$work/content/several"
}

failures=0
fail() {
  echo "   FAILED $*"
  ((failures += 1))
}

check_goldens() {
  local file content
  for file in "$work"/goldens/*.lmz; do
    content=${file##*/} content=$work/content/${content%%.*}
    if "${foreign[@]}" d -c "$file" | cmp -s - "$content"; then ((decoded += 1)); else fail "$file"; fi
  done
}

# The vectors with tiny.pt or data/tokens.pt, as vectors_test takes them.
check_vectors() {
  local name outcome bytes sha256 rest model code got
  while IFS=$'\t' read -r name outcome bytes sha256 rest; do
    [[ $name != \#* ]] || continue
    model=models/tiny.pt code=0
    [[ $name != *tokens* ]] || model=tests/data/tokens.pt
    got=$("${foreign[@]}" d -m "$model" -c "tests/vectors/$name.lmz" 2> "$work/stderr" | sha256sum) || code=$?
    if [[ $outcome == ok && $code != 0 || $outcome != ok && ! $code =~ ^[12]$ ]]; then
      fail "$name: expected $outcome, exit code $code: $(< "$work/stderr")"
    elif [[ ${got%% *} != "$sha256" ]]; then
      fail "$name: not the $bytes bytes expected"
    else
      ((vectors += 1))
    fi
  done < tests/vectors/expected.tsv
}

# Encoding there gives the bytes of here.
check_encoder() {
  local content name options
  while read -r content name options; do
    [[ $name =~ ^(tiny-lanes|mix|frames|picture|sound|store|empty)$ ]] || continue
    # shellcheck disable=SC2086
    if "${foreign[@]}" c $options -c "$work/content/$content" | cmp -s - "$work/goldens/$content.$name.lmz"; then
      ((encoded += 1))
    else
      fail "encoding $content: $name"
    fi
  done < <(goldens)
}

rm -rf "$work/goldens" "$work/content"
mkdir -p "$work/goldens"
make_inputs
make_goldens
for architecture in "${architectures[@]}"; do
  describe "$architecture"
  echo "== $architecture: building"
  build "$architecture"
  foreign=("$emulator" -L "/usr/$triple" "$work/$architecture/lmzip")
  decoded=0 vectors=0 encoded=0
  echo "== $architecture: decoding"
  check_goldens
  check_vectors
  check_encoder
  echo "   $decoded files decode, $vectors vectors as expected, $encoded files encode to the same bytes"
done
if ((failures > 0)); then
  echo "== $failures failed"
  exit 1
fi
