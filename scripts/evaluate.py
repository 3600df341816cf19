#!/usr/bin/env python3
"""Bits a byte of an exact model by domain, as a Markdown table.

  evaluate.py MODEL FOLDER [--first N] [--peers PEERS.tsv]

MODEL is the MODEL.npz of a run or a NAME.pt of bytes; FOLDER holds DOMAIN/files. Cold: every 4096 tokens a fresh stream; warm: one stream a file. With --first only the first N bytes of each
file are measured, beside xz -9e on the same bytes; --peers adds columns from a table of peer, domain/file, bytes, coded bytes.
"""
import argparse
import collections
import lzma
import pathlib

import torch

import corpus
from exact1 import archive, evaluation, qat


def read_peers(path, wanted):
    """Peer -> domain -> bits a byte."""
    sums = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    for line in pathlib.Path(path).read_text().splitlines():
        peer, name, size, coded = line.split('\t')[:4]
        if peer in wanted:
            row = sums[peer][name.split('/')[0]]
            row[0] += int(size)
            row[1] += int(coded)
    return {p: {d: 8 * c / n for d, (n, c) in sums[p].items() if n} for p in wanted if p in sums}


def xz_bits(folder, first):
    """Domain -> bits a byte of xz -9e on the first bytes of each file."""
    sums = collections.defaultdict(lambda: [0, 0])
    for path in (p for p in pathlib.Path(folder).rglob('*') if p.is_file()):
        data = path.read_bytes()[:first]
        row = sums[path.relative_to(folder).parts[0]]
        row[0] += len(data)
        row[1] += len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    return {d: 8 * c / n for d, (n, c) in sums.items()}


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('model')
    p.add_argument('folder')
    p.add_argument('--first', type=int, metavar='N')
    p.add_argument('--peers')
    p.add_argument('--tokenizer', help='SentencePiece model; bytes without it')
    p.add_argument('--no-compile', dest='compile', action='store_false')
    a = p.parse_args(argv)
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision('medium')
    model = qat.from_exact(archive.read(a.model))
    encode, _ = corpus.encoder(a.tokenizer)
    loss = torch.compile(model.loss, dynamic=False) if a.compile else model.loss
    rows = evaluation.evaluate(loss, model, evaluation.samples_of_folder(a.folder, a.first, encode))
    columns = {'cold': {d: r['cold'] for d, r in rows.items()}, 'warm': {d: r['warm'] for d, r in rows.items()}}
    if a.first:
        columns['xz -9e'] = xz_bits(a.folder, a.first)
    elif a.peers:
        columns |= read_peers(a.peers, ('xz-9e', 'bzip3', 'ppmd-o16'))
    print('| domain | bytes | ' + ' | '.join(columns) + ' |\n|---|---|' + '---|' * len(columns))
    for d, r in rows.items():
        print(f'| {d} | {r["bytes"]} | ' + ' | '.join(f'{c[d]:.3f}' for c in columns.values()) + ' |')


if __name__ == '__main__':
    main()
