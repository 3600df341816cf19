#!/usr/bin/env bash
# Checks with clang's thread safety analysis that what a mutex guards is used under it
# (src/base/thread_annotations.h), without building anything. Exits with 77 where there is no clang.
#
# usage: scripts/check_thread_safety.sh [FILE.cc ...]      by default all sources outside src/torch
set -euo pipefail
cd "$(dirname "$0")/.."
clang=$(command -v clang++ clang++-{20..14} | head -n 1) || true
if [[ -z $clang ]]; then
  echo "skipped: no clang++" >&2
  exit 77
fi
files=("$@")
if ((${#files[@]} == 0)); then
  # Those that use a mutex, by themselves or by a header.
  mapfile -t files < <(grep -lE 'base/mutex\.h|loaded_model\.h|memory_budget\.h|frame_job\.h|worker_pool\.h|codec_context\.h|progress\.h' \
    -r src --include=*.cc --exclude-dir=torch | sort)
fi
# In a mutex of the standard library clang sees nothing.
if grep -nE 'std::(mutex|lock_guard|unique_lock|condition_variable)' -r src \
  --include=*.cc --include=*.h --exclude=mutex.h; then
  echo "use base/mutex.h" >&2
  exit 1
fi
check=("$clang" -std=c++20 -fsyntax-only -Isrc -Iinclude -Wthread-safety -Werror=thread-safety
  -DLMZIP_VERSION='""' -DLMZIP_COMPILER='""')
# Two lines of which the second one must not pass.
for lock in 'const lmzip::MutexLock lock(m);' ''; do
  code=0
  "${check[@]}" -x c++ - 2> /dev/null << CODE || code=$?
#include "base/mutex.h"
lmzip::Mutex m;
int guarded LMZIP_GUARDED_BY(m);
int Read() { $lock return guarded; }
CODE
  if [[ (-n $lock && $code != 0) || (-z $lock && $code == 0) ]]; then
    echo "the analysis of $clang is not at work" >&2
    exit 1
  fi
done
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 1 "${check[@]}"
echo "thread safety: ${#files[@]} files"
