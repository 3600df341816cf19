#!/usr/bin/env bash
# Compresses every file of a folder by GNU parallel: on this machine's cores, or on other machines.
#
# usage: parallel.sh FOLDER [OPTION OF PARALLEL ...]
#
#   parallel.sh data --jobs 8
#   parallel.sh data --sshloginfile machines --workdir .     # lmzip and FOLDER are there, too
#
# $LMZIP: the program; $LMZIP_OPTIONS: options of `lmzip c`. FILE.lmz appears beside FILE, whole or not at all; what
# is there already is left, so a run that was stopped is run again. Fails with the number of files that failed;
# FOLDER.joblog tells which.
set -euo pipefail
folder=${1:?usage: parallel.sh FOLDER [OPTION OF PARALLEL ...]}
# One thread each: as many files at a time as there are cores take less time than one with all cores.
find "$folder" -type f ! -name '*.lmz' -print0 | sort -z |
  parallel --null --joblog "${folder%/}.joblog" "${@:2}" \
    "${LMZIP:-lmzip}" c --threads 1 --skip-existing ${LMZIP_OPTIONS:-} -- {}
