#!/usr/bin/env bash
# Tests the command line: runs cases, which are bash scripts, each in an empty folder of its own.
#
# usage: LMZIP=PROGRAM tests/cli/run.sh [CASE.sh ...]      by default all of cases/
# $DOCTOR names the program of doctor.cc, $SHIM the library of faults/shim.c; by default they are beside
# PROGRAM.
#
# A case passes when it exits with 0 (or with the code in CASE.exit) and when its output matches the
# globs in CASE.stdout and CASE.stderr, where these exist. It exits with 77 to be skipped. It finds
# `lmzip` in its PATH, the functions of helpers.sh, and these variables:
#   SAMPLES  small files of several kinds
#   SCRATCH  a folder beside the case's own, for what must not lie in it
#   TINY     a small model's file, installed as `-m tiny`
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
: "${LMZIP:?names the program to test}"
program=$(realpath "$LMZIP")
DOCTOR=$(realpath "${DOCTOR:-$(dirname "$program")/doctor}")
SHIM=$(realpath "${SHIM:-$(dirname "$program")/faults_shim.so}")
export DOCTOR SHIM

root=$(mktemp -d "${TMPDIR:-/tmp}/lmzip-cli.XXXXXX")
trap 'chmod -R u+rwx "$root" 2> /dev/null || true; rm -rf "$root"' EXIT

mkdir "$root/bin"
for name in lmzip lmzcat unlmz; do ln -s "$program" "$root/bin/$name"; done
export PATH="$root/bin:$PATH" HELPERS="$here/helpers.sh" HERE="$here"
export SAMPLES="$here/samples" TINY="$here/../../models/tiny.pt"
export LC_ALL=C.UTF-8 HOME="$root" XDG_DATA_HOME="$root/data"
unset LMZIP_ISA LMZIP_MODEL_PATH LMZIP_TORCH_PLUGIN LMZIP_TOKENIZER_PLUGIN LMZIP_PEERS_PLUGIN
umask 022
mkdir -p "$XDG_DATA_HOME/lmzip/models"
ln -s "$(realpath "$TINY")" "$XDG_DATA_HOME/lmzip/models/tiny.pt"

# matches FILE GLOB_FILE
matches() { [[ "$(< "$1")" == $(< "$2") ]]; }

# run_case CASE.sh: 0 passed, 77 skipped, 1 failed (after saying why).
run_case() {
  local case=${1%.sh} code=0 expected=0
  local name=${case##*/} stream
  local folder="$root/$name"
  mkdir -p "$folder/work" "$folder/scratch"
  (
    cd "$folder/work"
    SCRATCH="$folder/scratch" bash -c 'set -euo pipefail; . "$HELPERS"; . "$0"' "$case.sh"
  ) > "$folder/stdout" 2> "$folder/stderr" < /dev/null || code=$?
  if ((code == 77)); then
    echo "skipped $name: $(tail -n 1 "$folder/stderr")"
    return 77
  fi
  [[ ! -e $case.exit ]] || expected=$(< "$case.exit")
  local problem=
  ((code == expected)) || problem="exit code $code, expected $expected"
  for stream in stdout stderr; do
    if [[ -e $case.$stream ]] && ! matches "$folder/$stream" "$case.$stream"; then
      problem+="${problem:+; }$stream does not match $name.$stream"
    fi
  done
  if [[ -z $problem ]]; then
    echo "passed  $name"
    return 0
  fi
  echo "FAILED  $name: $problem"
  for stream in stdout stderr; do sed "s/^/  $stream: /" "$folder/$stream" | tail -n 40; done
  return 1
}

cases=("$@")
if ((${#cases[@]} == 0)); then cases=("$here"/cases/*.sh); fi
failed=0 skipped=0
for case in "${cases[@]}"; do
  code=0
  run_case "$(realpath "$case")" || code=$?
  if ((code == 77)); then ((skipped += 1)); elif ((code != 0)); then ((failed += 1)); fi
done
if ((skipped > 0 && ${#cases[@]} > 1)); then echo "$skipped of ${#cases[@]} cases skipped"; fi
if ((failed > 0)); then
  echo "$failed of ${#cases[@]} cases failed"
  exit 1
fi
if ((skipped == ${#cases[@]})); then exit 77; fi
