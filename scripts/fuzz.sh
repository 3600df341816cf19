#!/usr/bin/env bash
# Fuzzes with libFuzzer (clang 14) under the address and undefined-behaviour sanitizers. What it finds
# is kept below build/fuzz/found and goes on from there the next time; inputs that make a target fail
# go to tests/fuzz/crashes/TARGET, which CTest replays.
#
# usage: scripts/fuzz.sh [TARGET ...] [SECONDS]     by default every target, 60 seconds each
#        scripts/fuzz.sh --merge [TARGET ...]       makes tests/fuzz/corpus/TARGET anew: the fewest
#                                                   inputs that reach what all those found reach
set -euo pipefail
cd "$(dirname "$0")/.."

merge=no seconds=60 targets=()
for argument in "$@"; do
  case $argument in
    --merge) merge=yes ;;
    *[!0-9]*) targets+=("$argument") ;;
    *) seconds=$argument ;;
  esac
done
if ((${#targets[@]} == 0)); then
  mapfile -t targets < <(sed -n 's/^lmzip_fuzz(\([a-z_]*\) .*/\1/p' tests/CMakeLists.txt)
fi

launcher=()
if command -v ccache > /dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
cmake --preset fuzz "${launcher[@]}" > /dev/null
cmake --build --preset fuzz --parallel "$(nproc)" --target "${targets[@]}" | grep -E 'warning|error' || true

found=build/fuzz/found
# A short quarantine and short stacks of allocations: executions take half of the time.
export UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=6
ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-14 || true)
export ASAN_SYMBOLIZER_PATH
max_length=600 most_bytes=4000

# The fewest inputs, by edges alone, that a target needs.
merge_corpus() {
  local target=$1 corpus=tests/fuzz/corpus/$1 merged
  merged=$(mktemp -d)
  "build/fuzz/$target" -set_cover_merge=1 -use_counters=0 -max_len="$most_bytes" "$merged" \
    "$found/$target" "$corpus" > "build/fuzz/$target.merge.log" 2>&1
  rm -f "$corpus"/*
  mv "$merged"/* "$corpus"
  rmdir "$merged"
  echo "$target: $(ls "$corpus" | wc -l) inputs, $(cat "$corpus"/* | wc -c) bytes"
}

# Prints a row: executions, executions a second, edges reached of those there are.
fuzz() {
  local target=$1 log=build/fuzz/$1.log status=0
  "build/fuzz/$target" -max_total_time="$seconds" -max_len="$max_length" -timeout=20 \
    -rss_limit_mb=2048 -entropic=0 -len_control=0 -print_final_stats=1 -artifact_prefix="tests/fuzz/crashes/$target/" \
    "$found/$target" "tests/fuzz/corpus/$target" > "$log" 2>&1 || status=$?
  awk -v target="$target" -v status="$status" '
    match($0, /\([0-9]+ inline 8-bit counters\)/) { all = substr($0, RSTART + 1) + 0 }
    match($0, / cov: [0-9]+/) { reached = substr($0, RSTART + 6) + 0 }
    /^stat::number_of_executed_units:/ { executions = $2 }
    /^stat::average_exec_per_sec:/ { speed = $2 }
    END { printf "| %s | %d | %d | %d of %d |%s\n", target, executions, speed, reached, all,
                 status == 0 ? "" : " FAILED" }' "$log"
  return "$status"
}

failed=()
if [[ $merge == no ]]; then
  echo "| target, $seconds s | executions | a second | edges |"
  echo "|---|---|---|---|"
fi
for target in "${targets[@]}"; do
  mkdir -p "$found/$target" "tests/fuzz/corpus/$target" "tests/fuzz/crashes/$target"
  if [[ $merge == yes ]]; then
    merge_corpus "$target"
  else
    fuzz "$target" || failed+=("$target")
  fi
  rmdir --ignore-fail-on-non-empty "tests/fuzz/crashes/$target" "tests/fuzz/crashes"
done
if ((${#failed[@]} > 0)); then
  echo "failed: ${failed[*]}; see build/fuzz/TARGET.log, tests/fuzz/crashes" >&2
  exit 1
fi
