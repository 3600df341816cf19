"""What the paper's experiments share: their options, the program, the kinds of data, tables and figures.

Work lies in --work and is kept: given again, a command goes on where it was interrupted.
"""
import argparse
import csv
import io
import json
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ('text', 'image', 'speech', 'random')
ENDINGS = {'image': ('.gray', '.pgm', '.ppm', '.npy'), 'speech': ('.u8', '.wav', '.npy')}
FOLDERS = {'text': ('text',), 'image': ('image', 'images'), 'speech': ('speech', 'audio')}


def parser(description, limit=300_000):
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--data', type=pathlib.Path, metavar='FOLDER', help='FOLDER/text, FOLDER/image, FOLDER/audio (or speech) with files to measure on')
    p.add_argument('--enwik9', type=pathlib.Path, metavar='FILE', help='the text, instead')
    p.add_argument('--imagenet', type=pathlib.Path, metavar='FOLDER', help='the pictures, instead: JPEG and PNG (with pillow), PGM, PPM or .npy')
    p.add_argument('--librispeech', type=pathlib.Path, metavar='FOLDER', help='the speech, instead: FLAC (with the program flac) or WAV')
    p.add_argument('--limit', type=int, default=limit, metavar='BYTES', help=f'of each kind of data (default {limit}); 0: all')
    p.add_argument('--program', type=pathlib.Path, default=ROOT / 'build/release/lmzip', help='lmzip')
    p.add_argument('--out', type=pathlib.Path, default=ROOT / 'models/paper', help='folder of tables and figures')
    p.add_argument('--work', type=pathlib.Path, default=ROOT / 'build/paper', help='folder of what is kept between calls')
    return p


def lmzip(args, *words, **options):
    """Runs the program; its progress and messages go through. Returns its standard output."""
    command = [str(args.program), *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, **options)
    if done.returncode != 0:
        sys.exit(f'{" ".join(command)}: exit code {done.returncode}')
    return done.stdout


def evaluate(args, paths, *options):
    """The rows of `lmzip eval` by domain. What was measured before is not measured again."""
    args.work.mkdir(parents=True, exist_ok=True)
    return json.loads(lmzip(args, 'eval', '--json', '--resume', args.work / 'measured.jsonl', *options, *paths))['domains']


def model_line(args, model):
    """`base 78561a67d670a49b`."""
    shown = lmzip(args, 'models', 'show', '--json', model)
    about = json.loads(shown)
    return f'{about["name"]} {about["id"][:16]}'


def kept(path, make):
    """A file that make(place) writes where it is missing. Whatever ends this meanwhile, it is there whole or not at all."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f'part-{path.name}')
        make(part)
        part.rename(path)
    return path


# The data.

def files_in(folder, endings=None):
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob('*') if p.is_file())
    return [p for p in files if endings is None or p.suffix.lower() in endings]


def decoded(args, kind, folder):
    """Files that lmzip reads, made of those of a data set as it is published."""
    out = args.work / 'decoded' / kind
    for path in files_in(folder):
        name = '-'.join(path.relative_to(folder).with_suffix('').parts)
        if path.suffix.lower() == '.flac':
            yield kept(out / f'{name}.wav', lambda place: subprocess.run(['flac', '--decode', '--silent', '--force', '--output-name', place, path], check=True))
        elif path.suffix.lower() in ('.jpg', '.jpeg', '.png'):
            from PIL import Image
            yield kept(out / f'{name}.ppm', lambda place: Image.open(path).convert('RGB').save(place))
        elif path.suffix.lower() in ENDINGS[kind]:
            yield path


def sources(args, kind):
    """The files of a kind: those of --enwik9 and its like, or of --data."""
    given = {'text': args.enwik9, 'image': args.imagenet, 'speech': args.librispeech}[kind]
    if given:
        return [given] if kind == 'text' else decoded(args, kind, given)
    for name in FOLDERS[kind]:
        if args.data and (args.data / name).is_dir():
            files = files_in(args.data / name, ENDINGS.get(kind))
            paper = [p for p in files if p.suffix in ('.gray', '.u8')]  # in the paper's form already
            return paper or files
    sys.exit(f'no {kind}: --data FOLDER with FOLDER/{FOLDERS[kind][0]}')


def prepared(args, kind):
    """A file with at most --limit bytes of the kind, as the paper prepares them."""
    return kept(args.work / 'data' / f'{args.limit or "all"}' / kind / kind, lambda place: prepare(args, kind, place))


def prepare(args, kind, place):
    with open(place, 'wb') as out:
        if kind == 'random':
            out.write(random.Random(1).randbytes(args.limit or 1_000_000))
            return
        for source in sources(args, kind):
            if args.limit and out.tell() >= args.limit:
                break
            out.write(content_of(args, kind, source)[:args.limit - out.tell() if args.limit else None])


def content_of(args, kind, source):
    if kind == 'text':
        with open(source, 'rb') as file:
            return file.read(args.limit or -1)
    folder = args.work / 'prepared'
    shutil.rmtree(folder, ignore_errors=True)
    lmzip(args, 'eval', '-q', '--data', 'paper', '--method', 'store', '--chunk', 0, '--peers', 'off', '--prepared-dir', folder, source)
    return next(p for p in folder.rglob('*') if p.is_file()).read_bytes()


# What comes out.

def write_table(path, rows, about=()):
    """PATH.csv and PATH.md, of dictionaries with the same keys; `about`: paragraphs below the table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix('.csv'), 'w', newline='') as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator='\n')
        writer.writeheader()
        writer.writerows(rows)
    lines = ['| ' + ' | '.join(rows[0]) + ' |', '|---' + '|---:' * (len(rows[0]) - 1) + '|']
    lines += ['| ' + ' | '.join(str(v) for v in row.values()) + ' |' for row in rows]
    text = '\n'.join(lines) + '\n' + ''.join(f'\n{paragraph}\n' for paragraph in about)
    path.with_suffix('.md').write_text(text)
    print(text, end='')


def command_line():
    """For the table: how it was made, without this machine's paths."""
    words, given = [], iter(sys.argv[1:])
    for word in given:
        if word in ('--program', '--out', '--work'):
            next(given)
        else:
            words.append(shlex.quote(word.rsplit('/', 1)[-1] if word.startswith('/') else word))
    return ' '.join([f'scripts/paper/{pathlib.Path(sys.argv[0]).name}', *words])


def figure(columns=1, height=3.6):
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    plt.rcParams |= {'svg.hashsalt': 'lmzip', 'svg.fonttype': 'none'}
    made, axes = plt.subplots(1, columns, figsize=(4.2 * columns, height), squeeze=False)
    return made, axes[0]


def save_figure(made, path):
    """PATH.png and PATH.svg; the same numbers give the same files."""
    made.tight_layout()
    made.savefig(path.with_suffix('.png'), dpi=70, metadata={'Software': None})
    vectors = io.StringIO()
    made.savefig(vectors, format='svg', metadata={'Date': None})
    path.with_suffix('.svg').write_text(re.sub(r'(\d\.\d)\d+', r'\1', vectors.getvalue()))     # a tenth of a point will do
