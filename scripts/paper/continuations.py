#!/usr/bin/env python3
"""The paper's Figure 3: compressors as generators. What follows a text, rows of a picture and speech, by lmzip, by gzip and by an n-gram coder.

  scripts/paper/continuations.py --data eval-dev [--seed 1]

lmzip decodes random bits (`lmzip sample`). gzip gives a byte the probability 2^-bits of what the context and it take, normalised, as the paper does (of the
2,048 bytes before). The n-gram coder mixes what followed the longest contexts, orders 0 to 5, in what there is so far (PPM's escapes, method C).
"""
import collections
import random
import zlib

import numpy as np

import experiment as paper

GENERATORS = ('lmzip', 'gzip', 'n-gram')
PROMPT, MADE, WIDTH = 2048, {'text': 200, 'image': 512, 'speech': 512}, 64
GZIP_WINDOW, LONGEST = 2048, 5
SHOWN = 256                     # samples before and behind the end of the prompt


def by_lmzip(args, kind, prompt, count):
    options = {'text': ['--method', 'lm+mix'], 'image': ['--method', args.others_method, '--kind', f'gray:{WIDTH}'],
               'speech': ['--method', args.others_method, '--kind', 'raw8']}[kind]
    options += ['--temperature', args.temperature]
    return paper.lmzip(args, 'sample', '-m', args.model, '-n', count, '--seed', args.seed, '--prompt', '-', *options, input=prompt)


def draw(weights, rng):
    return rng.choices(range(256), weights)[0]


def by_gzip(args, kind, prompt, count):
    rng, made = random.Random(args.seed), bytearray(prompt)
    for _ in range(count):
        context = zlib.compressobj(9)
        head = len(context.compress(bytes(made[-GZIP_WINDOW:])))
        sizes = []
        for byte in range(256):
            branch = context.copy()
            sizes.append(head + len(branch.compress(bytes([byte]))) + len(branch.flush()))
        least = min(sizes)
        made.append(draw([2.0 ** (-8 * (size - least)) for size in sizes], rng))
    return bytes(made[len(prompt):])


class NGrams:
    """What followed each context of 0 to LONGEST bytes."""

    def __init__(self, content):
        self.made = bytearray()
        self.followers = collections.defaultdict(collections.Counter)
        for byte in content:
            self.append(byte)

    def contexts(self):
        return [bytes(self.made[len(self.made) - n:]) for n in range(min(LONGEST, len(self.made)), -1, -1)]

    def append(self, byte):
        for context in self.contexts():
            self.followers[context][byte] += 1
        self.made.append(byte)

    def weights(self):
        weights, left = np.zeros(256), 1.0
        for context in self.contexts():
            counts = self.followers.get(context)
            if counts:
                total, distinct = sum(counts.values()), len(counts)
                for byte, count in counts.items():
                    weights[byte] += left * count / (total + distinct)
                left *= distinct / (total + distinct)
        return weights + left / 256


def by_ngrams(args, kind, prompt, count):
    rng, grams = random.Random(args.seed), NGrams(prompt)
    for _ in range(count):
        grams.append(draw(grams.weights(), rng))
    return bytes(grams.made[len(prompt):])


MAKERS = dict(zip(GENERATORS, (by_lmzip, by_gzip, by_ngrams)))


def made_by(args, name, kind, prompt):
    """Kept in --work."""
    about = f'{args.model}-{args.temperature}-{args.others_method}' if name == 'lmzip' else ''
    path = args.work / 'continuations' / f'{kind}-{name}-{args.seed}-{about}'
    return paper.kept(path, lambda place: place.write_bytes(MAKERS[name](args, kind, prompt, MADE[kind]))).read_bytes()


def shown(text):
    return ''.join(c if c.isprintable() or c == '\n' else '\N{REPLACEMENT CHARACTER}' for c in text.decode('utf-8', 'replace'))


def write_text(args, prompt, truth, made):
    parts = ['The text so far ends:', *block(prompt[-300:])]
    for name, text in (('lmzip', made['lmzip']), ('gzip', made['gzip']), ('the n-gram coder', made['n-gram']), ('what the file has', truth)):
        parts += [f'\nIt goes on by {name}:' if 'file' not in name else '\nIt goes on in the file:', *block(text)]
    parts += ['', f'Model: {paper.model_line(args, args.model)}; {PROMPT} bytes of prompt, seed {args.seed}, temperature {args.temperature}. Made by `{paper.command_line()}`.']
    (args.out / 'figure3-text.md').write_text('\n'.join(parts) + '\n')


def block(text):
    return ['', *('    ' + line for line in shown(text).split('\n'))]


def main():
    p = paper.parser(__doc__)
    p.add_argument('--model', default='base')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--temperature', default='1', help='of lmzip')
    p.add_argument('--others-method', default='mix', help='of lmzip for pictures and speech: mix, their own models, or lm, the network')
    args = p.parse_args()
    made, truth, prompts = {}, {}, {}
    for kind in ('text', 'image', 'speech'):
        content = paper.prepared(args, kind).read_bytes()
        at = min(100 * PROMPT, len(content) - PROMPT - MADE[kind])
        prompts[kind], truth[kind] = content[at:at + PROMPT], content[at + PROMPT:at + PROMPT + MADE[kind]]
        if kind == 'image':         # the upper half of a patch, and rows below it
            middle = at + PROMPT // 2
            prompts[kind], truth[kind] = content[at:middle], content[middle:middle + MADE[kind]]
        made[kind] = {name: made_by(args, name, kind, prompts[kind]) for name in GENERATORS}
    args.out.mkdir(parents=True, exist_ok=True)
    write_text(args, prompts['text'], truth['text'], made['text'])
    names = ('the file', *GENERATORS)
    drawing, axes = paper.figure(columns=4, height=2.6)
    for axis, name, rows in zip(axes, names, (truth['image'], *made['image'].values())):
        axis.imshow(np.frombuffer(prompts['image'] + rows, np.uint8).reshape(-1, WIDTH), cmap='gray', vmin=0, vmax=255)
        axis.axhline(len(prompts['image']) / WIDTH - 0.5, color='red', linewidth=0.7)
        axis.set(title=name, xticks=[], yticks=[])
    paper.save_figure(drawing, args.out / 'figure3-picture')
    drawing, axes = paper.figure(columns=4, height=2)
    for axis, name, samples in zip(axes, names, (truth['speech'], *made['speech'].values())):
        line = np.frombuffer(prompts['speech'][-SHOWN:] + samples[:SHOWN], np.uint8)
        axis.plot(np.arange(-SHOWN, SHOWN), line, linewidth=0.5)
        axis.axvline(0, color='red', linewidth=0.7)
        axis.set(title=name, ylim=(min(line.min(), 96), max(line.max(), 160)), xlabel='samples')
    paper.save_figure(drawing, args.out / 'figure3-speech')


if __name__ == '__main__':
    main()
