"""scripts/train.py and the training form of family exact-1."""
import csv
import lzma
import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch

import average
import corpus
import evaluate
import train
from exact1 import archive, evaluation, qat, reference

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / 'scripts'
TINY = ['--width', '64', '--layers', '1', '--hidden', '64', '--window', '32', '--orders', '2,3', '--rows', '256', '--batch', '4', '--length', '64',
        '--warmup', '5', '--no-compile', '--eval-bytes', '512']


@pytest.fixture(scope='module')
def packed(tmp_path_factory):
    root = tmp_path_factory.mktemp('corpus')
    rng = np.random.default_rng(0)
    words = [bytes(rng.integers(97, 123, rng.integers(2, 8), np.uint8)) for _ in range(50)]
    for i in range(4):
        path = root / f'data/text/{"held" if i == 3 else "seen"}/{i}.txt'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b' '.join(words[j] for j in rng.integers(0, 50, 2000)))
    corpus.pack(root / 'packed', [root / 'data'], hold_out=['text/held/*'])
    return str(root / 'packed')


def random_model(seed, **sizes):
    torch.manual_seed(seed)
    model = qat.Model(qat.Config(**{'width': 128, 'layers': 2, 'hidden': 128, 'window': 48, 'orders': (2, 4), 'rows': 512} | sizes))
    with torch.no_grad():
        for p in model.parameters():                # so that no gain, scale or bias keeps its plain initial value
            p.mul_(1 + 0.2 * torch.randn_like(p))
    return model


def logits(model, tokens):
    shifted, _ = qat.shift(torch.from_numpy(tokens)[None], model.config.vocabulary)
    with torch.no_grad():
        return model.logits(shifted, model.tables[model.rows_of(shifted)], model.reach(len(tokens), shifted.device))[0].numpy()


def columns(path, *names):
    with open(path, newline='') as f:
        return [tuple(r[n] for n in names) for r in csv.DictReader(f)]


@pytest.mark.parametrize('sizes', [{}, {'window': 1}, {'window': 200}, {'orders': ()}, {'vocabulary': 1000}, {'width': 64, 'orders': (1, 2, 3)}])
def test_exact_form_agrees_with_training_form(sizes):
    model = random_model(1, **sizes)
    tokens = np.random.default_rng(2).integers(0, model.config.vocabulary, 256)
    exact = qat.to_exact(model)
    want = reference.logits(exact, np.concatenate([[model.config.vocabulary], tokens[:-1]])).astype(np.int64)
    got = logits(model, tokens)
    assert np.ptp(want) > 1000
    # a rounding that falls exactly between two integers may differ, and moves what follows a little
    assert np.mean(got == want) > 0.7
    assert np.abs(got - want).mean() < 0.02 * want.std()
    assert evaluation.disagreement(model, exact, tokens) < 0.005


def test_exact_form_survives_a_round_trip():
    exact = qat.to_exact(random_model(3))
    again = qat.to_exact(qat.from_exact(exact))
    assert exact.keys() == again.keys()
    for name, array in exact.items():
        assert array.dtype == again[name].dtype and array.shape == again[name].shape
        if array.dtype == np.float32:
            np.testing.assert_allclose(again[name], array, rtol=1e-5)
        else:
            assert np.array_equal(again[name], array), name


def test_tables_of_several_sizes_are_refused():
    exact = qat.to_exact(random_model(3))
    exact['tab4'] = exact['tab4'][:256]
    with pytest.raises(ValueError, match='one size'):
        qat.from_exact(exact)


def test_attention_gradients_follow_the_smooth_function():
    """The straight-through gradient is that of the same attention without rounding, up to the rounding's size."""
    torch.manual_seed(0)
    q, k, v = (torch.randint(-30, 31, (3, 32, 64)).float().requires_grad_() for _ in range(3))
    unit = torch.tensor(0.02, requires_grad=True)
    bias = torch.where(torch.ones(32, 32).tril() > 0, 0.0, qat.MASKED).requires_grad_()
    weight = torch.randn(3, 32, 64)

    def gradients(out):
        return torch.autograd.grad((out * weight).sum(), (q, k, v, unit, bias))
    smooth = gradients(torch.softmax((q @ k.transpose(1, 2) * unit + bias) / 8, -1) @ v)
    rounded = gradients(qat.WindowAttention.apply(q, k, v, unit, bias, torch.zeros(3, 1, 32)))
    for a, b in zip(smooth, rounded):
        assert torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0) > 0.99
        assert abs(a.norm() / b.norm() - 1) < 0.1


