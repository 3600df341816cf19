# Every cut and every damaged byte of a small file: exit code 2, a message that names the file and
# the place, no output; decoded to a pipe, nothing but a part of the true content. The short form's
# header has a check of one byte (FORMAT.md 2.2): of 256 other model ids one is taken for a model that is not here.
head -c 700 "$SAMPLES/text.txt" > content
cat > "$SCRATCH/damage.py" <<'PYTHON'
import concurrent.futures, os, re, subprocess, sys
coded = open("content.lmz", "rb").read()
content = open("content", "rb").read()

def variants():
    for size in range(len(coded)):
        yield f"cut{size}", coded[:size]
    for at in range(len(coded)):
        for mask in (0xFF, 1 << at % 8):
            yield f"byte{at}^{mask:02x}", coded[:at] + bytes([coded[at] ^ mask]) + coded[at + 1:]

def check(case):
    name, data = case
    with open(f"{name}.lmz", "wb") as file:
        file.write(data)
    run = subprocess.run(["lmzip", "d", "-T", "1", f"{name}.lmz"], capture_output=True, text=True)
    error = run.stderr
    if run.returncode == 1 and "this needs the model with id" in error and not os.path.exists(name):
        os.unlink(f"{name}.lmz")
        return [None]
    problems = []
    if run.returncode != 2: problems.append(f"exit code {run.returncode}")
    if not re.match(rf"lmzip: {re.escape(name)}\.lmz: (frame \d+ at )?byte \d+: \S", error):
        problems.append("message: " + error)
    if os.path.exists(name): problems.append("output")
    piped = subprocess.run(["lmzip", "d", "-T", "1"], input=data, capture_output=True)
    if piped.returncode != 2: problems.append(f"exit code {piped.returncode} on a pipe")
    if not content.startswith(piped.stdout): problems.append("wrong bytes on a pipe")
    os.unlink(f"{name}.lmz")
    return [f"{name}: {problem}" for problem in problems]

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    problems = sum(pool.map(check, variants()), [])
while problems.count(None) > 2: problems[problems.index(None)] = "too many models that are not here"
problems = [problem for problem in problems if problem]
print("\n".join(problems[:20]), file=sys.stderr)
sys.exit(bool(problems))
PYTHON
for options in "--method lm" "--method mix" "--method store --frame-size 256"; do
  head -c 200 "$SAMPLES/text.txt" > content
  # shellcheck disable=SC2086
  lmzip c -q -f -m tiny $options content
  python3 "$SCRATCH/damage.py" || die "$options"
  expect_files content content.lmz
done
