#!/usr/bin/env bash
# Installs what building and testing lmzip needs, on Debian 12. Does nothing where it is there.
#
# usage: scripts/setup.sh [build|test]     test (default): also what only the tests use
set -euo pipefail

# OpenBLAS makes libtorch's products several times as fast as Debian's default BLAS.
packages=(g++ cmake make pkg-config libcli11-dev libspdlog-dev libssl-dev libxxhash-dev
          libminizip-dev nlohmann-json3-dev libsentencepiece-dev libtorch-dev libopenblas0-openmp
          xz-utils zstd)
if [[ ${1:-test} == test ]]; then
  packages+=(libgtest-dev libgmock-dev python3 python3-venv strace groff)
fi

missing=()
for package in "${packages[@]}"; do
  # A cmake that is new enough may come from elsewhere.
  if [[ $package == cmake ]] && command -v cmake > /dev/null; then continue; fi
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "== packages: all there"
  exit 0
fi
echo "== installing ${missing[*]}"
as_root=()
if ((EUID != 0)); then as_root=(sudo); fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
