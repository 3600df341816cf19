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

# without_privileges COMMAND...: as one whom permissions bind, also where root runs the tests.
# require_permissions: skips where that cannot be had.
without_privileges() {
  if ((EUID == 0)); then
    setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search "$@"
  else
    "$@"
  fi
}
require_permissions() {
  without_privileges true 2> /dev/null || skip "root cannot give up its privileges (setpriv)"
  : > "$SCRATCH/forbidden"
  chmod 000 "$SCRATCH/forbidden"
  ! without_privileges cat "$SCRATCH/forbidden" 2> /dev/null || skip "permissions do not bind here"
}

# require_mounts: skips where the case cannot mount file systems of its own (under unshare -m).
require_mounts() {
  ((EUID == 0)) || skip "needs root, for a mount"
  unshare -m mount -t tmpfs tmpfs "$SCRATCH" 2> /dev/null || skip "no mounts here"
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

# on_terminal ANSWER COMMAND...: runs it on a terminal of its own and types the answer.
on_terminal() {
  python3 - "$@" <<'PYTHON'
import os, pty, sys
answer, command = sys.argv[1].encode(), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0: os.execvp(command[0], command)
if answer: os.write(terminal, answer + b"\n")
while True:
    try: data = os.read(terminal, 4096)
    except OSError: break
    if not data: break
    sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PYTHON
}

# Instruction sets that this machine has, as LMZIP_ISA names them.
isas() { lmzip --version | sed -n 's/.*(of \(.*\))/\1/p'; }

file_size() { stat -c %s "$1"; }
