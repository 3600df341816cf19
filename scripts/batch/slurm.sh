#!/usr/bin/env bash
# A Slurm job array that compresses every file of a folder on a file system that all nodes share.
#
# usage: sbatch --array=0-99 slurm.sh FOLDER
#
# Task i of n takes files i, i + n, i + 2n... of the sorted list, so any number of tasks will do. $LMZIP: the program;
# $LMZIP_OPTIONS: options of `lmzip c`. FILE.lmz appears beside FILE, whole or not at all; what is there already is
# left: a task that failed or was stopped is requeued, or the array submitted again.
#SBATCH --job-name=lmzip
#SBATCH --cpus-per-task=4
#SBATCH --mem=1G
#SBATCH --requeue
set -euo pipefail
folder=${1:?usage: sbatch --array=0-N slurm.sh FOLDER}
first=$((${SLURM_ARRAY_TASK_ID:?to be run by sbatch --array} - SLURM_ARRAY_TASK_MIN))
step=$SLURM_ARRAY_TASK_COUNT

mapfile -d '' -t files < <(find "$folder" -type f ! -name '*.lmz' -print0 | sort -z)
share=()
for ((i = first; i < ${#files[@]}; i += step)); do share+=("${files[i]}"); done
if ((${#share[@]} == 0)); then exit 0; fi
# One program for all of them: its threads code small files together.
exec "${LMZIP:-lmzip}" c --threads "${SLURM_CPUS_PER_TASK:-0}" --skip-existing ${LMZIP_OPTIONS:-} -- "${share[@]}"
