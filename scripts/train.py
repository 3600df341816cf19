#!/usr/bin/env python3
"""Trains a model of family exact-1, rounding as the exported integers will, on a corpus packed by scripts/corpus.py.

From a corpus to an exported model:
  scripts/corpus.py packed train-text train-media --licences MANIFEST.tsv
  scripts/train.py packed --out run --mixture scripts/mixture.tsv --minutes 360 --eval eval-dev --export models/base.pt

A model of tokens: --tokenizer 4096 trains a SentencePiece vocabulary of that size first (vocabulary.py), then the model.

Continuing: the same command again. A checkpoint in --out is taken up where it was written; with more --minutes (or --steps) than
before the rate follows the longer schedule. --init starts a new run from an exact model (model.npz of another run, or an exported NAME.pt).

The folder of the run holds checkpoint.pt, model.npz (the exact form, to be read by export.py), log.csv, eval.csv, model.eval.txt (the
newest evaluation) and loss.png. Times are by the clock, so that a busy machine ends in time too; with --steps a run on a CPU is
repeatable bit for bit on the same machine and library, interrupted or not. A GPU (--device cuda) wants batches of 64 streams and more.
"""
import argparse
import concurrent.futures
import csv
import os
import pathlib
import subprocess
import sys
import time

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import corpus as packed
import vocabulary
from exact1 import archive, evaluation, qat

LARGEST_DISAGREEMENT = 0.005        # between the exact form and the training form, of the bits of a sample
CHECKED_TOKENS = 2048               # of that sample


class TableOptimizer:
    """RMSProp for tables of which a step touches few rows: the cost is that of the rows it is given.

    A row's mean square decays for the steps in which it was not touched too, all at once at its next touch. An untouched row does not
    change, so that a step of all rows is the same step.
    """

    def __init__(self, tables, beta):
        self.tables, self.beta = tables, beta
        self.state = {'square': torch.zeros_like(tables), 'touched': torch.zeros(len(tables), device=tables.device), 'steps': 0}

    @torch.no_grad()
    def step(self, rows, values, rate):
        """`values` are the rows before the step, with their gradient."""
        s, b, g = self.state, self.beta, values.grad
        s['steps'] += 1
        square = s['square'][rows] * (b ** (s['steps'] - s['touched'][rows]))[:, None] + (1 - b) * g * g
        s['square'][rows] = square
        s['touched'][rows] = s['steps']
        unbiased = (square / (1 - b ** s['steps'])).sqrt()
        self.tables[rows] = values - rate * g / (unbiased + 1e-12)


class Trainer:
    """A model, its optimizers, and the step that makes it better."""

    def __init__(self, model, args):
        self.model = model.to(args.device)
        matrices = [m.weight for m in model.modules() if isinstance(m, qat.QuantisedLinear)]
        others = [p for p in model.parameters() if p is not model.tables and all(p is not m for m in matrices)]
        self.dense = matrices + others
        self.optimizer = torch.optim.AdamW([{'params': matrices, 'weight_decay': args.weight_decay}, {'params': others, 'weight_decay': 0.0}],
                                           betas=(0.9, 0.98), fused=True)
        self.table_optimizer = TableOptimizer(model.tables.data, args.table_beta)
        self.table_factor = args.table_factor
        self.loss = torch.compile(model.loss, dynamic=False) if args.compile else model.loss

    def on_device(self, tokens):
        """`tokens` there; a GPU is not waited for."""
        device = self.model.emb.device
        return tokens.pin_memory().to(device, non_blocking=True) if device.type == 'cuda' else tokens

    def touched(self, rows):
        """Which rows of the tables to read and change where a step needs `rows`, and the place of each of `rows` among them.

        On a GPU that is all: passing over whole tables is cheaper there than finding the touched rows and waiting for their number.
        """
        return (slice(None), rows) if rows.is_cuda else torch.unique(rows, return_inverse=True)

    def step(self, tokens, rate):
        """One step on int64 tokens [B, T]; the mean bits a token."""
        shifted, targets = qat.shift(self.on_device(tokens), self.model.config.vocabulary)
        rows, place = self.touched(self.model.rows_of(shifted))
        values = self.model.tables.detach()[rows].requires_grad_()
        grams = torch.nn.functional.embedding(place, values)
        loss = self.loss(shifted, grams, targets, self.model.reach(targets.shape[1], targets.device)).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.dense, 1.0)
        for group in self.optimizer.param_groups:
            group['lr'] = rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=False)
        if len(values):
            self.table_optimizer.step(rows, values, rate * self.table_factor)
        return loss.detach()


