#!/usr/bin/env bash
# Sends every file of a folder, e.g. an unpacked evaluation set, through lmzip c and lmzip d and
# compares: by every method, with several numbers of threads, which must give the same bytes.
#
# usage: scripts/check_roundtrip.sh [--methods "M ..."] [--threads "N ..."] FOLDER [C OPTION ...]
#   by default methods "auto lm mix lm+mix store" and threads "1 2 3"; the program is $LMZIP, or
#   build/release/lmzip. Prints sizes; ends with 1 when a file came back otherwise.
set -euo pipefail
cd_root() { cd "$(dirname "$0")/.." && pwd; }
lmzip=${LMZIP:-$(cd_root)/build/release/lmzip}
methods="auto lm mix lm+mix store" threads="1 2 3"
while [[ ${1:-} == --* ]]; do
  case $1 in
    --methods) methods=$2 ;;
    --threads) threads=$2 ;;
    *) echo "unknown option $1" >&2; exit 1 ;;
  esac
  shift 2
done
folder=${1:?names the folder}
shift

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0 count=0

# check FILE METHOD OPTION...: prints the coded size; 1 when something differs.
check() {
  local file=$1 method=$2 reference="$scratch/reference" number
  shift 2
  rm -f "$reference"
  for number in $threads; do
    "$lmzip" c --method "$method" -T "$number" "$@" < "$file" > "$scratch/coded" || return 1
    [[ -e $reference ]] || mv "$scratch/coded" "$reference"
    [[ ! -e $scratch/coded ]] || cmp "$scratch/coded" "$reference" || return 1
    "$lmzip" d -T "$number" < "$reference" | cmp - "$file" || return 1
    rm -f "$scratch/coded"
  done
  stat -c %s "$reference"
}

while IFS= read -r -d '' file; do
  ((count += 1))
  line="$(stat -c %s "$file")"
  for method in $methods; do
    if size=$(check "$file" "$method" "$@"); then
      line+=" $method $size"
    else
      line+=" $method FAILED"
      ((failed += 1))
    fi
  done
  echo "$line $file"
done < <(find "$folder" -type f -print0 | sort -z)
echo "$count files, $failed failures"
((failed == 0 && count > 0))
