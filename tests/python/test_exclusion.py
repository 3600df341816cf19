"""scripts/exclusion.py and what obeys it: excluded ranges reach no training, no counting and no vocabulary."""
import hashlib

import pytest

import corpus
import prime
import synthetic_logs
from exclusion import Exclusions

SECRET = b'EXCLUDED words_of_evaluation must_not_be_seen '


def write_list(path, rows):
    path.write_text('file\tbegin\tend\n' + ''.join('\t'.join(map(str, r)) + '\n' for r in rows))
    return path


def test_what_is_kept(tmp_path):
    e = Exclusions(write_list(tmp_path / 'x.tsv', [('c/a/b', 30, 40), ('c/a/b', 10, 20), ('c/a/b', 15, 25), ('c/whole', 0, 999)]))
    assert e.kept('a/b', 0, 100) == [(0, 10), (25, 30), (40, 100)]
    assert e.kept('a/b', 12, 35) == [(25, 30)]
    assert e.kept('a/b', 26, 29) == [(26, 29)]
    assert e.kept('a/b', 31, 39) == []
    assert e.kept('whole', 0, 500) == []
    assert e.kept('other', 3, 7) == [(3, 7)] and e.kept('other', 3, 3) == []
    assert e.touch('whole') and not e.touch('other') and not Exclusions().touch('whole')


def test_globs_leave_whole_sources_out(tmp_path):
    e = Exclusions(write_list(tmp_path / 'x.tsv', [('c/a/b', 30, 40)]), ['d/openiti*', '*.pdf'])
    assert e.kept('d/openiti_1/file', 0, 9) == [] and e.kept('a/x.pdf', 0, 9) == [] and e.touch('a/x.pdf')
    assert e.kept('a/openiti_1/file', 0, 9) == [(0, 9)] and e.kept('a/b', 0, 50) == [(0, 30), (40, 50)]


@pytest.mark.parametrize('row', [('c/a', 5, 5), ('c/a', 7, 3), ('c/a', -1, 3)])
def test_lists_without_sense_are_refused(tmp_path, row):
    with pytest.raises(ValueError):
        Exclusions(write_list(tmp_path / 'x.tsv', [row]))


@pytest.fixture
def folder(tmp_path):
    """A corpus of which a range of one file, another file and a picture are excluded, and the list."""
    from PIL import Image
    root = tmp_path / 'renamed'
    text = b'it was the best of times ' * 40
    for name, data in {'books_en/s/part.txt': text + SECRET * 10 + text, 'books_en/s/whole.txt': SECRET * 20, 'books_en/s/free.txt': b'call me ishmael ' * 30}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    Image.new('RGB', (80, 40), 'red').save(root / 'books_en/s/red.png')
    rows = [('corpus/books_en/s/part.txt', len(text), len(text) + 10 * len(SECRET)), ('corpus/books_en/s/whole.txt', 0, 20 * len(SECRET)),
            ('corpus/books_en/s/red.png', 5, 9)]
    return root, write_list(tmp_path / 'exclude.tsv', rows)


def test_packing_leaves_them_out(folder, tmp_path):
    root, exclude = folder
    for name, exclusion in (('all', None), ('some', exclude)):
        corpus.pack(tmp_path / name, [root], exclude=exclusion)
    all_of_it, packed = corpus.Corpus(tmp_path / 'all'), corpus.Corpus(tmp_path / 'some')
    assert SECRET in all_of_it.tokens.tobytes()
    assert b'EXCLUDED' not in packed.tokens.tobytes()
    assert [d['path'] for d in packed.documents] == ['books_en/s/free.txt', 'books_en/s/part.txt@0']      # the second half repeats the first
    assert all(hashlib.sha256(packed.text(d).tobytes()).hexdigest() == d['sha256'] for d in packed.documents)


def test_a_prior_is_made_without_them(folder):
    root, exclude = folder
    for exclusions, seen in ((Exclusions(), True), (Exclusions(exclude), False)):
        counted, trained = prime.choose([root], [root], exclusions=exclusions)
        pieces = [path.read_bytes()[begin:begin + size] for path, begin, size in [*sum(counted.values(), []), *trained]]
        assert pieces and all(pieces)
        assert any(b'EXCLUDED' in piece for piece in pieces) == seen


def test_words_come_from_elsewhere(folder):
    root, exclude = folder
    (root / 'books_en/a').mkdir()
    (root / 'books_en/a/first.txt').write_bytes(SECRET * 3)        # every seventh file is read, the first among them
    with open(exclude, 'a') as f:
        f.write(f'corpus/books_en/a/first.txt\t0\t{3 * len(SECRET)}\n')
    assert 'words_of_evaluation' in synthetic_logs.read_words(root)[2]
    assert synthetic_logs.read_words(root, Exclusions(exclude))[2] == []
