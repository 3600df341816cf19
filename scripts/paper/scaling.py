#!/usr/bin/env python3
"""The paper's Figure 2, and the first of its open questions: adjusted rates of models of several sizes, trained alike, on growing data; the best size for it.

  scripts/paper/scaling.py PACKED --data eval-dev [--sizes 64x1x64,64x2x256,... --steps 2048 --batch 8]

PACKED is a corpus of bytes (scripts/corpus.py). A model WIDTHxLAYERSxHIDDEN without n-gram tables is trained for each size (scripts/train.py, of which
further options are taken): the same text in the same order, a rate falling with the root of the width. The text of --data (or --enwik9) is then measured at
several amounts. Beyond what there is of it, the rate of the largest amount is taken to hold: such points are marked as extrapolated. A model's own size is two
bytes a parameter, as in the paper. Interrupted, the command goes on where it was.
"""
import math
import pathlib
import sys

import experiment as paper

sys.path.insert(0, str(paper.ROOT / 'scripts'))

SIZES = '64x1x64,64x2x256,128x2x384,192x3x576,256x4x768,384x5x1024'
RATE, RATE_WIDTH = 4e-3, 64         # the rate at this width
EXTRAPOLATED = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000)
SHIPPED = ('tiny', 'tok', 'base', 'large')


def trained(args, size):
    """The model file of a size; made when it is missing."""
    import train
    width, layers, hidden = map(int, size.split('x'))
    folder = args.work / 'scaling' / size
    model = folder / f'm{size}.pt'
    if not model.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rate = RATE * math.sqrt(RATE_WIDTH / width)
        train.main([str(args.corpus), '--out', str(folder / 'run'), '--width', str(width), '--layers', str(layers), '--hidden', str(hidden), '--orders', '',
                    '--rate', f'{rate:.2e}', '--steps', str(args.steps), '--batch', str(args.batch), '--length', str(args.length), '--warmup', str(args.steps // 10),
                    '--save-every', '2', '--eval-bytes', '2048', '--export', str(model), *args.training])
    return model


def amounts(args):
    """Files with an eighth, a quarter, a half and all of the text."""
    text = paper.prepared(args, 'text')
    content = text.read_bytes()
    for part in (8, 4, 2, 1):
        path = args.work / 'amounts' / f'{len(content) // part}' / 'text'
        yield paper.kept(path, lambda place: place.write_bytes(content[:len(content) // part]))


def measure(args, model, files):
    """Of each amount: coded bytes; and the model's two bytes a parameter."""
    rows = paper.evaluate(args, files, '--peers', 'off', '--method', 'lm', '--chunk', 0, '-m', model)
    return {row['raw_bytes']: row['coded_bytes'] for row in rows}, rows[0]['model_parameter_bytes']


def adjusted(coded, parameters, amount):
    """Per cent of `amount`, measured or extrapolated from the largest amount that was."""
    largest = max(coded)
    size = coded.get(amount, coded[largest] * amount / largest)
    return 100 * (size + parameters) / amount


def beyond(coded):
    """Amounts that are larger than what was measured."""
    return [amount for amount in EXTRAPOLATED if amount > max(coded)]


def rows_of(results):
    for name, (coded, parameters) in results.items():
        row = {'model': name, 'parameters': parameters // 2, 'raw rate': f'{100 * coded[max(coded)] / max(coded):.1f}'}
        row |= {f'{amount / 1e6:g} MB': f'{adjusted(coded, parameters, amount):.1f}' for amount in sorted(coded)}
        row |= {f'{amount / 1e6:g} MB (extrapolated)': f'{adjusted(coded, parameters, amount):.1f}' for amount in beyond(coded)}
        yield row


def best_sizes(alike):
    """The best of the models trained alike for each amount."""
    measured = sorted(next(iter(alike.values()))[0])
    for amount in (*measured, *beyond(measured)):
        of = {name: adjusted(coded, parameters, amount) for name, (coded, parameters) in alike.items()}
        best = min(of, key=of.get)
        yield {'data': f'{amount / 1e6:g} MB', 'best model': best, 'parameters': alike[best][1] // 2, 'adjusted rate': f'{of[best]:.1f}',
               'how': 'measured' if amount in measured else 'extrapolated'}


def plot(args, alike, shipped):
    groups = [(group, title) for group, title in ((alike, 'trained alike'), (shipped, 'shipped: trained for long, unlike')) if group]
    made, axes = paper.figure(columns=len(groups), height=4)
    measured = sorted(next(iter(groups[0][0].values()))[0])
    for axis, (group, title) in zip(axes, groups):
        for amount in (*measured, *beyond(measured)):
            points = sorted((parameters // 2, adjusted(coded, parameters, amount)) for coded, parameters in group.values())
            axis.plot(*zip(*points), marker='o', markersize=3, linestyle='-' if amount in measured else '--',
                      label=f'{amount / 1e6:g} MB' + ('' if amount in measured else ', extrapolated'))
        axis.set(xscale='log', yscale='log', xlabel='parameters', title=title)
        axis.grid(alpha=0.3)
    axes[0].set(ylabel='adjusted rate, % of the raw size')
    axes[-1].legend(fontsize=7, loc='upper left', bbox_to_anchor=(1.02, 1))
    paper.save_figure(made, args.out / 'figure2')


def main(argv=None):
    p = paper.parser(__doc__, limit=262_144)
    p.add_argument('corpus', type=pathlib.Path, metavar='PACKED')
    p.add_argument('--sizes', default=SIZES, help="'': none is trained")
    p.add_argument('--steps', type=int, default=2048)
    p.add_argument('--batch', type=int, default=8)
    p.add_argument('--length', type=int, default=256)
    p.add_argument('--shipped', default=','.join(SHIPPED), help='models measured beside them')
    args, args.training = p.parse_known_args(argv)
    files = list(amounts(args))
    alike = {size: measure(args, trained(args, size), files) for size in args.sizes.split(',') if size}
    shipped = {model: measure(args, model, files) for model in args.shipped.split(',') if model}
    args.out.mkdir(parents=True, exist_ok=True)
    seen = args.steps * args.batch * args.length
    about = [f'Adjusted rates (coded, and two bytes a parameter) in per cent of the raw size; text, the network alone, unbounded. Models named by their sizes saw the same {seen / 1e6:.1f} MB; '
             'the others are shipped and saw 40 to 2,000 MB, with n-gram tables among their parameters. Extrapolated: the largest measured amount\'s rate is taken to hold.',
             f'Made by `{paper.command_line()}`.']
    paper.write_table(args.out / 'figure2', list(rows_of(alike | shipped)), about)
    which = 'trained alike' if alike else 'shipped, which were not trained alike'
    paper.write_table(args.out / 'best-size', list(best_sizes(alike or shipped)), [f'Of the models {which}. Made by `{paper.command_line()}`.'])
    plot(args, alike, shipped)


if __name__ == '__main__':
    main()
