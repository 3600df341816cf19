#!/usr/bin/env python3
"""Chooses what a mixer's prior is made from and makes it (src/mixer/MIXER.md, 10).

usage: prime.py CORPUS... MODEL OUT [--program lmzip_prime] [--exclude RANGES.tsv] [--without GLOB]... [--list FILE] [--unseen RANGES.tsv]

A CORPUS holds domain/source/... as train-text.tar.xz unpacks; made-up logs (synthetic_logs.py) train weights alone. Every source of a domain gets a share of the domain's bytes by the square root of what it has,
but small ones all of it; one of 24 is held out, by the SHA-256 of its path. Documents are told apart likewise: of eight, six are counted, one trains weights and one is held out; a source
of fewer than eight files is split inside its files in the same proportions. Weights are not trained on a --count-alone corpus, which the network knows by heart, where another has the domain.
What --exclude and --without name (exclusion.py) is neither counted nor trained on.
--unseen writes the documents that train weights as such ranges: a network trained without them (corpus.py --exclude) is as sure of them as it will be of any file.
The order of everything is fixed, so the same corpus gives the same prior. It takes 10 GB of memory, whatever is counted: more of it, more --passes.
Where training is cut off, OUT.contexts is what was counted: --contexts-of goes on from there, or trains for another network with any prior's contexts.
"""
import argparse
import hashlib
import math
import pathlib
import subprocess
import sys
import tempfile

from exclusion import Exclusions

GROUPS = 16
COUNTED = {  # bytes that slots are counted on, where the documents suffice
    "wiki_xml": 13_500_000, "wiki_text": 16_000_000, "wiki_markup": 14_000_000, "wiki_html": 6_000_000, "wiki_qa": 5_000_000,
    "books_en": 14_000_000, "text_en": 16_000_000, "text_multilang": 50_000_000, "dictionaries": 6_000_000,
    "games_text": 1_500_000, "science_text": 3_000_000, "source_code": 26_000_000, "structured": 26_000_000,
    "structured_html": 5_000_000, "structured_i18n": 4_000_000, "structured_sql": 2_000_000, "logs": 10_000_000,
    "science_binary": 3_000_000,
}
TRAINED_SHARE = 0.1  # of these, in bytes that train weights
TRAINED_ALONE = {"synthetic": 450_000}
SAMPLE = 6_000  # frames are young when they learn most
SAMPLE_STEP, MOST_SAMPLES = 12_000, 16  # further samples of a document, after the beginnings of all
SMALL_DOCUMENT, LARGE_DOCUMENT = 200_000, 900_000
HELD_OUT = 24  # of so many sources one is neither counted nor trained on


def name_of(path, roots):
    return next(path.relative_to(root) for root in roots if path.is_relative_to(root)).as_posix()


def key(name):
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)


def parts(size, few_files, file_key):
    """(kind, begin, bytes) of one document."""
    if few_files:
        eighth = size // 8
        return [("train", size - eighth, eighth), ("count", 0, size - 2 * eighth)]
    return [({0: "train", 1: "held out"}.get(file_key % 8, "count"), 0, size)]


def samples(parts_to_train, budget):
    """(document, begin, bytes): the beginning of every part, then what stands further on, while the budget lasts."""
    chosen = []
    for index in range(MOST_SAMPLES):
        for path, begin, size in parts_to_train:
            offset = index * SAMPLE_STEP
            if budget <= 0 or (index > 0 and size < offset + SAMPLE):
                continue
            chosen.append((path, begin + offset, min(size - offset, SAMPLE)))
            budget -= chosen[-1][2]
    return chosen


def shares(sizes, budget):
    """What each of the sizes gets: all of the small ones; of what they leave the others get by the square roots of their sizes."""
    given = {}
    roots = sum(map(math.sqrt, sizes.values()))
    for name in sorted(sizes, key=lambda name: (sizes[name], name)):
        given[name] = int(min(sizes[name], budget * math.sqrt(sizes[name]) / roots)) if sizes[name] else 0
        budget, roots = budget - given[name], roots - math.sqrt(sizes[name])
    return given


def sources_of(roots, domain):
    """Folders of a domain in all roots that are not held out."""
    found = [p for root in roots if (root / domain).is_dir() for p in (root / domain).iterdir() if p.is_dir()]
    return sorted((p for p in found if key(name_of(p, roots)) % HELD_OUT != 0), key=lambda p: name_of(p, roots))


def parts_of(source, roots, exclusions):
    """What of a source may be counted and what may train weights: lists of (document, begin, bytes)."""
    files = [p for p in source.rglob("*") if p.is_file() and p.stat().st_size >= 200]
    few = len(files) < 8
    found = {"count": [], "train": [], "held out": []}
    for path in sorted(files, key=lambda p: key(name_of(p, roots))):
        name = name_of(path, roots)
        for kind, begin, size in parts(path.stat().st_size, few, key(name)):
            for kept, end in exclusions.kept(name, begin, begin + size):
                if kind == "count":
                    end = min(end, kept + (LARGE_DOCUMENT if few else SMALL_DOCUMENT))
                found[kind].append((path, kept, end - kept))
    return found["count"], found["train"]


