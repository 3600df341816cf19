# Standard input and output that somebody has made non-blocking.
head -c 2000000 /dev/urandom > noise
lmzip c --method store noise
for i in $(seq 300); do ln noise.lmz "$i.lmz"; done
cat > "$SCRATCH/pipes.py" <<'PYTHON'
"""pipes.py COMMAND... < FILE: through pipes whose ends here and there do not block, and are slow."""
import os, subprocess, sys, threading, time
ends = [os.pipe(), os.pipe()]
for pair in ends:
    for end in pair: os.set_blocking(end, False)
process = subprocess.Popen(sys.argv[1:], stdin=ends[0][0], stdout=ends[1][1])
os.close(ends[0][0]), os.close(ends[1][1])
def feed():
    data = sys.stdin.buffer.read()
    while data:
        try: data = data[os.write(ends[0][1], data):]
        except BlockingIOError: time.sleep(0.001)
    os.close(ends[0][1])
threading.Thread(target=feed).start()
time.sleep(0.2)  # it finds nothing to read, or no room to write
while True:
    try: data = os.read(ends[1][0], 1 << 16)
    except BlockingIOError: time.sleep(0.001); continue
    if not data: break
    sys.stdout.buffer.write(data)
sys.exit(process.wait())
PYTHON
pipes() { python3 "$SCRATCH/pipes.py" "$@"; }
pipes lmzip c --method store < noise | lmzip d | cmp - noise
pipes lmzip d < noise.lmz | cmp - noise
pipes lmzip t < noise.lmz
pipes lmzip l --json ./*.lmz < /dev/null | cmp - <(lmzip l --json ./*.lmz)
