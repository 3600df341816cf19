#!/usr/bin/env bash
# The web page: lmzip compiled to WebAssembly by Debian's Emscripten, in one file that needs nothing beside it.
#
# usage: scripts/web.sh [MODEL.pt ...]     by default models/base.pt; makes build/web/lmzip-MODEL.html of each
# Needs scripts/setup.sh web. Libraries and builds lie in build/web; they are kept.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(pwd)/build/web
models=("$@")
if ((${#models[@]} == 0)); then models=(models/base.pt); fi
mkdir -p "$work"
export PKG_CONFIG_LIBDIR=$work/sysroot/lib/pkgconfig  # the building configures, too, where files have changed
export NODE_PATH=/usr/share/nodejs                    # where Debian has what Emscripten's scripts need, whosever node runs them

[[ -f $work/sysroot/lib/libxxhash.a ]] || scripts/setup.sh web-libraries "$work/sysroot"
launcher=()
if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
for model in "${models[@]}"; do
  name=$(basename "$model" .pt)
  emcmake cmake -S . -B "$work/core" "${launcher[@]}" -DCMAKE_BUILD_TYPE=Release -DLMZIP_PROGRAM=OFF -DLMZIP_TORCH=OFF -DLMZIP_TESTS=OFF \
    -DCMAKE_FIND_ROOT_PATH="$work/sysroot" -DCMAKE_CROSSCOMPILING_EMULATOR=node -DLMZIP_DEFAULT_MODEL="$(realpath "$model")" \
    > "$work/log" 2>&1 || { tail -n 20 "$work/log" && exit 1; }
  cmake --build "$work/core" --target lmzip_web --parallel "$(nproc)" >> "$work/log" 2>&1 ||
    { grep -E 'error|\*\*\*' "$work/log" | cut -c 1-300 && exit 1; }
  if grep -q 'warning:' "$work/log"; then grep -A 3 'warning:' "$work/log"; fi
  node src/web/assemble.mjs "$work/core" "$work/lmzip-$name.html"
  echo "== $work/lmzip-$name.html: $(stat -c %s "$work/lmzip-$name.html") bytes"
done
