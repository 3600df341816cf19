#!/usr/bin/env python3
"""Tells how much of evaluation files stands word for word in a packed corpus.

usage: overlap.py PACKED FOLDER

Every file below FOLDER is cut into pieces of 48 bytes; pieces of fewer than 12 different bytes (rules, padding) are left out. A line a
file: pieces, those that occur anywhere in the corpus of bytes, and where in the file the first of them stand.
"""
import argparse
import pathlib

import numpy as np

import corpus

PIECE = 48
LEAST_DIFFERENT = 12
KEY_AT = 20             # eight bytes inside a piece, by which it is looked up
BLOCK = 4_000_000


def pieces_of(data):
    """Offsets of the pieces that count."""
    return [at for at in range(0, len(data) - PIECE + 1, PIECE) if len(set(data[at:at + PIECE])) >= LEAST_DIFFERENT]


def words(block, count):
    """The little-endian 64-bit words at the first `count` offsets of a uint8 array."""
    result = np.zeros(count, np.uint64)
    for b in range(8):
        result |= block[b:b + count].astype(np.uint64) << np.uint64(8 * b)
    return result


def found(tokens, wanted):
    """Which of the pieces in the set `wanted` occur in `tokens`."""
    keys = np.array(sorted({int.from_bytes(piece[KEY_AT:KEY_AT + 8], 'little') for piece in wanted}), np.uint64)
    result = set()
    for start in range(0, len(tokens) - PIECE + 1, BLOCK):
        block = np.array(tokens[start:start + BLOCK + PIECE - 1])
        count = len(block) - PIECE + 1
        candidates = words(block[KEY_AT:], count)
        places = np.minimum(np.searchsorted(keys, candidates), len(keys) - 1)
        raw = block.tobytes()
        for at in np.nonzero(keys[places] == candidates)[0]:
            piece = raw[at:at + PIECE]
            if piece in wanted:
                result.add(piece)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('packed')
    parser.add_argument('folder', type=pathlib.Path)
    args = parser.parse_args()
    files = {p: p.read_bytes() for p in sorted(args.folder.rglob('*')) if p.is_file()}
    offsets = {p: pieces_of(data) for p, data in files.items()}
    wanted = {files[p][at:at + PIECE] for p in files for at in offsets[p]}
    common = found(corpus.Corpus(args.packed).tokens, wanted)
    for p, data in files.items():
        hits = [at for at in offsets[p] if data[at:at + PIECE] in common]
        share = 100 * len(hits) / max(1, len(offsets[p]))
        print(f'{p.relative_to(args.folder)}: {len(hits)} of {len(offsets[p])} pieces, {share:.2f} %', *hits[:8])


if __name__ == '__main__':
    main()
