#!/usr/bin/env bash
# Installs the library into a folder of its own, and builds and runs programs outside of the tree with it:
# in C++ and C, by find_package and by pkg-config, static and (where it was built) shared.
#
# usage: tests/package/run.sh BUILD_FOLDER
set -euo pipefail
build=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
lmzip=$build/lmzip
root=$(mktemp -d "${TMPDIR:-/tmp}/lmzip-package.XXXXXX")
trap 'rm -rf "$root"' EXIT
unset LMZIP_MODEL_PATH LMZIP_ISA
export HOME=$root XDG_DATA_HOME=$root/data

die() { echo "$*" >&2; exit 1; }

cmake --install "$build" --prefix "$root/prefix" --component library > "$root/log" || die "$(< "$root/log")"
# A model beside the library: nothing but the library's own place leads there.
mkdir -p "$root/prefix/share/lmzip/models" "$root/elsewhere"
cp "$here/../../models/tiny.pt" "$root/prefix/share/lmzip/models/beside.pt"
cp "$here/../cli/samples/text.txt" "$root/elsewhere/text"
cd "$root/elsewhere"

# round_trips PROGRAM MODEL: compresses, decompresses; so do others with what it has made.
round_trips() {
  local program=$1 model=$2
  rm -f coded decoded
  "$program" c "$model" text coded
  "$program" d "$model" coded decoded
  cmp text decoded
  LMZIP_MODEL_PATH=$root/prefix/share/lmzip/models "$lmzip" d < coded | cmp - text
  LMZIP_MODEL_PATH=$root/prefix/share/lmzip/models "$lmzip" c -m "$model" < text | cmp - coded
}

kinds=(static)
lib=$(dirname "$(find "$root/prefix" -name liblmzip.a)")
if [[ -e $lib/liblmzip.so ]]; then kinds+=(shared); fi

# Every public header stands alone; that of C is C.
for header in "$root"/prefix/include/lmzip/*.h; do
  language=(-x c++ -std=c++20)
  if [[ $header == *_c.h ]]; then language=(-x c -std=c99); fi
  echo "#include <lmzip/$(basename "$header")>" |
    ${CXX:-c++} "${language[@]}" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$root/prefix/include" - ||
    die "$header does not stand alone"
done

for kind in "${kinds[@]}"; do
  cmake -S "$here/outside" -B "$root/$kind" -DKIND="$kind" -DCMAKE_PREFIX_PATH="$root/prefix" > "$root/log" 2>&1 &&
    cmake --build "$root/$kind" >> "$root/log" 2>&1 || die "$(< "$root/log")"
  # The program's own place for what is linked into it, the library's for a library.
  model=beside
  if [[ $kind == static ]]; then
    mkdir -p "$root/$kind/share/lmzip" "$root/$kind/bin"
    cp -r "$root/prefix/share/lmzip/models" "$root/$kind/share/lmzip"
    mv "$root/$kind"/outside_c* "$root/$kind/bin"
    programs=("$root/$kind/bin/outside_c" "$root/$kind/bin/outside_cc")
  else
    programs=("$root/$kind/outside_c" "$root/$kind/outside_cc")
  fi
  for program in "${programs[@]}"; do
    round_trips "$program" "$model"
    echo "passed  find_package, $kind, ${program##*_}"
  done
done

export PKG_CONFIG_PATH=$lib/pkgconfig
[[ $(pkg-config --modversion lmzip) == "$("$lmzip" --version | sed -n '1s/lmzip //p')" ]] || die "another version"
# by_pkg_config KIND [OPTION ...]: a C compiler alone, with what pkg-config says.
by_pkg_config() {
  local kind=$1 flags
  read -ra flags <<< "$(pkg-config "${@:2}" --cflags --libs lmzip)"
  if [[ $kind == static ]]; then flags=("${flags[@]/#-llmzip/-l:liblmzip.a}"); fi
  ${CC:-cc} -Wall -Werror "$here/outside/outside.c" -o "$root/by_pkg_config" "${flags[@]}"
  LD_LIBRARY_PATH=$lib round_trips "$root/by_pkg_config" base
  echo "passed  pkg-config, $kind, c"
}
by_pkg_config static --static
if [[ -e $lib/liblmzip.so ]]; then
  by_pkg_config shared
  # Nothing but what the headers mark is exported.
  others=$(nm -DC --defined-only "$lib/liblmzip.so" | sed 's/^[0-9a-f]* . //' |
           grep -vE '^(lmzip_[a-z_]+|((typeinfo( name)?|vtable) for )?lmzip::(~?[A-Z]|operator).*)$' || true)
  [[ -z $others ]] || die "liblmzip.so exports $others"
  private=$(nm -DC --defined-only "$lib/liblmzip.so" | grep -E 'lmzip::(FrameJob|WorkerPool|Mixer|ModelFile|OutputFile|Sha256)\b' || true)
  [[ -z $private ]] || die "liblmzip.so exports $private"
  # In a program of another kind.
  python3 - "$lib/liblmzip.so" <<'CHECK'
import ctypes
import sys
library = ctypes.CDLL(sys.argv[1])
library.lmzip_last_message.restype = ctypes.c_char_p
class Options(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("model", ctypes.c_char_p)]
options = Options(ctypes.sizeof(Options), b"beside")  # found beside the library, not beside python
codec, out, size = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_size_t()
def check(status):
    assert status == 0, library.lmzip_last_message()
check(library.lmzip_codec_new(ctypes.byref(options), ctypes.byref(codec)))
text = b"Here is a text, and here is a text again."
check(library.lmzip_compress(codec, text, ctypes.c_size_t(len(text)), None, ctypes.byref(out), ctypes.byref(size)))
coded = ctypes.string_at(out, size.value)
library.lmzip_free(out)
check(library.lmzip_decompress(codec, coded, ctypes.c_size_t(len(coded)), None, ctypes.byref(out), ctypes.byref(size)))
assert ctypes.string_at(out, size.value) == text
library.lmzip_free(out)
library.lmzip_codec_delete(codec)
CHECK
  echo "passed  python"
fi
