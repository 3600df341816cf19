# l reads as much of a large file as its headers.
strace -o /dev/null true 2> /dev/null || skip "no strace"
head -c 20000000 /dev/zero > large
lmzip c -q --rm --method store large
strace -f -o "$SCRATCH/trace" -e trace=read lmzip l large.lmz > /dev/null
read_bytes=$(awk -F'= ' '/read\(/ {sum += $NF} END {print sum + 0}' "$SCRATCH/trace")
((read_bytes < 1000000)) || die "l read $read_bytes bytes"
