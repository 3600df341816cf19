#!/usr/bin/env python3
"""The weighted mean of two exact models of the same sizes, of which one was trained from the other.

  average.py A B SHARE OUT.npz      A and B: model.npz of a run or NAME.pt; SHARE of B, from 0 to 1

The mean is taken of the real-valued parameters and rounded anew. Weights between two ends of training often generalise better than either
(Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", 2018; Wortsman et al., "Model soups", 2022).
"""
import argparse

import numpy as np

from exact1 import archive, qat


def average(a, b, share):
    """Exact model from exact models `a` and `b`."""
    first, second = qat.from_exact(a), qat.from_exact(b)
    if first.config != second.config:
        raise ValueError(f'models of different sizes: {first.config} and {second.config}')
    theirs = second.state_dict()
    mean = {name: (1 - share) * mine + share * theirs[name] for name, mine in first.state_dict().items()}
    first.load_state_dict(mean)
    return qat.to_exact(first)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('a', metavar='A')
    p.add_argument('b', metavar='B')
    p.add_argument('share', metavar='SHARE', type=float)
    p.add_argument('out', metavar='OUT.npz')
    args = p.parse_args()
    np.savez_compressed(args.out, **average(archive.read(args.a), archive.read(args.b), args.share))


if __name__ == '__main__':
    main()