def first_bytes(pieces, budget):
    """The first of (document, begin, bytes) that are `budget` bytes together."""
    chosen = []
    for path, begin, size in pieces:
        if budget > 0:
            chosen.append((path, begin, min(size, budget)))
            budget -= chosen[-1][2]
    return chosen


def total(pieces):
    return sum(size for _, _, size in pieces)


def choose(roots, trained_roots, scale=1.0, exclusions=Exclusions()):
    """The documents counted, by source, and those trained on."""
    counted, trained = {}, []
    for domain in [*COUNTED, *TRAINED_ALONE]:
        found = {source: parts_of(source, roots, exclusions) for source in sources_of(roots, domain)}
        if not found:
            print(f"prime.py: no {domain} in {', '.join(map(str, roots))}: made without", file=sys.stderr)
            continue
        budget = scale * COUNTED.get(domain, 0)
        given = shares({source: total(count) for source, (count, _) in found.items()}, budget)
        for source, (count, _) in found.items():
            if given[source] > 0:
                counted[source] = first_bytes(count, given[source])
        to_train = {source: train for source, (_, train) in found.items()
                    if any(source.is_relative_to(root) for root in trained_roots)}
        to_train = to_train or {source: train for source, (_, train) in found.items()}
        given = shares({source: min(total(train), SAMPLE * MOST_SAMPLES * len(train)) for source, train in to_train.items()},
                       TRAINED_ALONE.get(domain, TRAINED_SHARE * budget))
        for source, train in to_train.items():
            trained += samples(train, given[source])
    return counted, sorted(trained, key=lambda t: key(f"{name_of(t[0], roots)} {t[1]}"))


def unseen(trained, roots):
    """The documents of the samples, from the first of them on, as lines of an exclusion list (exclusion.py)."""
    begins = {}
    for path, begin, _ in trained:
        begins[path] = min(begin, begins.get(path, begin))
    ranges = [(f"corpus/{name_of(path, roots)}", begin, path.stat().st_size) for path, begin in begins.items()]
    return ["file\tbegin\tend", *(f"{name}\t{begin}\t{end}" for name, begin, end in sorted(ranges))]


def group(counted, roots):
    """Every source spread evenly over the groups, so that the contexts of all are counted side by side."""
    groups = [[] for _ in range(GROUPS)]
    for source in sorted(counted, key=lambda p: name_of(p, roots)):
        all_bytes, position = total(counted[source]), 0
        for path, begin, size in counted[source]:
            while size > 0:
                index = min(GROUPS - 1, position * GROUPS // all_bytes)
                end = all_bytes if index == GROUPS - 1 else -(-(index + 1) * all_bytes // GROUPS)
                piece = min(size, max(1, end - position))
                groups[index].append((path, begin, piece))
                begin, size, position = begin + piece, size - piece, position + piece
    for members in groups:
        members.sort(key=lambda t: key(f"{name_of(t[0], roots)} {t[1]}"))
    return groups


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path, nargs="+")
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--program", default="lmzip_prime")
    parser.add_argument("--exclude", help="byte ranges to leave out")
    parser.add_argument("--without", action="append", default=[], metavar="GLOB", help="files to leave out (exclusion.py)")
    parser.add_argument("--count-alone", action="append", default=[], metavar="CORPUS", type=pathlib.Path,
                        help="of this one nothing trains weights: the network knows it by heart")
    parser.add_argument("--passes", type=int, default=4, help="over what is counted, so that the table suffices (default 4)")
    parser.add_argument("--buckets", type=int, default=185_000, help="of 64 bytes, that the prior has (default 185,000)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor of what is counted, and trained on")
    parser.add_argument("--contexts-of", metavar="PRIOR", help="count nothing, and train weights for the contexts that a prior has")
    parser.add_argument("--dry", action="store_true", help="choose only")
    parser.add_argument("--list", help="also keep the list of documents here")
    parser.add_argument("--unseen", metavar="RANGES.tsv", type=pathlib.Path, help="write what trains weights as a list for corpus.py --exclude")
    args = parser.parse_args()
    trained_roots = [root for root in args.corpus if root not in args.count_alone]
    counted, trained = choose(args.corpus, trained_roots, args.scale, Exclusions(args.exclude, args.without))
    if args.unseen:
        args.unseen.write_text("\n".join(unseen(trained, args.corpus)) + "\n")
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as temporary:
        path = args.list or temporary.name
        with open(path, "w") as out:
            for members in group(counted, args.corpus):
                for document, begin, size in members:
                    out.write(f"count\t{begin}\t{size}\t{document}\n")
            for document, begin, size in trained:
                out.write(f"train\t{begin}\t{size}\t{document}\n")
        print(f"counted {sum(map(total, counted.values()))} bytes of {len(counted)} sources, "
              f"trained {total(trained)} bytes in {len(trained)} samples", file=sys.stderr)
        if args.dry:
            return
        contexts = args.contexts_of
        if contexts is None:
            contexts = f"{args.out}.contexts"
            subprocess.run([args.program, "count", path, contexts, str(args.passes), str(args.buckets)], check=True)
        subprocess.run([args.program, "train", args.model, path, contexts, args.out], check=True)
        if args.contexts_of is None:
            pathlib.Path(contexts).unlink()


if __name__ == "__main__":
    main()
