#!/usr/bin/env python3
"""The paper's Table 1: raw and adjusted rates on text, patches of pictures, speech and noise, unbounded and in chunks of 2,048 bytes.

  scripts/paper/table1.py --data eval-dev [--model base --model large ...]

Beside the compressors of `lmzip eval` stand JPEG XL and WavPack where cjxl and wavpack are installed, each on its own kind.
"""
import pathlib
import shutil
import subprocess
import tempfile

import experiment as paper

CHUNKS = (0, 2048)
PATCH_WIDTH = 64
METHODS = ('lm', 'mix', 'auto')


def run_size(command, content, ending):
    """Bytes of the output of a command that takes IN and makes OUT, which it wants to end so."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder) / 'in.pgm', pathlib.Path(folder) / f'out{ending}'
        source.write_bytes(content)
        words = [{'IN': str(source), 'OUT': str(target)}.get(word, word) for word in command]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return target.stat().st_size


def jpeg_xl(patches):
    rows = len(patches) // PATCH_WIDTH
    picture = b'P5 %d %d 255\n' % (PATCH_WIDTH, rows) + patches[:rows * PATCH_WIDTH]
    return run_size(['cjxl', 'IN', 'OUT', '-d', '0', '-e', '9'], picture, '.jxl')


def wavpack(samples):
    return run_size(['wavpack', '-q', '-y', '-hhx6', '--raw-pcm=16000,8u,1', 'IN', '-o', 'OUT'], samples, '.wv')


OTHERS = {'JPEG XL': ('cjxl', 'image', jpeg_xl), 'WavPack': ('wavpack', 'speech', wavpack)}


def others(args, chunk):
    """Rates of compressors that are programs, on the one kind that each is for; all patches as one picture only, all samples as one sound."""
    for name, (program, kind, size) in OTHERS.items():
        if shutil.which(program) and chunk == 0:
            content = paper.prepared(args, kind).read_bytes()
            yield name, {kind: 100 * size(content) / len(content)}


def rates(row):
    """Raw, with the model's file, with two bytes a parameter: in per cent of the raw size."""
    of = lambda more: 100 * (row['coded_bytes'] + more) / row['raw_bytes']
    return of(0), of(row.get('model_file_bytes', 0)), of(row.get('model_parameter_bytes', 0))


def make_rows(args, measured):
    for chunk in CHUNKS:
        found = [row for row in measured if row['chunk_bytes'] == chunk]
        names = dict.fromkeys((row['method'], row['model']) for row in found)
        peers = [name for name in names if not name[1]]
        ours = [name for name in names if name[1]]
        label = chunk or 'unbounded'
        for method, _ in peers:
            of = {row['domain']: rates(row)[0] for row in found if row['method'] == method}
            yield line(label, method, of)
        for name, of in others(args, chunk):
            yield line(label, name, of)
        for method, model in ours:
            of = {row['domain']: rates(row) for row in found if (row['method'], row['model']) == (method, model)}
            yield line(label, f'lmzip {method}, {model}', *({kind: of[kind][i] for kind in of} for i in range(3)))


def line(chunk, name, raw, with_file=None, with_parameters=None):
    row = {'chunk': chunk, 'compressor': name}
    for title, of in ('raw', raw), ('with file', with_file or raw), ('with 2 B a parameter', with_parameters or raw):
        row |= {f'{title}: {kind}': f'{of[kind]:.1f}' if kind in of else '' for kind in paper.KINDS}
    return row


def main():
    p = paper.parser(__doc__)
    p.add_argument('--model', action='append', help='to be measured; several may be given (default tiny, base)')
    args = p.parse_args()
    models = args.model or ['tiny', 'base']
    files = [paper.prepared(args, kind) for kind in paper.KINDS]
    options = [word for model in models for word in ('-m', model)] + [word for method in METHODS for word in ('--method', method)]
    measured = paper.evaluate(args, files, *options)
    sizes = ', '.join(f'{path.name} {path.stat().st_size:,}' for path in files)
    about = [f'Rates in per cent of the raw size. Bytes: {sizes}. Models: ' + '; '.join(paper.model_line(args, m) for m in models) + '.',
             f'Made by `{paper.command_line()}`.']
    paper.write_table(args.out / 'table1', list(make_rows(args, measured)), about)


if __name__ == '__main__':
    main()
