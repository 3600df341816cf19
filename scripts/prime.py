#!/usr/bin/env python3
"""Chooses what a mixer's prior is made from and makes it (src/mixer/MIXER.md, 10).

usage: prime.py CORPUS... MODEL OUT [--program lmzip_prime] [--exclude RANGES.tsv] [--list FILE]

A CORPUS holds domain/source/... as train-text.tar.xz unpacks; made-up logs (synthetic_logs.py) train weights alone. Every source of a domain gets an equal share of the domain's bytes.
Documents are told apart by the SHA-256 of their paths: of eight, six are counted, one trains weights and one is held out; a source
of fewer than eight files is split inside its files in the same proportions.
What --exclude lists (exclusion.py) is neither counted nor trained on.
The order of everything is fixed, so the same corpus gives the same prior. It takes 7 GB of memory and some minutes on one core.
"""
import argparse
import hashlib
import pathlib
import subprocess
import sys
import tempfile

from exclusion import Exclusions

GROUPS = 16
COUNTED = {  # bytes that slots are counted on, where the documents suffice
    "wiki_xml": 13_500_000, "wiki_text": 12_000_000, "wiki_markup": 6_000_000, "books_en": 9_000_000,
    "source_code": 13_500_000, "structured": 13_500_000, "text_multilang": 13_500_000, "science_binary": 3_000_000,
}
TRAINED = {  # bytes that train weights
    "wiki_xml": 2_700_000, "wiki_text": 2_400_000, "wiki_markup": 1_200_000, "books_en": 1_800_000,
    "source_code": 2_700_000, "structured": 2_700_000, "text_multilang": 2_700_000, "science_binary": 600_000,
    "synthetic": 450_000,
}
SAMPLE = 6_000  # frames are young when they learn most
SAMPLE_STEP, MOST_SAMPLES = 12_000, 16  # further samples of a document, after the beginnings of all
SMALL_DOCUMENT, LARGE_DOCUMENT = 200_000, 900_000


def name_of(path, roots):
    return next(path.relative_to(root) for root in roots if path.is_relative_to(root)).as_posix()


def key(path, roots, begin=0):
    name = name_of(path, roots)
    if begin:
        name += f" {begin}"
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)


def parts(path, size, few_files, file_key):
    """(kind, begin, bytes) of one document."""
    if few_files:
        eighth = size // 8
        return [("train", size - eighth, eighth), ("count", 0, size - 2 * eighth)]
    return [({0: "train", 1: "held out"}.get(file_key % 8, "count"), 0, size)]


def samples(parts_to_train, budget):
    """(document, begin, bytes): the beginning of every part, then what stands further on, while the budget lasts."""
    chosen = []
    for index in range(MOST_SAMPLES):
        for path, _, begin, size in parts_to_train:
            offset = index * SAMPLE_STEP
            if budget <= 0 or (index > 0 and size < offset + SAMPLE):
                continue
            chosen.append((path, begin + offset, min(size - offset, SAMPLE)))
            budget -= chosen[-1][2]
    return chosen


def choose(roots, exclusions=Exclusions()):
    """The documents counted, by source, and those trained on."""
    counted, trained = {}, []
    for domain, train_budget in TRAINED.items():
        root = next((root for root in roots if (root / domain).is_dir()), None)
        if root is None:
            print(f"prime.py: no {domain} in {', '.join(map(str, roots))}: made without", file=sys.stderr)
            continue
        sources = sorted(p for p in (root / domain).iterdir() if p.is_dir())
        for source in sources:
            files = sorted((p for p in source.rglob("*") if p.is_file() and p.stat().st_size >= 200),
                           key=lambda p: key(p, roots))
            few = len(files) < 8
            whole = [(path, kind, kept, end - kept)
                     for path in files
                     for kind, begin, size in parts(path, path.stat().st_size, few, key(path, roots))
                     for kept, end in exclusions.kept(name_of(path, roots), begin, begin + size)]
            left = COUNTED.get(domain, 0) / len(sources)
            for path, kind, begin, size in whole:
                if kind == "count" and left > 0:
                    size = int(min(size, LARGE_DOCUMENT if few else SMALL_DOCUMENT, left))
                    counted.setdefault(source, []).append((path, begin, size))
                    left -= size
            trained += samples([part for part in whole if part[1] == "train"], train_budget / len(sources))
    return counted, sorted(trained, key=lambda t: key(t[0], roots, t[1]))


def group(counted, roots):
    """Every source spread evenly over the groups, so that the contexts of all are counted side by side."""
    groups = [[] for _ in range(GROUPS)]
    for source in sorted(counted):
        total, position = sum(size for _, _, size in counted[source]), 0
        for path, begin, size in counted[source]:
            while size > 0:
                index = min(GROUPS - 1, position * GROUPS // total)
                end = total if index == GROUPS - 1 else -(-(index + 1) * total // GROUPS)
                piece = min(size, max(1, end - position))
                groups[index].append((path, begin, piece))
                begin, size, position = begin + piece, size - piece, position + piece
    for members in groups:
        members.sort(key=lambda t: key(t[0], roots))
    return groups


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path, nargs="+")
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--program", default="lmzip_prime")
    parser.add_argument("--exclude", help="byte ranges to leave out")
    parser.add_argument("--list", help="also keep the list of documents here")
    args = parser.parse_args()
    counted, trained = choose(args.corpus, Exclusions(args.exclude))
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as temporary:
        path = args.list or temporary.name
        with open(path, "w") as out:
            for members in group(counted, args.corpus):
                for document, begin, size in members:
                    out.write(f"count\t{begin}\t{size}\t{document}\n")
            for document, begin, size in trained:
                out.write(f"train\t{begin}\t{size}\t{document}\n")
        subprocess.run([args.program, args.model, path, args.out], check=True)


if __name__ == "__main__":
    main()
