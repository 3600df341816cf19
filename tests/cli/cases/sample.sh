# sample: what a model expects, from a seed; streams; compresses back to the bits that made it.
sample() { expect 0 "" lmzip sample -m tiny "$@"; }
for method in lm mix lm+mix; do
  sample -n 3000 --method "$method" --seed 5 -T 1 -o "$method"
  (($(file_size "$method") == 3000))
  sample -n 3000 --method "$method" --seed 5 -T 3
  cmp "$SCRATCH/out" "$method"
  sample -n 50 --method "$method" --seed 6 --prompt "$SAMPLES/text.txt" -o other
  sample -n 50 --method "$method" --seed 7 --prompt "$SAMPLES/text.txt"
  ! cmp -s "$SCRATCH/out" other || die "another seed makes the same"
  rm other
  lmzip c -q -k -m tiny --method "$method" --segments off "$method"
done
# The drawn bits, as they are in the file: a long run of those of std::mt19937_64.
python3 - lm.lmz <<'PYTHON'
import sys
def drawn(seed, count):
    mask, state = (1 << 64) - 1, [seed]
    for i in range(1, 312):
        state.append((6364136223846793005 * (state[-1] ^ state[-1] >> 62) + i) & mask)
    out = b""
    while len(out) < count:
        for i in range(312):
            x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % 312] & 0x7FFFFFFF)
            state[i] = state[(i + 156) % 312] ^ x >> 1 ^ (0xB5026F5AA96619E9 if x & 1 else 0)
        for x in state:
            x ^= x >> 29 & 0x5555555555555555
            x ^= x << 17 & 0x71D67FFFEDA60000
            x ^= x << 37 & 0xFFF7EEE000000000
            out += (x ^ x >> 43).to_bytes(8, "little")
    return out
coded = open(sys.argv[1], "rb").read()
bits = drawn(5, len(coded))
at = coded.find(bits[:16])
assert 0 <= at < 40 and len(coded) > 1000
assert coded[at:-8] == bits[:len(coded) - 8 - at]
PYTHON

# The prompt counts; the likeliest follow it without any luck.
printf '%s\n' {1000..1400} > numbers
for prompt in numbers -; do
  expect 0 "" lmzip sample -m tiny -n 20 --prompt "$prompt" --temperature 0 --method mix < numbers
  expect_output "1401"$'\n'"1402"$'\n'"1403"$'\n'"1404"
done
sample -n 500 --temperature 0
cp "$SCRATCH/out" likeliest
for options in "--temperature 0 --seed 9" "--top-p 0.5"; do
  # shellcheck disable=SC2086
  sample -n 500 $options
  cmp "$SCRATCH/out" likeliest
done
# Colder samples are cheaper, hotter ones dearer.
sizes=
for temperature in 0.5 1 1.5; do
  sample -n 4000 --method lm --temperature "$temperature" -o "made$temperature"
  sizes+=" $(lmzip c -c -m tiny --method lm "made$temperature" | wc -c)"
done
read -r cold warm hot <<< "$sizes"
((cold * 10 < warm * 9 && warm * 10 < hot * 9)) || die "sizes $sizes"
sample -n 4000 --method lm --top-p 0.8 -o made
(($(lmzip c -c -m tiny --method lm made | wc -c) < warm)) || die "top-p"

# It streams: nobody waits for the end.
[[ $(lmzip sample -m tiny -n 60M --method mix | head -c 2000 | wc -c) == 2000 ]] || true
# On a terminal control characters are shown.
printf '\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033\033' > escapes
for i in {1..6}; do cat escapes escapes > more && mv more escapes; done
python3 - > "$SCRATCH/out" <<'PYTHON'
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp("lmzip", "lmzip sample -m tiny -n 20 --method mix --temperature 0 --prompt escapes".split())
while True:
    try: data = os.read(terminal, 4096)
    except OSError: break
    if not data: break
    sys.stdout.buffer.write(data)
PYTHON
expect_output '*\\x1b\\x1b*'
[[ $(< "$SCRATCH/out") != *$'\e'\e* ]] || die "a terminal is commanded"

expect 1 "*the temperature must be 0 to 100*" lmzip sample -m tiny --temperature -1
expect 1 "*top-p must be above 0*" lmzip sample -m tiny --top-p 0
expect 1 "*--temperature 'warm': expected a number*" lmzip sample -m tiny --temperature warm
expect 1 "*what is stored follows no model*" lmzip sample -m tiny --method store
expect 1 "*a sample has one lane*" lmzip sample -m tiny --lanes 2
expect 1 "*prompt and sample may be 67108864 bytes together*" lmzip sample -m tiny -n 65M
expect 1 "*missing: cannot open*" lmzip sample -m tiny --prompt missing
expect 1 "*made: exists already (-f overwrites)*" lmzip sample -m tiny -o made
sample -n 0
[[ ! -s $SCRATCH/out ]]

# Tokens, with a prompt as well.
export LMZIP_MODEL_PATH=$HERE/../data
expect 0 "" lmzip sample -m tokens -n 700 --seed 3
(($(file_size "$SCRATCH/out") == 700))
cp "$SCRATCH/out" tokens
expect 0 "" lmzip sample -m tokens -n 700 --seed 3 -T 2
cmp "$SCRATCH/out" tokens
expect 1 "*the mixer joins models of bytes only*" lmzip sample -m tokens --method lm+mix
expect 0 "" lmzip sample -m tokens -n 700 --temperature 0.7 --top-p 0.9
(($(file_size "$SCRATCH/out") == 700))
lmzip sample -m tokens -n 5 --prompt "$SAMPLES/text.txt" > prompted 2> "$SCRATCH/err" ||
  [[ $(< "$SCRATCH/err") == *"the tokenizer is not installed"* ]] || die "$(< "$SCRATCH/err")"
