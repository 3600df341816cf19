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
import dataclasses
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
from journal import Journal, replace

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


@dataclasses.dataclass
class Counts:
    """How far a run is."""
    steps: int = 0
    seconds: float = 0.0
    seen: int = 0           # tokens


class Schedule:
    """When a run ends, and how fast it learns until then."""

    def __init__(self, args):
        self.args = args

    def progress(self, counts):
        a = self.args
        return counts.steps / a.steps if a.steps else counts.seconds / (60 * a.minutes)

    def goes_on(self, counts):
        return self.progress(counts) < 1 and counts.steps != self.args.stop_after

    def rate(self, counts):
        """Linear warm-up by steps, then linear decay to zero by progress."""
        return self.args.rate * min(1.0, (counts.steps + 1) / self.args.warmup) * max(0.0, 1.0 - self.progress(counts))


class Batches:
    """A sampler's batches, int64 tokens [B, T], each prepared while the one before is in use."""

    def __init__(self, sampler, size):
        self.sampler, self.size = sampler, size
        self.taken = sampler.taken.copy()       # the sampler's, after the batch given last

    def go_on_from(self, taken):
        self.taken = taken
        self.sampler.taken[:] = taken

    def _prepare(self):
        return torch.from_numpy(self.sampler.batch(self.size)), self.sampler.taken.copy()

    def __iter__(self):
        with concurrent.futures.ThreadPoolExecutor(1) as worker:
            prepared = worker.submit(self._prepare)
            while True:
                batch, self.taken = prepared.result()
                prepared = worker.submit(self._prepare)
                yield batch


class Checkpoint:
    """A run's state in its folder, to go on from, and the model in exact form beside it."""

    def __init__(self, out):
        self.path, self.exact = out / 'checkpoint.pt', out / 'model.npz'

    def read(self):
        """None where there is none."""
        return torch.load(self.path, weights_only=False) if self.path.exists() else None

    def write(self, trainer, batches, counts):
        state = {'config': trainer.model.config, 'model': trainer.model.state_dict(), 'optimizer': trainer.optimizer.state_dict(),
                 'tables': trainer.table_optimizer.state, 'taken': batches.taken, **dataclasses.asdict(counts)}
        replace(self.path, lambda f: torch.save(state, f))
        exact = qat.to_exact(trainer.model)
        replace(self.exact, lambda f: np.savez_compressed(f, **exact))

    @staticmethod
    def restore(state, trainer, batches):
        """The counts of the run that wrote `state`."""
        trainer.model.load_state_dict(state['model'])
        trainer.optimizer.load_state_dict(state['optimizer'])
        for name, value in state['tables'].items():
            trainer.table_optimizer.state[name] = value
        batches.go_on_from(state['taken'])
        return Counts(state['steps'], state['seconds'], state['seen'])


class Run:
    """A run in its folder: puts together what samples, trains, evaluates and keeps records."""

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
        self.batches, self.schedule = Batches(self.sampler, args.batch), Schedule(args)
        self.journal, self.checkpoint = Journal(self.out), Checkpoint(self.out)
        state = self.checkpoint.read()
        self.trainer = Trainer(qat.Model(state['config']) if state else new_model(args, size), args)
        self.counts = Checkpoint.restore(state, self.trainer, self.batches) if state else Counts()

    def save_and_evaluate(self):
        self.checkpoint.write(self.trainer, self.batches, self.counts)
        # What compiling for the shape of its streams costs a GPU is more than it saves there.
        loss = self.trainer.model.loss if self.args.device == 'cuda' else self.trainer.loss
        self.journal.evaluated(self.counts, evaluation.evaluate(loss, self.trainer.model, self.samples))

    def train(self):
        a, counts, losses = self.args, self.counts, []
        begin, start = counts.seconds, time.monotonic()
        saved = logged = begin
        batches = iter(self.batches)
        while self.schedule.goes_on(counts):
            rate = self.schedule.rate(counts)
            losses.append(self.trainer.step(next(batches), rate))
            counts.steps += 1
            counts.seen += a.batch * a.length
            counts.seconds = begin + time.monotonic() - start
            if len(losses) == a.log_every:
                speed = len(losses) * a.batch * a.length / (counts.seconds - logged)
                self.journal.trained(counts, rate, torch.stack(losses).mean().item(), speed)
                losses, logged = [], counts.seconds
            if counts.seconds - saved > 60 * a.save_every:
                self.save_and_evaluate()
                saved = logged = counts.seconds = begin + time.monotonic() - start
        self.save_and_evaluate()
        self.journal.plot()

    def check(self):
        """Refuses a model whose exact form is not what was trained."""
        with np.load(self.checkpoint.exact) as exact:
            worst = evaluation.disagreement(self.trainer.model, dict(exact), self.sampler.tapes[0][:CHECKED_TOKENS].astype(np.int64))
        print(f'exact form and training form differ by {100 * worst:.3f} % of the bits')
        if not worst <= LARGEST_DISAGREEMENT:
            sys.exit('train.py: the exact form differs too much from what was trained: not exported')


def export(run, args):
    run.check()
    script = pathlib.Path(__file__).resolve().parent / 'export.py'
    command = [sys.executable, script, run.out / 'model.npz', '-o', args.export]
    training = f'{run.counts.seen} tokens, {run.counts.steps} steps, seed {args.seed}'
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
