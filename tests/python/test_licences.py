"""scripts/licences.py: what was counted or trained on, by licence."""
import subprocess
import sys

import licences


def run(*args):
    return subprocess.run([sys.executable, licences.__file__, *args], capture_output=True, text=True)


def test_the_strictest_licence_counts():
    assert licences.family('MIT; Wikipedia text CC BY-SA') == licences.family('CC BY-SA 3.0 / GFDL')
    assert licences.family('Debian main; MPL-2.0, LGPL-3+, Expat') == licences.family('GPL-2.0+')
    assert licences.family('CC0 / MIT') == licences.family('Apache-2.0')
    assert licences.family('OpenITI (CC BY-NC-SA 4.0 upstream)') == licences.FORBIDDEN
    assert licences.family('BSDS500, research use') == licences.FORBIDDEN != licences.family('compression research corpus')


def test_a_list_of_prime_by_licence(tmp_path):
    manifest, listed = tmp_path / 'manifest.tsv', tmp_path / 'list.tsv'
    manifest.write_text('path\tlicence\nlogs/a/b\tMIT\nbooks/c/d\tCC0\nbooks/e/f\tCC BY-NC\n')
    listed.write_text('count\t0\t3000000\t/x/logs/a/b\ntrain\t9\t1000000\t/x/books/c/d\ncount\t0\t500000\tx/synthetic/m/g\ncount\t0\t500000\t/x/z\n')
    found = run(listed, '--licences', manifest)
    assert found.returncode == 0 and found.stderr == ''
    rows = [line.split(' | ')[1:] for line in found.stdout.splitlines()[2:]]
    assert rows == [['3.0', '60.0 % |'], ['1.0', '20.0 % |'], ['0.5', '10.0 % |'], ['0.5', '10.0 % |']]
    listed.write_text('count\t0\t3000000\t/x/books/e/f\n')
    assert run(listed, '--licences', manifest).returncode == 1


def test_a_packed_corpus_by_licence(tmp_path):
    table = tmp_path / 'documents.tsv'
    table.write_text('start\tbytes\tlicence\n0\t750000\tGPL-3\n750000\t250000\tnot stated\n')
    assert '| GPL, LGPL, AGPL | 0.8 | 75.0 % |\n' in run(table).stdout
