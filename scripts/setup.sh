#!/usr/bin/env bash
# Installs what building and testing lmzip needs, on Debian 12. Does nothing where it is there.
#
# usage: scripts/setup.sh [build|test]     test (default): also what only the tests use
#        scripts/setup.sh clang            also the compiler of fuzz.sh and of the preset clang-ubsan
#        scripts/setup.sh architectures    also the compilers and the emulator of check_architectures.sh
#        scripts/setup.sh sysroot ARCHITECTURE FOLDER    unpacks the libraries of another architecture
#        scripts/setup.sh kit FOLDER       unpacks the libraries into FOLDER instead, for a machine
#                                          that reaches no packages (check_gpu.sh uses build/kit)
set -euo pipefail

libraries=(libcli11-dev libspdlog-dev libssl-dev libxxhash-dev libminizip-dev nlohmann-json3-dev
           libsentencepiece-dev zlib1g-dev)
test_libraries=(libgtest-dev libgmock-dev)
# What `lmzip eval` compares with.
peer_libraries=(liblzma-dev libpng-dev libflac-dev libzstd-dev libbrotli-dev)
# OpenBLAS makes libtorch's products several times as fast as Debian's default BLAS.
packages=(g++ cmake make pkg-config "${libraries[@]}" "${peer_libraries[@]}" libtorch-dev libopenblas0-openmp xz-utils zstd)

# kit FOLDER: the libraries and all that they need, but for what comes with a compiler.
kit() {
  local folder packages
  mkdir -p "$1"
  folder=$(realpath "$1")
  packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
               --no-replaces --no-enhances pkg-config "${libraries[@]}" "${test_libraries[@]}" |
             grep '^[a-z0-9]' | sort -u |
             grep -vxE 'libc6|libgcc-s1|libstdc\+\+6|gcc-.*-base|catch2|googletest|libssl3')
  (
    cd "$folder"
    # shellcheck disable=SC2086
    apt-get download -qq $packages
    for package in *.deb; do dpkg-deb --extract "$package" .; done
    rm -r ./*.deb usr/share/doc usr/share/man
    find . -type l \( -xtype l -o -lname '/*' \) -delete  # to what is not in here
  )
  echo "== $(du -sh "$folder" | cut -f1) in $folder"
}

# sysroot ARCHITECTURE FOLDER: what the core links, for a Debian architecture, without telling dpkg of it.
sysroot() {
  local architecture=$1 folder options
  mkdir -p "$2"
  folder=$(realpath "$2")
  mkdir -p "$folder"/apt/{lists,cache/archives}/partial
  : > "$folder/apt/status"
  options=(-qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User=root
           -o Acquire::Languages=none -o Dir::State::lists="$folder/apt/lists" -o Dir::State::status="$folder/apt/status"
           -o Dir::Cache="$folder/apt/cache")
  # A mirror may lack a list for an hour, that of updates most of all.
  apt-get "${options[@]}" update || echo "== some lists of packages could not be had: going on with the others" >&2
  (
    cd "$folder"
    apt-get "${options[@]}" download libcli11-dev libspdlog-dev libspdlog1.10 libfmt-dev libfmt9 libssl-dev libxxhash-dev \
      libminizip-dev nlohmann-json3-dev zlib1g-dev "${test_libraries[@]}"
    for package in *.deb; do dpkg-deb --extract "$package" .; done
    rm -r ./*.deb apt
  )
  echo "== $(du -sh "$folder" | cut -f1) in $folder"
}

case ${1:-test} in
  kit)
    kit "${2:?the folder}"
    exit 0
    ;;
  sysroot)
    sysroot "${2:?the architecture}" "${3:?the folder}"
    exit 0
    ;;
  clang) packages+=(clang-14 libclang-rt-14-dev "${test_libraries[@]}") ;;
  architectures) packages+=(g++-aarch64-linux-gnu g++-arm-linux-gnueabihf g++-s390x-linux-gnu qemu-user-static) ;;
esac
if [[ ${1:-test} == test ]]; then
  packages+=("${test_libraries[@]}" ccache python3 python3-venv strace groff zsh fish bindfs e2fsprogs file flac parallel shared-mime-info)
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
