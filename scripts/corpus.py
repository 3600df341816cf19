#!/usr/bin/env python3
"""Packs folders of files into one token file for scripts/train.py.

  corpus.py OUT FOLDER... [--licences MANIFEST.tsv]... [--hold-out GLOB]... [--tokenizer SP.model] [--exclude RANGES.tsv] [--without GLOB]... [--seed N]

writes
  OUT/tokens.bin      all documents one after the other, uint8 (bytes) or uint16 (SentencePiece, --tokenizer)
  OUT/documents.tsv   a line a document: start and length in tokens, bytes, split, domain, path, SHA-256, licence
  OUT/corpus.json     vocabulary, seed, totals and the SHA-256 of the two files above

Text and binary files are taken as they are. Media are decoded to what a user would compress: pictures to PPM or BMP, and to raw gray
patches of 32 x 64; FLAC to WAV or raw 16-bit samples, and to raw 8-bit samples. A document's domain is the first two folders of its
path. --hold-out moves documents whose path matches the pattern into the split `validation`: name whole sources (folders or works),
never single files of one, or the validation tells little. --exclude leaves byte ranges out (exclusion.py): what lies between them become
documents of their own, NAME@BEGIN; a medium of which a range is excluded is left out whole. --without leaves files out. The same input and seed give the same bytes.
"""
import argparse
import csv
import fnmatch
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import wave

import numpy as np

from exclusion import Exclusions

PATCH_HEIGHT, PATCH_WIDTH = 32, 64
LARGEST_SIDE = 768              # pixels; larger photographs are scaled down
LARGEST_PIECE = 65536           # characters encoded at once
COLUMNS = ['start', 'tokens', 'bytes', 'split', 'domain', 'path', 'sha256', 'licence']


def patches(gray, rng, count=64):
    """Raw patches cut at random places, one after the other."""
    height, width = gray.shape
    if height < PATCH_HEIGHT or width < PATCH_WIDTH:
        return b''
    tops = rng.integers(0, height - PATCH_HEIGHT + 1, count)
    lefts = rng.integers(0, width - PATCH_WIDTH + 1, count)
    return b''.join(gray[t:t + PATCH_HEIGHT, l:l + PATCH_WIDTH].tobytes() for t, l in zip(tops, lefts))


def decode_picture(path, rng):
    from PIL import Image
    image = Image.open(path).convert('RGB')
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    whole = io.BytesIO()
    form = 'BMP' if rng.random() < 0.25 else 'PPM'
    image.save(whole, form)
    yield f'.{form.lower()}', whole.getvalue()
    yield '.gray', patches(np.asarray(image.convert('L')), rng)


def eight_bit(samples):
    """Signed 16-bit samples as unsigned 8-bit ones."""
    return ((samples.astype(np.int32) >> 8) + 128).astype(np.uint8).tobytes()


def decode_audio(path, rng):
    data = path.read_bytes()
    if path.suffix == '.flac':
        data = subprocess.run(['flac', '--decode', '--stdout', '--silent', str(path)], check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(data)) as w:
        samples = np.frombuffer(w.readframes(w.getnframes()), '<i2') if w.getsampwidth() == 2 else None
    if samples is None or rng.random() < 0.7:
        yield '.wav', data
    else:
        yield '.s16', samples.tobytes()
    if samples is not None:
        yield '.u8', eight_bit(samples)


DECODERS = {'.jpg': decode_picture, '.jpeg': decode_picture, '.png': decode_picture, '.flac': decode_audio, '.wav': decode_audio}


def documents(path, name, seed, exclusions=Exclusions()):
    """Yields (suffix, bytes) of each document a file gives."""
    decode = DECODERS.get(path.suffix.lower())
    if decode is None:
        data = path.read_bytes()
        for begin, end in exclusions.kept(name, 0, len(data)):
            yield f'@{begin}' if exclusions.touch(name) else '', data[begin:end]
        return
    if exclusions.touch(name):
        return
    digest = hashlib.sha256(f'{seed}:{name}'.encode()).digest()
    try:
        yield from decode(path, np.random.default_rng(int.from_bytes(digest[:8], 'little')))
    except (OSError, EOFError, wave.Error, subprocess.CalledProcessError) as e:
        print(f'{path}: left out, does not decode: {e}', file=sys.stderr)


