# What is chosen by default is hardly larger than the best of what could be asked for, and --effort max
# is never larger (scripts/check_choice.sh, which checks whole folders): for every kind of data.
root=$HERE/../..
mkdir files
cp "$SAMPLES"/* files/
cp "$root/README.md" files/manual.md
cp "$root/src/format/stream_reader.cc" files/
head -c 200000 "$(command -v lmzip)" > files/program

# Larger ones of the kinds that samples/ has small, and an empty file system.
python3 - "$HERE" files << 'PYTHON'
import pathlib, random, struct, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import make_samples

folder = pathlib.Path(sys.argv[2])
rng = random.Random(5)
(folder / "large.ppm").write_bytes(make_samples.image(rng, width=120, height=90))
(folder / "large.wav").write_bytes(make_samples.sound(rng, samples=12000))
(folder / "large.bin").write_bytes(rng.randbytes(20000))
(folder / "large.log").write_text("".join("".join(make_samples.log_lines(rng)) for _ in range(3)))

image = bytearray(1 << 20)
image[1024:1084] = struct.pack("<13I6HI", 128, 1024, 51, 1004, 117, 1, 0, 0, 8192, 8192, 128, 1700000000, 1700000000,
                               0, 0xffff, 0xef53, 1, 1, 0, 0)
image[2048:2080] = struct.pack("<3I3H", 6, 7, 8, 1004, 117, 2).ljust(32, b"\0")
for block in (6, 7):  # bitmaps
    image[1024 * block:1024 * block + 20] = b"\xff" * 3 + bytes(17)
    image[1024 * block + 64:1024 * (block + 1)] = b"\xff" * 960
for inode in (1, 2, 11):
    at = 8 * 1024 + 128 * (inode - 1)
    image[at:at + 128] = struct.pack("<2H5I2H2I", 0o40755, 0, 1024, *[1700000000] * 4, 2 + inode % 2, 2, 0, 0).ljust(128, b"\0")
image[24 * 1024:24 * 1024 + 24] = struct.pack("<IHBB4sIHBB4s", 2, 12, 1, 2, b".", 2, 12, 2, 2, b"..")
for _ in range(60):
    image[rng.randrange(len(image))] = rng.randrange(256)
(folder / "ext2.img").write_bytes(image)
PYTHON
LMZIP=lmzip "$root/scripts/check_choice.sh" files -- -T 1 > "$SCRATCH/sizes" || die "$(< "$SCRATCH/sizes")"
[[ $(< "$SCRATCH/sizes") == *"0 of 15 files break the rule" ]] || die "$(< "$SCRATCH/sizes")"

# The check finds what breaks the rule: 100 bytes allow 116.
cat > "$SCRATCH/other" << 'OTHER'
#!/bin/sh
case "$*" in
  *fast*) head -c 100 /dev/zero ;;
  *"--method lm"*) head -c 300 /dev/zero ;;
  *max*) head -c "$MAX" /dev/zero ;;
  *) head -c "$DEFAULT" /dev/zero ;;
esac
OTHER
chmod +x "$SCRATCH/other"
export LMZIP="$SCRATCH/other"
DEFAULT=116 MAX=116 expect 0 "" "$root/scripts/check_choice.sh" files/code.c
DEFAULT=117 MAX=116 expect 1 "" "$root/scripts/check_choice.sh" files/code.c
expect_output "*code.c ABOVE THE BEST*1 of 1 files break the rule"
DEFAULT=90 MAX=91 expect 1 "" "$root/scripts/check_choice.sh" files/code.c
expect_output "*code.c MAX ABOVE THE DEFAULT*"