def replace(path, write):
    """Writes a file under another name, then renames it, so that a reader never sees half of it."""
    part = path.with_name(path.name + '.part')
    with open(part, 'wb') as f:
        write(f)
    os.replace(part, path)


def append(path, header, rows):
    new = not path.exists()
    with open(path, 'a', newline='') as f:
        csv.writer(f, lineterminator='\n').writerows(([header] if new else []) + rows)


def plot(log, out):
    """The loss over the tokens seen."""
    import matplotlib
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    with open(log, newline='') as f:
        rows = list(csv.DictReader(f))
    figure, axis = plt.subplots(figsize=(7, 4))
    axis.plot([int(r['tokens']) / 1e6 for r in rows], [float(r['bits']) for r in rows], linewidth=1)
    axis.set(xlabel='million tokens seen', ylabel='bits a token, training streams')
    axis.grid(alpha=0.3)
    figure.savefig(out, dpi=120, bbox_inches='tight')
    plt.close(figure)


def new_model(args, size):
    if args.init:
        exact = archive.read(args.init)
        return qat.from_exact(qat.widen(exact, args.window) if args.window else exact)
    orders = tuple(int(n) for n in args.orders.split(',')) if args.orders else ()
    return qat.Model(qat.Config(args.width, args.layers, args.hidden, args.window or 128, orders, args.rows, size))


def tokens_of(args):
    """The folder of the corpus in tokens and the tokenizer; both are made in the run's folder where a vocabulary's size is asked for."""
    if args.tokenizer is None or not args.tokenizer.isdigit():
        return args.corpus, args.tokenizer
    out = pathlib.Path(args.out) / 'tokens'
    if not (out / 'corpus.json').exists():
        vocabulary.make(args.corpus, out, int(args.tokenizer), args.mixture, seed=args.seed)
    return out, out / 'tokenizer.model'