def test_warm_streams_are_one_long_stream():
    model = random_model(4, width=64, window=32)
    tokens = np.random.default_rng(5).integers(0, 256, 4096 + 3000)
    padded = np.pad(tokens, (0, 2 * 4096 - len(tokens)))
    long = torch.nn.functional.cross_entropy(torch.from_numpy(logits(model, padded)) / qat.LOGIT_UNITS_PER_NAT,
                                             torch.from_numpy(padded), reduction='none') / np.log(2)
    assert evaluation.bits(model.loss, model, tokens, warm=True) == pytest.approx(long[:len(tokens)].sum().item(), rel=1e-5)


def test_training_learns_and_logs(packed, tmp_path):
    train.main([packed, '--out', str(tmp_path), '--steps', '60', '--log-every', '10', '--rate', '5e-3', *TINY])
    bits = [float(b) for b, in columns(tmp_path / 'log.csv', 'bits')]
    assert len(bits) == 6 and bits[-1] < bits[0] - 1
    (domain, cold, warm), = columns(tmp_path / 'eval.csv', 'domain', 'cold', 'warm')
    assert domain == 'validation: text/held' and float(warm) <= float(cold) < 8
    assert (tmp_path / 'loss.png').stat().st_size > 1000
    exact = dict(np.load(tmp_path / 'model.npz'))
    assert reference.logits(exact, np.array([256, 97, 98])).shape == (3, 256)


def test_resumed_run_gives_the_same_weights(packed, tmp_path):
    whole, parts = tmp_path / 'whole', tmp_path / 'parts'
    train.main([packed, '--out', str(whole), '--steps', '12', *TINY])
    train.main([packed, '--out', str(parts), '--steps', '12', '--stop-after', '7', *TINY])
    assert torch.load(parts / 'checkpoint.pt', weights_only=False)['steps'] == 7
    train.main([packed, '--out', str(parts), '--steps', '12', *TINY])
    a, b = (torch.load(f / 'checkpoint.pt', weights_only=False)['model'] for f in (whole, parts))
    for name in a:
        assert torch.equal(a[name], b[name]), name


def test_tables_step_of_touched_rows_is_the_step_of_all_rows():
    rng = torch.Generator().manual_seed(7)
    start = torch.randn(40, 4, generator=rng)
    some, every = (train.TableOptimizer(start.clone(), 0.9) for _ in range(2))
    for _ in range(20):
        place = torch.randint(0, 40, (6,), generator=rng)
        weight = torch.randn(6, 4, generator=rng)
        rows, indices = torch.unique(place, return_inverse=True)
        for optimizer, of, at in ((some, rows, indices), (every, slice(None), place)):
            values = optimizer.tables[of].requires_grad_()
            (torch.nn.functional.embedding(at, values) * weight).sum().backward()
            optimizer.step(of, values, 1e-2)
    assert not torch.equal(some.tables, start) and torch.allclose(some.tables, every.tables, atol=1e-5)


def test_start_from_an_exact_model(packed, tmp_path):
    train.main([packed, '--out', str(tmp_path / 'first'), '--steps', '20', *TINY])
    train.main([packed, '--out', str(tmp_path / 'second'), '--steps', '1', '--rate', '0', '--init', str(tmp_path / 'first/model.npz'), *TINY])
    a, b = (dict(np.load(tmp_path / name / 'model.npz')) for name in ('first', 'second'))
    assert all(np.allclose(a[k], b[k], rtol=1e-5) for k in a)


