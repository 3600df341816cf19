#!/usr/bin/env python3
"""An open question of the paper: kinds of data beyond its three. Raw rates of whole domains as they are, by the network alone, with the mixer, and by others.

  scripts/paper/kinds.py eval-dev eval-dev-2 [--limit 200000]

Domains are the folders in each FOLDER. Of every file the first --limit bytes count.
"""
import experiment as paper

PEERS = ('gzip', 'LZMA2', 'brotli')
METHODS = ('lm', 'mix', 'auto')


def cut(args, folder):
    """The folder's domains with files of at most --limit bytes."""
    out = args.work / 'kinds' / f'{args.limit or "all"}' / folder.name
    for path in paper.files_in(folder):
        with open(path, 'rb') as file:
            paper.kept(out / path.relative_to(folder), lambda place: place.write_bytes(file.read(args.limit or -1)))
    return out


def main():
    p = paper.parser(__doc__, limit=100_000)
    p.add_argument('folder', nargs='+', type=paper.pathlib.Path, help='with a folder for each domain')
    p.add_argument('--model', default='base')
    args = p.parse_args()
    rows = []
    for folder in args.folder:
        options = [word for method in METHODS for word in ('--method', method)]
        measured = paper.evaluate(args, [cut(args, folder)], '--chunk', 0, '-m', args.model, *options)
        for domain in dict.fromkeys(row['domain'] for row in measured):
            of = {row['method']: row for row in measured if row['domain'] == domain}
            any_row = of[METHODS[0]]
            row = {'domain': domain, 'files': any_row['files'], 'bytes': any_row['raw_bytes']}
            row |= {name: f'{100 * of[name]["coded_bytes"] / of[name]["raw_bytes"]:.1f}' if name in of else '' for name in (*PEERS, *METHODS)}
            rows.append(row)
    rows.sort(key=lambda row: float(row['auto']))
    about = ['Rates in per cent of the raw size, unbounded; `lm`: the network alone, `mix`: the mixer alone, `auto`: what `lmzip c` takes. '
             f'The first {args.limit:,} bytes of each file. Model: {paper.model_line(args, args.model)}.', f'Made by `{paper.command_line()}`.']
    paper.write_table(args.out / 'kinds', rows, about)


if __name__ == '__main__':
    main()