class Run:
    """A run in its folder: schedule, checkpoints, log."""

    def __init__(self, args):
        self.args, self.out = args, pathlib.Path(args.out)
        self.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(args.seed)
        folder, self.tokenizer = tokens_of(args)
        corpus = packed.Corpus(folder)
        encode, size = packed.encoder(self.tokenizer)
        if size != corpus.info['vocabulary']:
            sys.exit(f"train.py: the corpus has a vocabulary of {corpus.info['vocabulary']}, the tokenizer one of {size}")
        self.sampler = packed.Sampler(corpus, packed.read_mixture(args.mixture), args.length, args.seed)
        self.samples = evaluation.samples_of_split(corpus, 'validation', args.eval_bytes)
        if args.eval:
            self.samples += evaluation.samples_of_folder(args.eval, args.eval_bytes, encode)
        self.steps, self.seconds, self.seen, self.taken = 0, 0.0, 0, self.sampler.taken.copy()
        state = torch.load(self.out / 'checkpoint.pt', weights_only=False) if (self.out / 'checkpoint.pt').exists() else None
        self.trainer = Trainer(qat.Model(state['config']) if state else new_model(args, size), args)
        if state:
            self.restore(state)

    def restore(self, state):
        self.trainer.model.load_state_dict(state['model'])
        self.trainer.optimizer.load_state_dict(state['optimizer'])
        for name, value in state['tables'].items():
            self.trainer.table_optimizer.state[name] = value
        self.taken = state['taken']
        self.sampler.taken[:] = self.taken
        self.steps, self.seconds, self.seen = state['steps'], state['seconds'], state['seen']

    def save(self):
        t = self.trainer
        state = {'config': t.model.config, 'model': t.model.state_dict(), 'optimizer': t.optimizer.state_dict(),
                 'tables': t.table_optimizer.state, 'taken': self.taken, 'steps': self.steps, 'seconds': self.seconds,
                 'seen': self.seen}
        replace(self.out / 'checkpoint.pt', lambda f: torch.save(state, f))
        exact = qat.to_exact(t.model)
        replace(self.out / 'model.npz', lambda f: np.savez_compressed(f, **exact))

    def batches(self):
        """The sampler's batches, int64 tokens [B, T], each prepared while the one before is in use; `taken` is the sampler's after it."""
        def prepare():
            return torch.from_numpy(self.sampler.batch(self.args.batch)), self.sampler.taken.copy()
        with concurrent.futures.ThreadPoolExecutor(1) as worker:
            prepared = worker.submit(prepare)
            while True:
                batch, self.taken = prepared.result()
                prepared = worker.submit(prepare)
                yield batch

    def evaluate(self):
        # What compiling for the shape of its streams costs a GPU is more than it saves there.
        loss = self.trainer.model.loss if self.args.device == 'cuda' else self.trainer.loss
        rows = evaluation.evaluate(loss, self.trainer.model, self.samples)
        text = f'step {self.steps}, {self.seen} tokens seen, bits a byte\n{evaluation.report(rows)}'
        replace(self.out / 'model.eval.txt', lambda f: f.write(text.encode()))
        append(self.out / 'eval.csv', ['step', 'seconds', 'domain', 'bytes', 'cold', 'warm'],
               [[self.steps, round(self.seconds), d, r['bytes'], f'{r["cold"]:.4f}', f'{r["warm"]:.4f}'] for d, r in rows.items()])
        print(text, end='', flush=True)

    def progress(self):
        a = self.args
        return self.steps / a.steps if a.steps else self.seconds / (60 * a.minutes)

    def rate(self):
        """Linear warm-up by steps, then linear decay to zero by progress."""
        return self.args.rate * min(1.0, (self.steps + 1) / self.args.warmup) * max(0.0, 1.0 - self.progress())

    def log(self, losses, seconds, rate):
        mean = torch.stack(losses).mean().item()
        speed = len(losses) * self.args.batch * self.args.length / seconds / 1e3
        append(self.out / 'log.csv', ['step', 'seconds', 'tokens', 'rate', 'bits'],
               [[self.steps, f'{self.seconds:.1f}', self.seen, f'{rate:.3e}', f'{mean:.4f}']])
        print(f'step {self.steps}  {self.seconds:.0f} s  {self.seen / 1e6:.1f} M tokens  {speed:.1f} k/s  rate {rate:.2e}  '
              f'{mean:.4f} bits', flush=True)

    def train(self):
        a, losses, begin = self.args, [], self.seconds
        start = time.monotonic()
        saved = logged = begin
        batches = self.batches()
        while self.progress() < 1 and self.steps != a.stop_after:
            rate = self.rate()
            losses.append(self.trainer.step(next(batches), rate))
            self.steps += 1
            self.seen += a.batch * a.length
            self.seconds = begin + time.monotonic() - start
            if len(losses) == a.log_every:
                self.log(losses, self.seconds - logged, rate)
                losses, logged = [], self.seconds
            if self.seconds - saved > 60 * a.save_every:
                self.save()
                self.evaluate()
                saved = logged = self.seconds = begin + time.monotonic() - start
        self.save()
        self.evaluate()
        if (self.out / 'log.csv').exists():
            plot(self.out / 'log.csv', self.out / 'loss.png')

    def check(self):
        """Refuses a model whose exact form is not what was trained."""
        with np.load(self.out / 'model.npz') as exact:
            worst = evaluation.disagreement(self.trainer.model, dict(exact), self.sampler.tapes[0][:CHECKED_TOKENS].astype(np.int64))
        print(f'exact form and training form differ by {100 * worst:.3f} % of the bits')
        if not worst <= LARGEST_DISAGREEMENT:
            sys.exit('train.py: the exact form differs too much from what was trained: not exported')