def test_start_from_a_model_file_with_a_wider_window(packed, tmp_path):
    path = str(tmp_path / 'first.pt')
    train.main([packed, '--out', str(tmp_path / 'first'), '--steps', '20', '--export', path, *TINY])
    first = dict(np.load(tmp_path / 'first/model.npz'))
    read = archive.read(path)
    assert first.keys() == read.keys() and all(np.array_equal(first[k].reshape(read[k].shape), read[k]) for k in read)
    train.main([packed, '--out', str(tmp_path / 'second'), '--steps', '1', '--rate', '0', '--init', path, *TINY, '--window', '48'])
    second = dict(np.load(tmp_path / 'second/model.npz'))
    assert first['l0.bias'].shape == (1, 32) and second['l0.bias'].shape == (1, 48)
    tokens = np.random.default_rng(6).integers(0, 256, 64)
    wide = reference.logits(qat.widen(first, 48), tokens).astype(int)
    assert np.abs(reference.logits(second, tokens).astype(int) - wide).mean() < 0.02 * wide.std()
    far = first | {'l0.bias': first['l0.bias'] // 8}    # a head that looks far
    narrow, wide = (reference.logits(m, tokens).astype(int) for m in (far, qat.widen(far, 48)))
    assert np.array_equal(narrow[:32], wide[:32]) and not np.array_equal(narrow[32:], wide[32:])
    with pytest.raises(ValueError, match='cannot become'):
        qat.widen(second, 47)


def test_average_lies_between_two_models():
    first = random_model(8)
    second = qat.from_exact(qat.to_exact(first))
    with torch.no_grad():
        for p in second.parameters():
            p.add_(0.05 * p.abs().max() * torch.randn_like(p))
    a, b = qat.to_exact(first), qat.to_exact(second)
    for name, end in average.average(a, b, 0.0).items():
        assert np.allclose(end, a[name], rtol=1e-4, atol=1), name       # an integer on the edge may round either way
    middle = average.average(a, b, 0.25)
    weights = [m['l1.w1'] * m['l1.w1.s'][:, None] for m in (a, b, middle)]
    assert np.abs(0.75 * weights[0] + 0.25 * weights[1] - weights[2]).max() <= 0.51 * middle['l1.w1.s'].max()
    assert np.abs(0.75 * a['tab2'] + 0.25 * b['tab2'] - middle['tab2']).max() <= 0.51
    with pytest.raises(ValueError, match='different sizes'):
        average.average(a, qat.to_exact(random_model(8, hidden=64)), 0.5)


def test_both_kinds_of_products_are_the_same_integers(monkeypatch):
    rng = torch.Generator().manual_seed(4)
    y = torch.randint(-127, 128, (40, 2048), generator=rng).float()
    w = torch.randint(-63, 64, (24, 2048), generator=rng).float()
    y[0], w[0] = 127, 63                                # the largest sum
    results = []
    for short in (True, False):
        monkeypatch.setattr(qat, 'SHORT_PRODUCTS', short)
        results.append(qat.IntegerLinear.apply(y, w, torch.ones(24)))
    assert torch.equal(*results)


def test_training_on_tokens(tmp_path):
    sentencepiece = pytest.importorskip('sentencepiece')
    text = 'it was the best of times, it was the worst of times, it was the age of wisdom. '
    (tmp_path / 'data/a/b').mkdir(parents=True)
    (tmp_path / 'data/a/b/x.txt').write_text(text * 200)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text] * 20), model_prefix=str(tmp_path / 'sp'), vocab_size=300, byte_fallback=True, add_dummy_prefix=False,
        normalization_rule_name='identity', remove_extra_whitespaces=False, hard_vocab_limit=False, minloglevel=2)
    tokenizer = ['--tokenizer', str(tmp_path / 'sp.model')]
    info = corpus.pack(tmp_path / 'packed', [tmp_path / 'data'], tokenizer=tokenizer[1])
    assert info['dtype'] == 'uint16' and info['tokens'] < info['bytes']
    train.main([str(tmp_path / 'packed'), '--out', str(tmp_path / 'run'), '--steps', '20', '--rate', '1e-2', '--eval', str(tmp_path / 'data'),
                *tokenizer, *TINY])
    exact = dict(np.load(tmp_path / 'run/model.npz'))
    assert len(exact['emb']) == info['vocabulary'] + 1
    (domain, size, cold), = columns(tmp_path / 'run/eval.csv', 'domain', 'bytes', 'cold')
    assert (domain, size) == ('a', '512') and 0 < float(cold) < 8
    with pytest.raises(SystemExit, match='vocabulary'):
        train.main([str(tmp_path / 'packed'), '--out', str(tmp_path / 'other'), '--steps', '1', *TINY])


def test_vocabulary_and_model_in_one_run(packed, tmp_path):
    pytest.importorskip('sentencepiece')
    args = [packed, '--out', str(tmp_path / 'run'), '--tokenizer', '300', '--export', str(tmp_path / 'words.pt'), *TINY]
    train.main([*args, '--steps', '10'])
    made = (tmp_path / 'run/tokens/corpus.json').stat().st_mtime_ns
    train.main([*args, '--steps', '12'])                                    # goes on, with the same vocabulary
    assert (tmp_path / 'run/tokens/corpus.json').stat().st_mtime_ns == made
    assert len(np.load(tmp_path / 'run/model.npz')['out']) == 300
    files = {'tokenizer.model': ''}
    torch.jit.load(str(tmp_path / 'words.pt'), _extra_files=files)
    assert files['tokenizer.model'] == (tmp_path / 'run/tokens/tokenizer.model').read_bytes()


def test_export_refuses_another_model(packed, tmp_path):
    args = [packed, '--out', str(tmp_path), '--steps', '5', *TINY]
    train.main(args)
    exact = dict(np.load(tmp_path / 'model.npz'))
    run = train.Run(train.parse(args))
    run.check()
    exact['out.s'] *= 2
    np.savez(tmp_path / 'model.npz', **exact)
    with pytest.raises(SystemExit, match='not exported'):
        run.check()


