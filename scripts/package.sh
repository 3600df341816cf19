#!/usr/bin/env bash
# Makes Debian packages and a relocatable archive of the release build, looks at them with lintian, and
# tests them in a fresh Debian root: installed, used, purged.
#
# usage: scripts/package.sh [FOLDER]      FOLDER: for the build, packages (in out) and root; by default build/package
#
# Without root's rights or a mirror the test in the fresh root is left out, which is said, and the exit code is 77.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD/scripts/packaging
mkdir -p "${1:-build/package}"
work=$(realpath "${1:-build/package}")
die() { echo "$*" >&2; exit 1; }
quietly() { "$@" > "$work/log" 2>&1 || die "$(tail -n 40 "$work/log")"; }

echo "== building"
launcher=()
if command -v ccache > /dev/null; then launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
date=$(git log -1 --format=%cD 2> /dev/null || date -R)
quietly cmake -S . -B "$work" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DLMZIP_TESTS=OFF \
  -DLMZIP_DATE="$date" "${launcher[@]}"
quietly cmake --build "$work" --parallel "$(nproc)"
rm -rf "$work/out"
quietly cpack --config "$work/CPackConfig.cmake" -B "$work/out"
rm -rf "$work/out/_CPack_Packages"
(cd "$work/out" && stat -c '%10s  %n' ./*.deb ./*.tar.xz)

echo "== lintian"
if command -v lintian > /dev/null; then
  lintian --fail-on error,warning "$work"/out/*.deb
else
  echo "skipped: no lintian"
fi

echo "== a fresh root"
skip() { echo "skipped: $*"; exit 77; }
((EUID == 0)) || skip "a root needs root's rights"
command -v debootstrap > /dev/null || skip "no debootstrap"
root=$work/root
mirror=$(apt-get indextargets --format '$(SITE)' | head -n 1)
if [[ ! -e $work/root.tar ]]; then
  rm -rf "$root"
  debootstrap --variant=minbase --include=xz-utils bookworm "$root" "$mirror" > "$work/log" 2>&1 || skip "$(tail -n 1 "$work/log")"
  tar -C "$root" -cf "$work/root.tar" .
fi
rm -rf "$root"
mkdir "$root"
tar -C "$root" -xf "$work/root.tar"
mkdir "$root/packages"
cp "$work"/out/*.deb "$work"/out/*.tar.xz "$here/inside.sh" tests/cli/samples/text.txt "$root/packages"
if [[ -e /etc/resolv.conf ]]; then cp -L /etc/resolv.conf "$root/etc/resolv.conf"; fi
# Its own mounts, which go with it, and no environment of ours.
unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" \
  /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 bash /packages/inside.sh
rm -rf "$root"
echo "== packages: $work/out"
