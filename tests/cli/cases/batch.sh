# scripts/batch: the same files as by the program alone; nothing twice; what fails is told.
batch=$HERE/../../scripts/batch
export LMZIP_OPTIONS="--effort fast"
mkdir -p all/"deep er"
for i in 1 2 3 4 5; do { seq "$i" 900; cat "$SAMPLES/text.txt"; } > "all/$i.txt"; done
cp all/1.txt "all/deep er/six 6"
cp -r all expected
lmzip c -q -r --effort fast expected

# expect_all FOLDER: the compressed files are those of the program alone.
expect_all() { diff -r "$1" expected || die "$1 differs"; }

# Tasks in any order; one of them twice; more tasks than files.
for count in 4 9; do
  rm -rf slurm && cp -r all slurm
  for task in $(seq "$count" | tac) 1; do
    SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=$count SLURM_CPUS_PER_TASK=1 \
      bash "$batch/slurm.sh" slurm 2> "$SCRATCH/told"
  done
  expect_all slurm
done
bash -n "$batch/slurm.sh"
grep -q '^#SBATCH --requeue' "$batch/slurm.sh"
expect 1 '*SLURM_ARRAY_TASK_ID*' bash "$batch/slurm.sh" slurm

cp -r all made
rm -r "made/deep er"
command -v make > /dev/null || skip "no make"
make -s -f "$batch/Makefile" -j3 FOLDER=made OPTIONS="$LMZIP_OPTIONS"
[[ -z $(make -f "$batch/Makefile" FOLDER=made | grep -v 'Nothing to be done') ]] || die "made twice"
cp -r expected half && rm -r "half/deep er"
diff -r made half
echo more >> made/2.txt && touch -d '+1 minute' made/2.txt
[[ $(make -f "$batch/Makefile" FOLDER=made OPTIONS="$LMZIP_OPTIONS" | grep -c 'lmzip c') == 1 ]]
lmzip d -c made/2.txt.lmz | cmp - made/2.txt

command -v parallel > /dev/null || skip "no GNU parallel; Slurm's script and the Makefile passed"
cp -r all parallel
bash "$batch/parallel.sh" parallel --jobs 3 2> "$SCRATCH/told"
expect_all parallel
rm parallel/3.txt.lmz
bash "$batch/parallel.sh" parallel 2> "$SCRATCH/told"
expect_all parallel
rm parallel/3.txt.lmz
LMZIP_OPTIONS="--memory 1" expect 1 '*' bash "$batch/parallel.sh" parallel
