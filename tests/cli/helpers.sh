# What cases share. Sourced by run.sh before each of them.

# On the way out, says which line of the case failed.
trap 'echo "line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND" >&2' ERR
set -E

die() {
  echo "line ${BASH_LINENO[1]}: $*" >&2
  exit 1
}

skip() {
  echo "$*" >&2
  exit 77
}

# expect CODE GLOB COMMAND...: runs the command and wants this exit code, and GLOB to match all of
# its standard error. The outputs are in $SCRATCH/out and $SCRATCH/err afterwards.
expect() {
  local code=$1 glob=$2 got=0
  shift 2
  "$@" > "$SCRATCH/out" 2> "$SCRATCH/err" || got=$?
  ((got == code)) || die "exit code $got, expected $code: $* ($(< "$SCRATCH/err"))"
  # shellcheck disable=SC2053
  [[ $(< "$SCRATCH/err") == $glob ]] || die "standard error of $*: $(< "$SCRATCH/err")"
}

# expect_output GLOB: what the last command of expect() wrote to standard output.
expect_output() {
  # shellcheck disable=SC2053
  [[ $(< "$SCRATCH/out") == $1 ]] || die "standard output: $(< "$SCRATCH/out")"
}

# expect_files NAME...: the current folder holds just these, hidden files included.
expect_files() {
  local found wanted
  found=$(find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
  wanted=$(if (($# > 0)); then printf '%s\n' "$@" | sort; fi)
  [[ $found == "$wanted" ]] || die "files here: ${found//$'\n'/ }; expected: $*"
}

# round_trip FILE [OPTION...]: through two pipes; the options go to c.
round_trip() {
  local file=$1
  shift
  cat "$file" | lmzip c "$@" | lmzip d | cmp - "$file" || die "round trip of $file with $*"
}

# json EXPRESSION < FILE: a Python expression over `rows`, the JSON values of the lines of FILE; it
# must be true.
json() {
  python3 -c 'import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert eval(sys.argv[1]), (sys.argv[1], rows)' "$1"
}

# Instruction sets that this machine has, as LMZIP_ISA names them.
isas() { lmzip --version | sed -n 's/.*(of \(.*\))/\1/p'; }

file_size() { stat -c %s "$1"; }
