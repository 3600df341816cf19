#!/usr/bin/env python3
"""What a prior or a network was made from, by licence: the table of a model's card.

usage: licences.py LIST [--licences MANIFEST.tsv]...

LIST is what prime.py --list wrote, of which the manifests tell the licences of files (columns path and licence), or the documents.tsv of a
packed corpus, which tells them itself. Licences are as the sources state them; of one that states several the strictest counts. Ranges of a
file counted or trained on are added up. The status is 1 where a source forbids commercial use.
"""
import argparse
import collections
import csv
import re
import sys

from corpus import read_licences

FORBIDDEN = 'forbids commercial use'
FAMILIES = [  # the strictest first
    (FORBIDDEN, r'\bNC\b|non-?commercial|research use|for research'),
    ('GPL, LGPL, AGPL', r'GPL'),
    ('CC BY-SA, GFDL, ODbL', r'BY[- ]SA|GFDL|ODbL|share.?alike|wiki licence'),
    ('MPL, EPL, CDDL, LPPL, OFL', r'MPL|EPL|CDDL|LPPL|OFL'),
    ('CC BY and other licences that ask for attribution alone', r'CC[- ]BY|OGL|attribution'),
    ('MIT, BSD, Apache-2.0 and the like', r'MIT|BSD|Apache|ISC|Expat|zlib|curl|Artistic|Biopython|PSF|Python|Boost|BSL|Ruby|X11|PostgreSQL|permissive|free'),
    ('public domain, CC0, Unlicense', r'public[ -]domain|CC0|Unlicen[sc]e|WTFPL|\bPD\b|Gutenberg'),
]
MADE_UP = 'made up (synthetic_logs.py)'


def family(licence):
    return next((name for name, pattern in FAMILIES if re.search(pattern, licence, re.IGNORECASE)), 'others, or not stated')


def documents(path, manifests):
    """(bytes, family) of every range or document of a list."""
    licences = read_licences(manifests)
    with open(path, newline='') as f:
        if f.readline().startswith('start\t'):
            f.seek(0)
            for row in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
                yield int(row['bytes']), family(row['licence'])
            return
        f.seek(0)
        for line in f:
            _, _, size, name = line.rstrip('\n').split('\t', 3)
            # A path ends in domain/source/...: which of its ends it is, the manifests know.
            ends = name.split('/')
            stated = next((licences['/'.join(ends[i:])] for i in range(len(ends)) if '/'.join(ends[i:]) in licences), None)
            yield int(size), MADE_UP if '/synthetic/' in name else family(stated or '')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('list')
    parser.add_argument('--licences', action='append', default=[], metavar='MANIFEST.tsv')
    args = parser.parse_args()
    sizes = collections.Counter()
    for size, name in documents(args.list, args.licences):
        sizes[name] += size
    print('| licence as stated, the strictest | MB | share |\n|---|---|---|')
    for name, size in sizes.most_common():
        print(f'| {name} | {size / 1e6:.1f} | {100 * size / sizes.total():.1f} % |')
    return int(FORBIDDEN in sizes)


if __name__ == '__main__':
    sys.exit(main())