def read_licences(paths):
    """Licence by path within a corpus; paths begin with the manifest's column `split`, or with train."""
    licences = {}
    for path in paths:
        with open(path, newline='') as f:
            for r in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
                licences[r['path'].removeprefix(r.get('split', 'train') + '/')] = r['licence']
    return licences


def sentencepiece_encoder(sp):
    """Tokens of any bytes: valid UTF-8 by the model; other bytes, and the character that stands for a space, as byte pieces."""
    first_byte = sp.piece_to_id('<0x00>')

    def encode(data):
        text = data.decode('utf-8', 'surrogateescape')
        ids = []
        for i, piece in enumerate(re.split('([\udc80-\udcff\u2581]+)', text)):
            if i % 2:
                ids += [first_byte + b for b in piece.encode('utf-8', 'surrogateescape')]
            else:
                for start in range(0, len(piece), LARGEST_PIECE):
                    ids += sp.encode(piece[start:start + LARGEST_PIECE])
        return np.array(ids, np.uint16)
    return encode


def encoder(model):
    """A function from bytes to tokens, and the vocabulary's size; without a SentencePiece model tokens are bytes."""
    if model is None:
        return lambda data: np.frombuffer(data, np.uint8), 256
    import sentencepiece
    sp = sentencepiece.SentencePieceProcessor(model_file=str(model))
    return sentencepiece_encoder(sp), sp.vocab_size()


def find_files(folders):
    """(file, path inside its folder), in the order of those paths."""
    found = [(p, p.relative_to(f).as_posix()) for f in map(pathlib.Path, folders) for p in f.rglob('*') if p.is_file()]
    return sorted(found, key=lambda x: x[1])


def write_manifest(out, rows, vocabulary, seed, hold_out, tokenizer):
    """Writes documents.tsv and corpus.json beside tokens.bin; returns what corpus.json says."""
    with open(out / 'documents.tsv', 'w', newline='') as f:
        w = csv.writer(f, delimiter='\t', lineterminator='\n')
        w.writerow(COLUMNS)
        w.writerows(rows)
    summary = {'vocabulary': vocabulary, 'dtype': 'uint16' if tokenizer else 'uint8', 'seed': seed, 'hold_out': hold_out,
               'documents': len(rows), 'tokens': sum(r[1] for r in rows), 'bytes': sum(r[2] for r in rows)}
    for name in ('tokens.bin', 'documents.tsv'):
        summary[f'{name} sha256'] = hashlib.sha256((out / name).read_bytes()).hexdigest()
    if tokenizer:
        summary['tokenizer sha256'] = hashlib.sha256(pathlib.Path(tokenizer).read_bytes()).hexdigest()
    (out / 'corpus.json').write_text(json.dumps(summary, indent=1) + '\n')
    return summary


def pack(out, folders, licences=(), hold_out=(), tokenizer=None, seed=1, exclude=None, without=()):
    exclusions = Exclusions(exclude, without)
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    encode, vocabulary = encoder(tokenizer)
    known = read_licences(licences)
    rows, start, seen = [], 0, set()
    with open(out / 'tokens.bin', 'wb') as f:
        for path, name in find_files(folders):
            for suffix, data in documents(path, name, seed, exclusions):
                sha = hashlib.sha256(data).hexdigest()
                if not data or sha in seen:
                    continue
                seen.add(sha)
                tokens = encode(data)
                f.write(tokens.tobytes())
                split = 'validation' if any(fnmatch.fnmatch(name, g) for g in hold_out) else 'train'
                domain = '/'.join(name.split('/')[:-1][:2]) or '.'
                rows.append([start, len(tokens), len(data), split, domain, name + suffix, sha, known.get(name, 'not stated')])
                start += len(tokens)
    return write_manifest(out, rows, vocabulary, seed, list(hold_out), tokenizer)


