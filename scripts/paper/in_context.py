#!/usr/bin/env python3
"""The paper's Figure 4: the rate against the place in a sequence that begins afresh, for text, patches of pictures and speech.

  scripts/paper/in_context.py --data eval-dev [--model base]

The content is coded in chunks (by the network alone) and in frames of the chunks' length (with the mixer, which learns from nothing but the chunk, and
from its prior); the costs of their bytes, from `lmzip view --npy`, are averaged over chunks, by place.
"""
import io

import numpy as np

import experiment as paper

NAMED = ('lm', 'lm+mix')
LEARNING = 2048                 # the paper's sequences end here


def places(length):
    """Bounds of what is averaged: powers of two, and their halves from 64 on."""
    bounds = [0, 1]
    while bounds[-1] < length:
        bounds += [bounds[-1] * 3 // 2] * (bounds[-1] >= 64) + [bounds[-1] * 2]
    return bounds


def costs(args, model, method, path):
    """Bits [chunks, length] of the result; what is left of a chunk at the end is left out."""
    def measure(place):
        piece = ['--chunk'] if method == 'lm' else ['--frame-size']
        words = ['view', '--npy', '-m', model, '--method', method, '--segments', 'off', *piece, args.length, path]
        bits = np.load(io.BytesIO(paper.lmzip(args, *words)))[:, 2]
        np.save(place, bits[:len(bits) // args.length * args.length].reshape(-1, args.length))

    return np.load(paper.kept(args.work / 'costs' / f'{model}-{method}-{args.length}-{path.stat().st_size}-{path.name}.npy', measure))


def curve(bits, bounds):
    return [100 * bits[:, a:b].mean() / 8 for a, b in zip(bounds, bounds[1:])]


def main():
    p = paper.parser(__doc__)
    p.add_argument('--model', action='append', help='several may be given (default tiny, base)')
    p.add_argument('--length', type=int, default=8192, help='of the sequences, a power of two')
    args = p.parse_args()
    models, bounds = args.model or ['tiny', 'base'], places(args.length)
    rows = [{'bytes before': a} for a in bounds[:-1]]
    made, axes = paper.figure(columns=3)
    for axis, kind in zip(axes, paper.KINDS):
        path = paper.prepared(args, kind)
        for model, method in [(m, w) for m in models for w in NAMED]:
            bits = costs(args, model, method, path)
            values = curve(bits, bounds)
            for row, value in zip(rows, values):
                row[f'{kind}, {model} {method}'] = f'{value:.1f}'
            axis.plot([max(a, 0.7) for a in bounds[:-1]], values, label=f'{model}, {method}')
        axis.axvline(LEARNING, color='gray', linewidth=0.7, linestyle=':')
        axis.set(xscale='log', title=f'{kind}, {len(bits)} sequences', xlabel='bytes before', ylim=(0, None))
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes[0].set(ylabel='rate, % of the raw size')
    axes[0].legend(fontsize=7)
    args.out.mkdir(parents=True, exist_ok=True)
    paper.save_figure(made, args.out / 'figure4')
    about = [f'Rate of the bytes from there to the next row, in per cent of the raw size; {args.limit:,} bytes of each kind in sequences of {args.length:,}, each begun afresh. Models: '
             + '; '.join(paper.model_line(args, m) for m in models) + '.', f'Made by `{paper.command_line()}`.']
    paper.write_table(args.out / 'figure4', rows, about)


if __name__ == '__main__':
    main()
