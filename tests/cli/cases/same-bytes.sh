# One content, one output: whatever the threads, the instruction set, the way in and out, the name.
head -c 2500 "$SAMPLES/text.txt" > all
head -c 2500 "$SAMPLES/image.ppm" >> all
for method in lm mix lm+mix; do
  options=(-m tiny --method "$method" --lanes 2 --segment 512 --frame-size 1200)
  lmzip c "${options[@]}" -T 1 < all > reference.lmz
  for threads in 2 3 8 0; do
    lmzip c "${options[@]}" -T "$threads" < all | cmp - reference.lmz
    lmzip d -T "$threads" < reference.lmz | cmp - all
  done
  for isa in $(isas); do
    LMZIP_ISA=$isa lmzip c "${options[@]}" < all | cmp - reference.lmz
    LMZIP_ISA=$isa lmzip d < reference.lmz | cmp - all
  done
done

lmzip c -m tiny --method lm+mix < all > piped.lmz
cp all "another name.with.dots"
lmzip c -m tiny --method lm+mix "another name.with.dots"
cmp piped.lmz "another name.with.dots.lmz"
lmzip c -m tiny --method lm+mix -o named.lmz all
cmp piped.lmz named.lmz
lmzip c -m tiny --method lm+mix --verify -c all | cmp - piped.lmz

# In small steps, as a slow pipe delivers them.
python3 -c 'import sys, time
data = open("all", "rb").read()
for at in range(0, len(data), 701):
    sys.stdout.buffer.write(data[at:at + 701]); sys.stdout.flush(); time.sleep(0.01)' |
  lmzip c -m tiny --method lm+mix | cmp - piped.lmz

# Among many files as well as alone.
mkdir many
for number in $(seq 20); do head -c $((number * 200)) all > "many/$number"; done
lmzip c -q -r -m tiny -T 3 many
for number in $(seq 20); do lmzip c -m tiny -T 1 < "many/$number" | cmp - "many/$number.lmz"; done

expect 1 "*LMZIP_ISA=z80*this machine has portable*" env LMZIP_ISA=z80 lmzip c -c all
