#!/usr/bin/env bash
# Checks the encoder's choice of a method, for every file of folders, e.g. an unpacked evaluation set:
# by default no file is more than 0.5 % and 16 bytes larger than the smallest of `--effort fast`,
# `--method lm` and `--method lm+mix`, and by `--effort max` none is larger than by default.
#
# usage: scripts/check_choice.sh FILE|FOLDER ... [-- C OPTION ...]     e.g. -- -m large
#   The program is $LMZIP, or build/release/lmzip. Prints sizes; ends with 1 when a file breaks the rule.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
lmzip=${LMZIP:-$root/build/release/lmzip}
places=()
while (($# > 0)) && [[ $1 != -- ]]; do
  places+=("$1")
  shift
done
shift $(($# > 0 ? 1 : 0))
if ((${#places[@]} == 0)); then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 64
fi

# size FILE OPTION ...: of the file, compressed so.
size() {
  local file=$1
  shift
  "$lmzip" c -q "$@" -c -- "$file" | wc -c
}

printf '%10s %10s %10s %10s %10s %10s  %s\n' bytes default fast lm lm+mix max file
failed=0 count=0
while IFS= read -r -d '' file; do
  chosen=$(size "$file" "$@")
  fast=$(size "$file" --effort fast "$@")
  lm=$(size "$file" --method lm "$@")
  mixed=$(size "$file" --method lm+mix "$@")
  most=$(size "$file" --effort max "$@")
  best=$((fast < lm ? fast : lm))
  best=$((best < mixed ? best : mixed))
  verdict=
  ((1000 * chosen <= 1005 * best + 16000)) || verdict+=" ABOVE THE BEST"
  ((most <= chosen)) || verdict+=" MAX ABOVE THE DEFAULT"
  printf '%10d %10d %10d %10d %10d %10d  %s%s\n' "$(stat -c %s -- "$file")" "$chosen" "$fast" "$lm" "$mixed" "$most" "$file" "$verdict"
  ((count += 1))
  [[ -z $verdict ]] || ((failed += 1))
done < <(find "${places[@]}" -type f -print0 | sort -z)
echo "$failed of $count files break the rule"
((count > 0 && failed == 0))
