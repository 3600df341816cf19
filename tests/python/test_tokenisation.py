"""scripts/paper/tokenisation.py on little text."""
import csv
import pathlib
import sys

import numpy as np
import pytest

import corpus

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'scripts/paper'))
import tokenisation                                                         # noqa: E402


def test_table_of_vocabularies(tmp_path, capsys):
    pytest.importorskip('sentencepiece')
    rng = np.random.default_rng(0)
    words = [bytes(rng.integers(97, 123, rng.integers(2, 8), np.uint8)) for _ in range(50)]
    for name in ('data/text/a/1.txt', 'eval/text/2.txt', 'eval/other/3.txt'):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b' '.join(words[j] for j in rng.integers(0, 50, 3000)))
    corpus.pack(tmp_path / 'packed', [tmp_path / 'data'])
    args = [str(tmp_path / 'packed'), '--out', str(tmp_path / 'out'), '--eval', str(tmp_path / 'eval'), '--eval-bytes', '500',
            '--vocabularies', '0,400', '--sample', '0.1', '--megabytes', '0.02', '--width', '64', '--layers', '1', '--hidden', '64', '--window', '32',
            '--orders', '2,3', '--rows', '256', '--batch', '4', '--length', '64', '--warmup', '5', '--no-compile', '--rate', '5e-3']
    tokenisation.main(args)
    with open(tmp_path / 'out/table.csv', newline='') as f:
        plain, pieces = csv.DictReader(f)
    assert plain['vocabulary'] == 'bytes' and float(plain['bytes a token']) == 1 and float(pieces['bytes a token']) > 1.5
    assert plain['parameters, body'] == pieces['parameters, body']
    assert int(pieces['parameters, embedding and head']) == 64 * 401 + 64 * 400 + 400
    for row in (plain, pieces):                                             # the same text, whatever its tokens
        assert float(row['MB seen']) == pytest.approx(0.02, abs=0.001)
        assert 0 < float(row['text']) < 8 and 0 < float(row['other']) < 8
    table = (tmp_path / 'out/table.md').read_text()
    assert table.count('\n') == 4 and capsys.readouterr().out.endswith(table)
    checkpoint = tmp_path / 'out/vocabulary-400/run/checkpoint.pt'
    written = checkpoint.stat().st_mtime_ns
    tokenisation.main(args)                                                 # nothing left to do
    assert checkpoint.stat().st_mtime_ns == written and (tmp_path / 'out/table.md').read_text() == table
