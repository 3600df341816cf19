#!/usr/bin/env python3
"""Tells what evaluation files share word for word with what is trained and counted on.

usage: overlap.py CORPUS... --against FOLDER [--against FOLDER]... [--exclude RANGES.tsv] [--without GLOB]... [--list FILE]

A CORPUS is a folder as it is packed (corpus.py) and counted (prime.py), less what --exclude and --without leave out of it (exclusion.py).
All windows of 32 bytes, at every offset of both sides, are compared, but for two kinds: those of fewer than 12 different bytes, which
are rules and padding, and boilerplate, which stands in more than a dozen files of the corpus, like licences' headers. Windows are told by 64
bits of a hash, so that of more than a thousand runs one may find a window that is not there, and none misses one.

It prints what is compared and shared, in windows; a line for every evaluation file that shares any; --list writes the corpus's ranges that
are to be left out, too, so that nothing is found any more, in the form of RANGES.tsv, with those of --exclude before them. The status is 1 if there are any.
"""
import argparse
import pathlib
import sys

import numpy as np

from exclusion import Exclusions

WINDOW = 32
LEAST_DIFFERENT = 12
BOILERPLATE = 12        # files; what stands in more is no file's own
BLOCK = 4_000_000       # bytes at once
FILTER_BITS = 30
FACTORS = [np.uint64(f) for f in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)]


def hashes(data):
    """The hashes of the windows at every offset of some bytes."""
    block = np.frombuffer(data, np.uint8)
    count = len(block) - WINDOW + 1
    if count <= 0:
        return np.zeros(0, np.uint64)
    words = np.zeros(len(block) - 7, np.uint64)
    for b in range(8):
        words |= block[b:b + len(words)].astype(np.uint64) << np.uint64(8 * b)
    result = np.zeros(count, np.uint64)
    for i, factor in enumerate(FACTORS):
        result ^= words[8 * i:8 * i + count]
        result *= factor
        result ^= result >> np.uint64(29)
    return result


def varied(data, at):
    """Whether the window there is more than a rule or padding."""
    return len(set(data[at:at + WINDOW])) >= LEAST_DIFFERENT


def files_below(folder):
    return sorted(p for p in folder.rglob('*') if p.is_file())


class Wanted:
    """The hashes of evaluation files' windows."""

    def __init__(self, paths):
        found = [np.unique(hashes(p.read_bytes())) for p in paths]
        self.sorted = np.unique(np.concatenate(found))
        self.filter = np.zeros(1 << FILTER_BITS, bool)
        self.filter[self.sorted >> np.uint64(64 - FILTER_BITS)] = True

    def places(self, found):
        """Where of an array of hashes are some that are wanted."""
        likely = np.nonzero(self.filter[found >> np.uint64(64 - FILTER_BITS)])[0]
        index = np.minimum(np.searchsorted(self.sorted, found[likely]), len(self.sorted) - 1)
        return likely[self.sorted[index] == found[likely]]


def shared_of(data, wanted):
    """(offset, hash) of the windows of some bytes that are wanted and varied."""
    result = []
    for begin in range(0, len(data), BLOCK):
        block = data[begin:begin + BLOCK + WINDOW - 1]
        found = hashes(block)
        result += [(begin + int(at), int(found[at])) for at in wanted.places(found) if varied(block, int(at))]
    return result


def shared_with(folder, exclusions, wanted):
    """{hash: {(file, offset)}} of a corpus's windows that are wanted, and how many bytes and files it has."""
    found, size, count = {}, 0, 0
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        kept = exclusions.kept(name, 0, len(data))
        size, count = size + sum(end - begin for begin, end in kept), count + bool(kept)
        for begin, end in kept:
            for at, window in shared_of(data[begin:end], wanted):
                found.setdefault(window, set()).add((f'{folder.name}/{name}', begin + at))
    return found, size, count


def ranges(places):
    """(file, begin, end) that windows at (file, offset) cover."""
    result = []
    for name, at in sorted(places):
        if result and result[-1][0] == name and at <= result[-1][2]:
            result[-1][2] = at + WINDOW
        else:
            result.append([name, at, at + WINDOW])
    return result


def places_of_own(places):
    """All (file, offset) of windows that are no boilerplate, and of those that are none any more once these bytes are gone."""
    found = set()
    while True:
        own = {place for where in places.values() if len({name for name, _ in where}) <= BOILERPLATE for place in where}
        if not own:
            return found
        found |= own
        gone = {(name, at + i) for name, at in own for i in range(WINDOW)}
        places = {window: {(name, at) for name, at in where if (name, at) not in gone and (name, at + WINDOW - 1) not in gone}
                  for window, where in places.items()}


def write_list(path, exclude, found):
    """The ranges of the list `exclude`, where there is one, and those found."""
    lines = pathlib.Path(exclude).read_text().splitlines() if exclude else ['file\tbegin\tend']
    path.write_text('\n'.join(lines + [f'{name}\t{begin}\t{end}' for name, begin, end in found]) + '\n')


def report_files(paths, own):
    """A line for every evaluation file that has windows of `own`."""
    own = np.array(sorted(own), np.uint64)
    for path in paths:
        at = np.nonzero(np.isin(hashes(path.read_bytes()), own))[0]
        if len(at):
            print(f'  {path}: {len(at)} windows, the first at', *at[:8])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus', type=pathlib.Path, nargs='+')
    parser.add_argument('--against', type=pathlib.Path, action='append', required=True, metavar='FOLDER')
    parser.add_argument('--exclude', metavar='RANGES.tsv')
    parser.add_argument('--without', action='append', default=[], metavar='GLOB')
    parser.add_argument('--list', type=pathlib.Path)
    args = parser.parse_args()
    paths = [p for folder in args.against for p in files_below(folder)]
    wanted = Wanted(paths)
    print(f'{len(paths)} evaluation files: {len(wanted.sorted)} different windows of {WINDOW} bytes')
    places = {}
    for folder in args.corpus:
        found, size, count = shared_with(folder, Exclusions(args.exclude, args.without), wanted)
        print(f'{folder.name}: {size} bytes in {count} files, {len(found)} windows shared')
        for window, where in found.items():
            places.setdefault(window, set()).update(where)
    own = {w: where for w, where in places.items() if len({name for name, _ in where}) <= BOILERPLATE}
    print(f'boilerplate, in more than {BOILERPLATE} files: {len(places) - len(own)} windows; others: {len(own)}')
    report_files(paths, own)
    if args.list:
        write_list(args.list, args.exclude, ranges(places_of_own(places)))
    return 1 if own else 0


if __name__ == '__main__':
    sys.exit(main())
