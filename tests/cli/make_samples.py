#!/usr/bin/env python3
"""Makes the generated samples beside the written ones (text.txt, code.c): the same bytes each time.

usage: make_samples.py [FOLDER]      by default samples/ beside this file
"""
import json
import math
import pathlib
import random
import struct
import sys


def log_lines(rng):
    services = ["gate", "ledger", "mailer", "search"]
    events = ["request served", "cache missed", "retrying", "connection closed by peer"]
    second = 31_000
    for number in range(90):
        second += rng.randrange(40)
        yield (f"2024-03-07T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z "
               f"{rng.choice(['INFO', 'INFO', 'INFO', 'WARN'])} {rng.choice(services)}[{4000 + number % 7}]: "
               f"{rng.choice(events)} id={rng.randrange(1 << 24):06x} ms={rng.randrange(300)}\n")


def records(rng):
    towns = ["Arlsund", "Beckfeld", "Corvo Alto", "Dunmere"]
    return [{"id": number, "town": rng.choice(towns), "open": rng.random() < 0.7,
             "position": [round(rng.uniform(-90, 90), 4), round(rng.uniform(-180, 180), 4)],
             "readings": [rng.randrange(100) for _ in range(4)]} for number in range(40)]


def image(rng, width=48, height=40):
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            distance = math.hypot(x - 20, y - 18)
            value = 230 - 6 * distance if distance < 15 else 40 + 2 * y
            for weight in (1.0, 0.8, 0.6):
                pixels.append(max(0, min(255, int(value * weight) + rng.randrange(-2, 3))))
    return b"P6\n%d %d\n255\n" % (width, height) + pixels


def sound(rng, rate=8000, samples=3600):
    data = b"".join(
        struct.pack("<h", int(9000 * math.sin(i * 0.17) + 4000 * math.sin(i * 0.41) + rng.gauss(0, 60)))
        for i in range(samples))
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
            struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16) +
            b"data" + struct.pack("<I", len(data)) + data)


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20240307)
    (folder / "service.log").write_text("".join(log_lines(rng)))
    (folder / "records.json").write_text(json.dumps(records(rng), indent=1) + "\n")
    (folder / "image.ppm").write_bytes(image(rng))
    (folder / "sound.wav").write_bytes(sound(rng))
    (folder / "random.bin").write_bytes(rng.randbytes(4000))


if __name__ == "__main__":
    main()