def test_table_of_bits_by_domain(tmp_path, capsys):
    text = b'the quick brown fox jumps over the lazy dog. ' * 30
    for name in ('a/x', 'a/y', 'b/z'):
        path = tmp_path / 'data' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    np.savez(tmp_path / 'model.npz', **qat.to_exact(random_model(6, width=64)))
    peers = tmp_path / 'peers.tsv'
    peers.write_text('xz-9e\ta/x\t100\t50\t0\t0\nxz-9e\ta/y\t300\t50\t0\t0\nbzip3\tb/z\t100\t25\t0\t0\nother\tb/z\t1\t1\t0\t0\n')
    common = [str(tmp_path / 'model.npz'), str(tmp_path / 'data'), '--no-compile']
    evaluate.main([*common, '--first', '1000'])
    header, _, a, b = capsys.readouterr().out.splitlines()
    assert header == '| domain | bytes | cold | warm | xz -9e |'
    assert a.startswith('| a | 2000 |') and b.startswith('| b | 1000 |')
    xz = 8 * len(lzma.compress(text[:1000], preset=9 | lzma.PRESET_EXTREME)) / 1000
    assert float(b.split('|')[-2]) == pytest.approx(xz, abs=1e-3)
    assert evaluate.read_peers(peers, ('xz-9e', 'bzip3', 'ppmd-o16')) == {'xz-9e': {'a': 2.0}, 'bzip3': {'b': 2.0}}


def test_table_optimizer_matches_dense_rmsprop():
    """Rows left alone for some steps decay as if each of those steps had been made with a gradient of zero."""
    torch.manual_seed(0)
    start = torch.randn(6, 4)
    sparse, dense, square = start.clone(), start.clone(), torch.zeros(6, 4)
    optimizer = train.TableOptimizer(sparse, 0.9)
    for step in range(1, 20):
        rows = torch.arange(6)[torch.rand(6) < 0.4]
        values = sparse[rows].requires_grad_()
        values.grad = torch.randn(len(rows), 4)
        full = torch.zeros(6, 4).index_copy(0, rows, values.grad)
        square = 0.9 * square + 0.1 * full * full
        update = 0.01 * full / ((square / (1 - 0.9 ** step)).sqrt() + 1e-12)
        dense = dense - update
        optimizer.step(rows, values, 0.01)
        torch.testing.assert_close(sparse, dense, rtol=1e-4, atol=1e-6)
    assert not sparse.requires_grad             # else every step would stay in memory


def test_one_command_from_archives_to_a_model_and_on(tmp_path):
    data = tmp_path / 'data'
    rng = np.random.default_rng(0)
    for path in ('train-text/books/a/one.txt', 'train-text/source_code/b/two.c', 'train-media/images/c/raw.pgm'):
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(b' '.join(rng.choice([b'read_header', b'the', b'of', b'FrameReader', b'size'], 5000)))
    (data / 'MANIFEST.tsv').write_text('path\tlicence\ntrain/books/a/one.txt\tpublic domain\n')
    for name, command in {'train-text.tar.xz': ['tar', '-cJf'], 'train-media.tar': ['tar', '-cf']}.items():
        subprocess.run([*command, data / name, '-C', data, name.split('.')[0]], check=True)
    shutil.rmtree(data / 'train-text')
    shutil.rmtree(data / 'train-media')
    (data / 'MANIFEST.tsv.xz').write_bytes(lzma.compress((data / 'MANIFEST.tsv').read_bytes()))
    (data / 'MANIFEST.tsv').unlink()

    def steps(count):
        command = [SCRIPTS / 'make_model.sh', data, tmp_path / 'small', '--no-prior', *TINY, '--log-every', '1', '--steps', str(count)]
        subprocess.run(command, check=True, env={**os.environ, 'PYTHON': sys.executable})
        return [int(s) for s, in columns(tmp_path / 'small/run/log.csv', 'step')], (tmp_path / 'small/small.pt').read_bytes()

    seen, first = steps(2)
    assert seen == [1, 2] and zipfile.is_zipfile(tmp_path / 'small/small.pt')
    documents = corpus.Corpus(tmp_path / 'small/packed').documents
    assert {d['domain'] for d in documents} == {'books/a', 'source_code/b', 'images/c', 'synthetic/logs'}
    assert {d['licence'] for d in documents if d['path'] == 'books/a/one.txt'} == {'public domain'}
    seen, second = steps(3)
    assert seen == [1, 2, 3] and second != first
