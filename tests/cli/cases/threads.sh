# Threads, processes, descriptors and addresses that the system does not give: fewer do the work.

# decodes NAME...: each NAME.lmz holds NAME, which goes.
decodes() {
  local name
  for name; do
    lmzip d -c "$name.lmz" | cmp - "$name"
    rm "$name.lmz"
  done
}

names=()
for i in $(seq 70); do
  seq "$i" > "f$i"
  names+=("f$i")
done

# Fewer descriptors than files: they are opened as descriptors come free.
for limit in 32 12; do
  (ulimit -n $limit && expect 0 "lmzip: 70 files: *" lmzip c "${names[@]}")
  decodes f1 f35 f70
  rm -- *.lmz
done

# Fewer addresses than the stacks of 200 threads.
seq 12000 | head -c 60000 > text
lmzip c -q text
(ulimit -v 400000 && lmzip d -T 200 -c text.lmz | cmp - text)
(ulimit -v 400000 && lmzip c -T 200 --method lm -c text | lmzip d | cmp - text)

# More threads than CPUs do not wait for each other: before, 1 switch of threads a byte.
command -v taskset > /dev/null || skip "no taskset"
taskset -c "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" python3 - > "$SCRATCH/switches" << 'PYTHON'
import os, subprocess
subprocess.run(['lmzip', 'd', '-T', '8', '-c', 'text.lmz'], check=True, stdout=subprocess.DEVNULL)
import resource
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_nvcsw + usage.ru_nivcsw)
PYTHON
(($(< "$SCRATCH/switches") < 15000)) || die "$(< "$SCRATCH/switches") switches of threads"

# Another user, who may have one process, a thread of it, or a few.
if ((EUID == 0)) && command -v setpriv prlimit > /dev/null; then
  shared=$(mktemp -d /tmp/lmzip-threads.XXXXXX)
  trap 'rm -rf "$shared"' EXIT
  cp "$(realpath "$(command -v lmzip)")" "$shared/lmzip"
  cp "${names[@]}" "$shared"
  chmod 777 "$shared"
  for limit in 1 2 20; do
    expect 0 "" setpriv --reuid=61234 --regid=61234 --clear-groups \
      prlimit --nproc=$limit:$limit --core=0 "$shared/lmzip" c -q "${names[@]/#/$shared/}"
    for i in 1 35 70; do lmzip d -c "$shared/f$i.lmz" | cmp - "f$i"; done
    rm "$shared"/*.lmz
  done
fi
