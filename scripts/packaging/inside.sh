#!/usr/bin/env bash
# What package.sh does in a fresh Debian root; the packages lie beside this.
set -euo pipefail
cd /packages
export DEBIAN_FRONTEND=noninteractive
die() { echo "$*" >&2; exit 1; }
files() { find / -xdev \( -path /proc -o -path /packages -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log -o -path /var/cache \) -prune -o -print | sort; }

round_trip() {  # PROGRAM [OPTION ...]
  "$1" c "${@:2}" -c text.txt > /tmp/coded
  "$1" d -c /tmp/coded | cmp - text.txt
}

files > /tmp/before
dpkg -i ./lmzip_*.deb ./lmzip-models_*.deb > /tmp/log || die "$(< /tmp/log)"
[[ $(lmzip --version | head -n 1) == "lmzip $(dpkg-query -W -f '${Version}' lmzip)" ]] || die "another version"
round_trip lmzip
round_trip lmzip -m tiny
lmzip c --effort fast text.txt
lmzcat text.txt.lmz | cmp - text.txt
lmzip models | grep -q large || die "lmzip-models is not found"
bash -c '. /usr/share/bash-completion/completions/lmzip && complete -p lmzip' > /dev/null
zcat /usr/share/man/man1/lmzcat.1.gz | grep -q LMZIP || die "no manual page"
if lmzip c -m tok -c text.txt 2> /tmp/told > /dev/null; then die "tokens without the plug-in"; fi
grep -q 'not installed' /tmp/told
echo "passed  lmzip, lmzip-models: installed, used"

# What the others depend on is what Debian has.
if apt-get update -qq 2> /tmp/log && apt-get install -qq -y --no-install-recommends ./lmzip-sentencepiece_*.deb > /tmp/log 2>&1; then
  round_trip lmzip -m tok
  echo "passed  lmzip-sentencepiece: installed with what it needs, used"
  apt-get install -qq -y --simulate --no-install-recommends ./lmzip-torch_*.deb ./lmzip-peers_*.deb ./liblmzip-dev_*.deb \
    > /tmp/log
  grep -q '^Inst libtorch' /tmp/log && grep -q '^Inst libssl-dev' /tmp/log
  echo "passed  lmzip-torch, lmzip-peers, liblmzip-dev: Debian has what they need (not installed)"
  apt-get purge -qq -y --auto-remove lmzip-sentencepiece > /tmp/log 2>&1
else
  echo "skipped lmzip-sentencepiece, lmzip-torch, lmzip-peers, liblmzip-dev: $(tail -n 1 /tmp/log)"
fi

dpkg --purge lmzip lmzip-models > /tmp/log || die "$(< /tmp/log)"
rm -rf /var/lib/apt/lists/* text.txt.lmz
files > /tmp/after
comm -13 /tmp/before /tmp/after | grep -v '^/var/lib/apt' > /tmp/left || true
[[ ! -s /tmp/left ]] || die "left behind: $(< /tmp/left)"
echo "passed  purged: nothing is left"

mkdir -p '/opt/a place'
tar -C '/opt/a place' --strip-components 1 -xf lmzip-*.tar.xz
round_trip '/opt/a place/bin/lmzip'
round_trip '/opt/a place/bin/lmzip' -m tiny
'/opt/a place/bin/lmzip' models | grep -q '/opt/a place/share/lmzip/models/large.pt' || die "models are not found"
echo "passed  archive: used where it was unpacked"
