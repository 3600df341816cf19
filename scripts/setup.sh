#!/usr/bin/env bash
# Installs what building and testing lmzip needs, on Debian 12. Does nothing where it is there.
#
# usage: scripts/setup.sh [build|test]     test (default): also what only the tests use
#        scripts/setup.sh clang            also the compiler of fuzz.sh and of the preset clang-ubsan
#        scripts/setup.sh architectures    also the compilers and the emulator of check_architectures.sh
#        scripts/setup.sh sysroot ARCHITECTURE FOLDER    unpacks the libraries of another architecture
#        scripts/setup.sh windows          also the compiler and Wine for check_windows.sh
#        scripts/setup.sh windows-libraries FOLDER       makes the libraries for it, of Debian's sources
#        scripts/setup.sh web              also the compiler, node and the browser of web.sh
#        scripts/setup.sh web-libraries FOLDER           makes the libraries for it, of Debian's sources
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

# private_apt FOLDER OPTION ...: lists of packages in a folder of their own, whatever dpkg knows; sets options for apt-get.
private_apt() {
  mkdir -p "$1"/apt/{lists,cache/archives}/partial
  : > "$1/apt/status"
  options=(-qq -o APT::Sandbox::User=root -o Acquire::Languages=none -o Dir::State::lists="$1/apt/lists"
           -o Dir::State::status="$1/apt/status" -o Dir::Cache="$1/apt/cache" "${@:2}")
  # A mirror may lack a list for an hour, that of updates most of all.
  apt-get "${options[@]}" update || echo "== some lists of packages could not be had: going on with the others" >&2
}

# sysroot ARCHITECTURE FOLDER: what the core links, for a Debian architecture, without telling dpkg of it.
sysroot() {
  local architecture=$1 folder options
  mkdir -p "$2"
  folder=$(realpath "$2")
  private_apt "$folder" -o APT::Architecture="$architecture" -o APT::Architectures="$architecture"
  (
    cd "$folder"
    apt-get "${options[@]}" download libcli11-dev libspdlog-dev libspdlog1.10 libfmt-dev libfmt9 libssl-dev libxxhash-dev \
      libminizip-dev nlohmann-json3-dev zlib1g-dev "${test_libraries[@]}"
    for package in *.deb; do dpkg-deb --extract "$package" .; done
    rm -r ./*.deb apt
  )
  echo "== $(du -sh "$folder" | cut -f1) in $folder"
}

# pc_file FOLDER NAME LIBRARY: lets pkg-config find it.
pc_file() {
  cat > "$1/lib/pkgconfig/$2.pc" << END
prefix=\${pcfiledir}/../..
Name: $2
Description: $2
Version: 1
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib -l$3
END
}

# header_libraries FOLDER COMPILER ARCHIVER: what is in headers that are here: xxHash, compiled, and the JSON library.
header_libraries() {
  cp /usr/include/xx{hash,h3}.h "$1/include"
  "$2" -O2 -DXXH_STATIC_LINKING_ONLY -DXXH_IMPLEMENTATION -x c -c "$1/include/xxhash.h" -o xxhash.o
  "$3" rcs "$1/lib/libxxhash.a" xxhash.o
  pc_file "$1" libxxhash xxhash
  mkdir -p "$1/share/cmake"
  cp -r /usr/include/nlohmann "$1/include"
  cp -r /usr/share/cmake/nlohmann_json "$1/share/cmake"
}

# sources FOLDER PACKAGE ...: unpacks Debian's in the current folder.
sources() {
  local options
  echo 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main' > list
  private_apt "$1" -o Dir::Etc::sourcelist="$PWD/list" -o Dir::Etc::sourceparts=-
  apt-get "${options[@]}" source "${@:2}" > /dev/null
}

# windows_libraries FOLDER: what the core and its tests link, for x86-64 Windows; Debian has zlib alone. xxHash and the JSON library are
# their headers, GoogleTest's and minizip's sources come from packages.
windows_libraries() {
  local folder compiler=x86_64-w64-mingw32-gcc-posix
  mkdir -p "$1"/{include/minizip,lib/pkgconfig,sources}
  folder=$(realpath "$1")
  (
    cd "$folder/sources"
    sources "$folder" minizip
    cp minizip-*/{unzip,ioapi}.h ../include/minizip
    for file in unzip ioapi; do $compiler -O2 -DUSE_FILE32API -w -c minizip-*/"$file.c" -o "$file.o"; done
    x86_64-w64-mingw32-ar rcs ../lib/libminizip.a unzip.o ioapi.o
    header_libraries "$folder" $compiler x86_64-w64-mingw32-ar
    cmake -Wno-dev -Wno-deprecated -S /usr/src/googletest -B googletest -DCMAKE_BUILD_TYPE=Release -DCMAKE_SYSTEM_NAME=Windows \
      -DCMAKE_C_COMPILER=$compiler -DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix -DCMAKE_INSTALL_PREFIX="$folder" > /dev/null
    cmake --build googletest --target install --parallel "$(nproc)" > /dev/null
  )
  pc_file "$folder" minizip minizip
  rm -r "$folder/sources" "$folder/apt"
  echo "== $(du -sh "$folder" | cut -f1) in $folder"
}

# web_libraries FOLDER: what the core links, for WebAssembly; of OpenSSL SHA-256 and base64. Its headers are those that are here.
web_libraries() {
  local folder file
  mkdir -p "$1"/{include/minizip,lib/pkgconfig,sources}
  folder=$(realpath "$1")
  cp -r /usr/include/openssl "/usr/include/$(uname -m)-linux-gnu/openssl" "$folder/include"
  (
    cd "$folder/sources"
    sources "$folder" zlib openssl
    mv zlib-*/ zlib
    mv openssl-*/ openssl
    for file in adler32 crc32 inffast inflate inftrees zutil; do emcc -O2 -w -c "zlib/$file.c"; done
    emar rcs ../lib/libz.a ./*.o
    cp zlib/z{lib,conf}.h ../include
    for file in unzip ioapi; do emcc -O2 -w -DUSE_FILE32API -Izlib -c "zlib/contrib/minizip/$file.c"; done
    emar rcs ../lib/libminizip.a unzip.o ioapi.o
    cp zlib/contrib/minizip/{unzip,ioapi}.h ../include/minizip
    for file in sha/sha256 mem_clr evp/encode; do
      emcc -O2 -w -I../include -Iopenssl/include -Iopenssl/crypto/evp -Iopenssl -c "openssl/crypto/$file.c"
    done
    emar rcs ../lib/libcrypto.a sha256.o mem_clr.o encode.o
    header_libraries "$folder" emcc emar
  )
  pc_file "$folder" minizip minizip
  rm -r "$folder/sources" "$folder/apt"
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
  windows-libraries)
    windows_libraries "${2:?the folder}"
    exit 0
    ;;
  web-libraries)
    web_libraries "${2:?the folder}"
    exit 0
    ;;
  web) packages+=(dpkg-dev emscripten nodejs chromium) ;;
  windows) packages+=(g++-mingw-w64-x86-64-posix libz-mingw-w64-dev dpkg-dev wine wine64 "${test_libraries[@]}") ;;
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