class Corpus:
    """A packed corpus: `tokens` (memory-mapped), `documents` (dicts of the manifest's columns), `info`."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.info = json.loads((folder / 'corpus.json').read_text())
        self.tokens = np.memmap(folder / 'tokens.bin', self.info['dtype'], 'r')
        with open(folder / 'documents.tsv', newline='') as f:
            self.documents = [{**r, 'start': int(r['start']), 'tokens': int(r['tokens']), 'bytes': int(r['bytes'])}
                              for r in csv.DictReader(f, delimiter='\t')]

    def of_split(self, split):
        """Documents of a split by domain, in the order of the file."""
        parts = {}
        for d in self.documents:
            if d['split'] == split:
                parts.setdefault(d['domain'], []).append(d)
        return dict(sorted(parts.items()))

    def text(self, document):
        return self.tokens[document['start']:document['start'] + document['tokens']]


def read_mixture(path):
    """A function from a domain to its factor: that of the first glob which matches, else 1."""
    rules = []
    if path:
        for line in pathlib.Path(path).read_text().splitlines():
            if line and not line.startswith('#'):
                glob, factor = line.split('\t')
                rules.append((glob, float(factor)))
    return lambda domain: next((f for g, f in rules if fnmatch.fnmatch(domain, g)), 1.0)


class Sampler:
    """Streams of `length` tokens, from domains in proportion to size times factor; a domain is passed through before it repeats.

    A stream in whose reach a document starts begins there instead, so that documents' beginnings are learned as such. What comes next
    depends on the seed and on `taken`, the number of streams taken from each domain, alone.
    """

    def __init__(self, corpus, mixture, length, seed):
        self.length, self.seed = length, seed
        self.tapes, self.starts, share = [], [], []
        for name, documents in corpus.of_split('train').items():
            tape = np.concatenate([corpus.text(d) for d in documents])
            share.append(len(tape) * mixture(name))
            self.starts.append(np.cumsum([0] + [d['tokens'] for d in documents][:-1]))
            self.tapes.append(np.tile(tape, -(-2 * length // len(tape))) if len(tape) < 2 * length else tape)
        self.share = np.array(share) / sum(share)
        self.taken = np.zeros(len(self.tapes), np.int64)
        self.orders = {}

    def order(self, domain, epoch, segments):
        """Shift and order of a domain's segments in an epoch; the latest is kept."""
        if self.orders.get(domain, (None,))[0] != epoch:
            rng = np.random.default_rng([self.seed, domain, epoch])
            self.orders[domain] = epoch, rng.integers(0, self.length), rng.permutation(segments)
        return self.orders[domain][1:]

    def position(self, domain, count):
        """Where the stream number `count` of a domain starts in its tape."""
        starts, length = self.starts[domain], self.length
        last = len(self.tapes[domain]) - length
        epoch, i = divmod(int(count), last // length)
        shift, order = self.order(domain, epoch, last // length)
        a = min(int(shift + order[i] * length), last)
        k = np.searchsorted(starts, a)
        return int(starts[k]) if k < len(starts) and starts[k] < min(a + length, last) else a

    def batch(self, size):
        """int64 [size, length] tokens."""
        out = np.empty((size, self.length), np.int64)
        for row in out:
            domain = int(np.argmax(self.share * (self.taken.sum() + 1) - self.taken))
            a = self.position(domain, self.taken[domain])
            row[:] = self.tapes[domain][a:a + self.length]
            self.taken[domain] += 1
        return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('out')
    p.add_argument('folders', nargs='+')
    p.add_argument('--licences', action='append', default=[], help='table with the columns path and licence')
    p.add_argument('--hold-out', action='append', default=[], metavar='GLOB')
    p.add_argument('--tokenizer', help='SentencePiece model; bytes without it')
    p.add_argument('--exclude', help='byte ranges to leave out (exclusion.py)')
    p.add_argument('--without', action='append', default=[], metavar='GLOB', help='files to leave out (exclusion.py)')
    p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    print(json.dumps(pack(a.out, a.folders, a.licences, a.hold_out, a.tokenizer, a.seed, a.exclude, a.without), indent=1))


if __name__ == '__main__':
    main()
