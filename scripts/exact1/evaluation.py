"""Bits a byte of a model in training form, on cold and on warm streams."""
import dataclasses
import pathlib

import numpy as np
import torch

from exact1 import qat, reference

STREAM = 4096       # tokens of an evaluated stream
CONTEXT = 512       # uncounted tokens before a warm stream; more than three layers with a window of 128 can see
BATCH = 2           # streams at a time


@dataclasses.dataclass
class Sample:
    """A piece of text to measure on."""
    domain: str
    tokens: np.ndarray
    size: int           # bytes


def samples_of_folder(folder, limit, encode):
    """The first `limit` bytes of every file; domains are the folder's first level."""
    folder = pathlib.Path(folder)
    files = sorted(p for p in folder.rglob('*') if p.is_file())
    pieces = [(p.relative_to(folder).parts[0], p.read_bytes()[:limit]) for p in files]
    return [Sample(domain, np.asarray(encode(data), np.int64), len(data)) for domain, data in pieces]


def samples_of_split(corpus, split, limit):
    """The first `limit` tokens of the first four documents of every domain of a split of a packed corpus."""
    out = []
    for domain, documents in corpus.of_split(split).items():
        for d in documents[:4]:
            tokens = corpus.text(d)[:limit].astype(np.int64)
            out.append(Sample(f'{split}: {domain}', tokens, round(d['bytes'] * len(tokens) / d['tokens'])))
    return out


def streams(tokens, warm):
    """(tokens padded to STREAM, where counting begins, where it ends) of the streams that cover `tokens`."""
    step = STREAM - CONTEXT if warm else STREAM
    for begin in range(0, len(tokens), step):
        first = max(0, begin - CONTEXT) if warm else begin
        piece = tokens[first:begin + step]
        yield np.pad(piece, (0, STREAM - len(piece))), begin - first, len(piece)


@torch.no_grad()
def bits(loss, model, tokens, warm):
    """Bits of `tokens` in all; `loss` is model.loss, compiled or not."""
    device = model.emb.device
    todo, total = list(streams(tokens, warm)), 0.0
    for i in range(0, len(todo), BATCH):
        group = todo[i:i + BATCH]
        batch = np.stack([s[0] for s in group] + [group[0][0]] * (BATCH - len(group)))
        shifted, targets = qat.shift(torch.from_numpy(batch).to(device), model.config.vocabulary)
        grams = torch.nn.functional.embedding(model.rows_of(shifted), model.tables)
        b = loss(shifted, grams, targets, model.reach(STREAM, device)).double().cpu().numpy()
        total += sum(row[begin:end].sum() for row, (_, begin, end) in zip(b, group))
    return total


def evaluate(loss, model, samples):
    """Domain -> {'bytes', 'cold', 'warm'}, the latter in bits a byte."""
    rows = {}
    for s in samples:
        row = rows.setdefault(s.domain, {'bytes': 0, 'cold': 0.0, 'warm': 0.0})
        row['bytes'] += s.size
        row['cold'] += bits(loss, model, s.tokens, warm=False)
        row['warm'] += bits(loss, model, s.tokens, warm=True)
    return {d: {'bytes': r['bytes'], 'cold': r['cold'] / r['bytes'], 'warm': r['warm'] / r['bytes']} for d, r in rows.items()}


def disagreement(model, exact, tokens):
    """By how much the exact form's bits on a cold stream of `tokens` differ from the training form's, as a share of the latter."""
    start = model.config.vocabulary
    z = reference.logits(exact, np.concatenate([[start], tokens[:-1]])).astype(np.float64) / 256
    top = z.max(-1)
    exact_bits = (np.log2(np.exp2(z - top[:, None]).sum(-1)) + top - z[np.arange(len(tokens)), tokens]).sum()
    trained_bits = bits(model.loss, model, np.asarray(tokens), warm=False)
    return abs(exact_bits - trained_bits) / trained_bits


def report(rows):
    lines = [f'{"domain":<40} {"bytes":>9} {"cold":>7} {"warm":>7}']
    lines += [f'{d:<40} {r["bytes"]:>9} {r["cold"]:7.4f} {r["warm"]:7.4f}' for d, r in rows.items()]
    return '\n'.join(lines) + '\n'
