"""scripts/overlap.py: windows of evaluation files that stand in a corpus."""
import subprocess
import sys

import numpy as np
import pytest

import overlap
from exclusion import Exclusions

OWN = bytes(np.random.default_rng(1).integers(97, 123, 80, np.uint8))
LICENCE = bytes(np.random.default_rng(2).integers(65, 91, 60, np.uint8))


@pytest.fixture
def folders(tmp_path):
    """An evaluation file, and a corpus that shares a passage, a licence and a rule with it."""
    evaluation, corpus = tmp_path / 'measured', tmp_path / 'corpus'
    files = {evaluation / 'a/file': b'-' * 50 + LICENCE + OWN, corpus / 'd/s/rule': b'-' * 90, corpus / 'd/s/own': b'before ' * 9 + OWN + b' behind' * 9}
    files |= {corpus / f'd/s/{i}': LICENCE + b'%d' % i for i in range(13)}
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return corpus, evaluation


def run(corpus, evaluation, *options):
    return subprocess.run([sys.executable, overlap.__file__, corpus, '--against', evaluation, *options], capture_output=True, text=True)


def test_finds_what_is_shared_and_lists_it(folders, tmp_path):
    corpus, evaluation = folders
    listed = tmp_path / 'shared.tsv'
    found = run(corpus, evaluation, '--list', listed)
    assert found.returncode == 1 and found.stderr == ''
    assert f'others: {len(OWN) - overlap.WINDOW + 1}\n' in found.stdout and 'boilerplate, in more than 12 files: 29 windows' in found.stdout
    assert listed.read_text() == f'file\tbegin\tend\ncorpus/d/s/own\t63\t{63 + len(OWN)}\n'
    left = run(corpus, evaluation, '--exclude', listed)
    assert left.returncode == 0 and 'others: 0\n' in left.stdout
    assert run(corpus, evaluation, '--without', 'd/s/own').returncode == 0


def test_what_stands_in_a_dozen_files_is_no_boilerplate(folders):
    corpus, evaluation = folders
    (corpus / 'd/s/12').unlink()
    assert f'others: {len(LICENCE) - 31 + len(OWN) - 31}\n' in run(corpus, evaluation).stdout


def test_a_list_is_whole(folders, tmp_path):
    """What stood in a dozen files no more, once the ranges found are gone, is found at once."""
    corpus, evaluation = folders
    (corpus / 'd/s/12').write_bytes(LICENCE + OWN[:20])
    listed = tmp_path / 'shared.tsv'
    assert run(corpus, evaluation, '--list', listed).returncode == 1
    assert run(corpus, evaluation, '--exclude', listed).returncode == 0
    again = tmp_path / 'again.tsv'
    run(corpus, evaluation, '--exclude', listed, '--list', again)
    assert again.read_text() == listed.read_text()


def test_windows_across_blocks_are_found(folders, monkeypatch):
    monkeypatch.setattr(overlap, 'BLOCK', 70)
    corpus, evaluation = folders
    places, _, _ = overlap.shared_with(corpus, Exclusions(), overlap.Wanted(overlap.files_below(evaluation)))
    assert sorted(at for where in places.values() for name, at in where if name.endswith('own')) == list(range(63, 63 + len(OWN) - 31))