def export(run, args):
    run.check()
    script = pathlib.Path(__file__).resolve().parent / 'export.py'
    command = [sys.executable, script, run.out / 'model.npz', '-o', args.export]
    training = f'{run.seen} tokens, {run.steps} steps, seed {args.seed}'
    command += ['--training', training] + (['--tokenizer', run.tokenizer] if run.tokenizer else [])
    subprocess.run(list(map(str, command)), check=True)


def parse(argv):
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('corpus', help='folder written by corpus.py')
    p.add_argument('--out', required=True, help='folder of the run')
    p.add_argument('--init', metavar='MODEL', help='start from an exact model: of another run, or NAME.pt')
    p.add_argument('--export', metavar='NAME.pt', help='at the end, check the exact form and run export.py')
    g = p.add_argument_group('model')
    g.add_argument('--width', type=int, default=192)
    g.add_argument('--layers', type=int, default=3)
    g.add_argument('--hidden', type=int, default=576)
    g.add_argument('--window', type=int, help='by default 128, or that of --init, which can be made wider')
    g.add_argument('--orders', default='2,3,4,5', help='of the n-gram tables; they share the width evenly')
    g.add_argument('--rows', type=int, default=32768, help='of each table, a power of two')
    g.add_argument('--tokenizer', metavar='SIZE|SP.model', help='train a SentencePiece vocabulary of this size first and pack the corpus in it'
                   ' (kept in OUT/tokens), or the model that the corpus was packed with; bytes without it')
    g = p.add_argument_group('run')
    g.add_argument('--mixture', help='table of globs and factors for the domains')
    g.add_argument('--minutes', type=float, default=60)
    g.add_argument('--steps', type=int, help='length in steps instead of minutes')
    g.add_argument('--stop-after', type=int, metavar='STEP', help='interrupt there, the schedule unchanged')
    g.add_argument('--batch', type=int, default=16, help='streams a step')
    g.add_argument('--length', type=int, default=512, help='tokens of a stream, a multiple of 64')
    g.add_argument('--rate', type=float, default=2e-3)
    g.add_argument('--table-factor', type=float, default=1.0, help='the rate of the tables, relative')
    g.add_argument('--table-beta', type=float, default=0.999)
    g.add_argument('--weight-decay', type=float, default=0.05)
    g.add_argument('--warmup', type=int, default=200, help='steps')
    g.add_argument('--seed', type=int, default=1)
    g.add_argument('--threads', type=int, default=1)
    g.add_argument('--device', default='cpu', help='cpu or cuda')
    g.add_argument('--no-compile', dest='compile', action='store_false')
    g = p.add_argument_group('measuring')
    g.add_argument('--eval', metavar='FOLDER', help='FOLDER/domain/files to measure on, beside the validation split')
    g.add_argument('--eval-bytes', type=int, default=16384, help='of each file')
    g.add_argument('--save-every', type=float, default=10, help='minutes between checkpoints')
    g.add_argument('--log-every', type=int, default=50, help='steps')
    return p.parse_args(argv)


def main(argv=None):
    args = parse(argv)
    torch.set_num_threads(args.threads)
    torch.set_float32_matmul_precision('medium')        # products of 8-bit integers stay exact
    run = Run(args)
    run.train()
    if args.export:
        export(run, args)


if __name__ == '__main__':
    main()
