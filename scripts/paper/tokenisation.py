#!/usr/bin/env python3
"""The paper's table of tokenisers (section 3.5): bytes against SentencePiece vocabularies, models trained alike, in bits a byte.

  scripts/paper/tokenisation.py PACKED --out FOLDER --eval eval-dev [--vocabularies 0,1024,4096,16384] [--megabytes 100 | --minutes 60]

PACKED is a corpus of bytes (scripts/corpus.py). For each vocabulary (0: bytes) the corpus is packed in it, a model of the same body is
trained on the same text (--megabytes of it) or for the same time (--minutes), and the files of --eval are measured, the model alone.
FOLDER/table.csv and FOLDER/table.md hold the result. Given again, the command goes on where it was interrupted.
"""
import argparse
import csv
import json
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import corpus
import experiment as paper
import train
import vocabulary

COLUMNS = ['vocabulary', 'bytes a token', 'parameters, body', 'parameters, embedding and head', 'MB seen', 'minutes']


def prepare(args, size, folder):
    """The corpus in tokens and the tokenizer, made when they are missing; without a tokenizer for bytes."""
    if size == 0:
        return args.corpus, None
    if not (folder / 'tokens/corpus.json').exists():
        vocabulary.make(args.corpus, folder / 'tokens', size, args.mixture, args.sample)
    return folder / 'tokens', folder / 'tokens/tokenizer.model'


def bytes_a_token(packed, mixture):
    """Of the text as the mixture mixes it."""
    size = tokens = 0.0
    for domain, documents in packed.of_split('train').items():
        size += mixture(domain) * sum(d['bytes'] for d in documents)
        tokens += mixture(domain) * sum(d['tokens'] for d in documents)
    return size / tokens


def train_model(args, size, folder):
    """Trains the model of a vocabulary, or goes on; returns the row of the table."""
    packed_folder, tokenizer = prepare(args, size, folder)
    ratio = bytes_a_token(corpus.Corpus(packed_folder), corpus.read_mixture(args.mixture))
    command = [str(packed_folder), '--out', str(folder / 'run'), '--eval', args.eval, '--eval-bytes', str(args.eval_bytes), *args.body]
    command += ['--tokenizer', str(tokenizer)] if tokenizer else []
    command += ['--mixture', args.mixture] if args.mixture else []
    options = train.parse(command)
    if args.minutes:
        command += ['--minutes', str(args.minutes)]
    else:
        command += ['--steps', str(max(1, round(args.megabytes * 1e6 / ratio / (options.batch * options.length))))]
    def run(done):
        train.main(command)
        done.write_text(json.dumps(command))

    paper.kept(folder / 'done.json', run)
    return row_of(size, ratio, folder / 'run', options)


def row_of(size, ratio, run, options):
    with np.load(run / 'model.npz') as model:
        dense = {name: a.size for name, a in model.items() if not name.startswith('tab')}
    ends = sum(n for name, n in dense.items() if name.split('.')[0] in ('emb', 'out'))
    with open(run / 'eval.csv', newline='') as f:
        rows = list(csv.DictReader(f))
    last = [r for r in rows if r['step'] == rows[-1]['step'] and not r['domain'].startswith('validation')]
    seen = int(rows[-1]['step']) * options.batch * options.length * ratio
    values = [size or 'bytes', f'{ratio:.2f}', sum(dense.values()) - ends, ends, f'{seen / 1e6:.2f}', f'{float(rows[-1]["seconds"]) / 60:.1f}']
    return dict(zip(COLUMNS, values)) | {r['domain']: f'{float(r["warm"]):.3f}' for r in last}


def write_tables(rows, out):
    with open(out / 'table.csv', 'w', newline='') as f:
        w = csv.DictWriter(f, rows[0].keys(), lineterminator='\n')
        w.writeheader()
        w.writerows(rows)
    lines = ['| ' + ' | '.join(rows[0]) + ' |', '|' + '---|' * len(rows[0])]
    lines += ['| ' + ' | '.join(str(v) for v in r.values()) + ' |' for r in rows]
    (out / 'table.md').write_text('\n'.join(lines) + '\n')


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                epilog='Further options go to train.py: the sizes of the body, the batch, the rate.')
    p.add_argument('corpus')
    p.add_argument('--out', type=pathlib.Path, required=True)
    p.add_argument('--eval', required=True, metavar='FOLDER', help='FOLDER/domain/files to measure on')
    p.add_argument('--eval-bytes', type=int, default=65536, help='of each file')
    p.add_argument('--vocabularies', default='0,1024,4096,16384')
    p.add_argument('--mixture', help='table of globs and factors for the domains')
    p.add_argument('--sample', type=float, default=20, help='megabytes of text that a vocabulary is trained on')
    p.add_argument('--megabytes', type=float, default=100, help='of text that each model sees')
    p.add_argument('--minutes', type=float, help='of training for each model, instead')
    args, args.body = p.parse_known_args(argv)
    rows = []
    for size in map(int, args.vocabularies.split(',')):
        folder = args.out / (f'vocabulary-{size}' if size else 'bytes')
        folder.mkdir(parents=True, exist_ok=True)
        rows.append(train_model(args, size, folder))
        write_tables(rows, args.out)
    print((args.out / 'table.md').read_text(), end='')


if __name__ == '__main__':
    main()
