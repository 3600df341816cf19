# 100 MB pass in bounded memory: every process under half of that, and of the default cap.
limit_kb=120000
head -c 100000000 /dev/zero | openssl enc -aes-128-ctr -pass pass:lmzip -nosalt -pbkdf2 -iter 1 2> /dev/null > "$SCRATCH/noise" ||
  head -c 100000000 /dev/urandom > "$SCRATCH/noise"
expected=$(sha256sum < "$SCRATCH/noise")

peak() {  # peak FILE COMMAND...: leaves the peak resident memory, in kB, in FILE
  python3 -c 'import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open(sys.argv[1], "w"))
sys.exit(code)' "$@"
}
got=$(peak "$SCRATCH/c" lmzip c -T 2 --method store < "$SCRATCH/noise" |
      peak "$SCRATCH/d" lmzip d -T 2 | sha256sum)
[[ $got == "$expected" ]] || die "the stream came out otherwise"
for side in c d; do
  (($(< "$SCRATCH/$side") < limit_kb)) || die "$side took $(< "$SCRATCH/$side") kB"
done
expect_files
