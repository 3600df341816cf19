"""scripts/corpus.py: what is packed, and the streams drawn from it."""
import hashlib
import io
import json
import wave

import numpy as np
import pytest

import corpus
import vocabulary


@pytest.fixture
def folder(tmp_path):
    """Two domains of text, a picture and a sound."""
    from PIL import Image
    root = tmp_path / 'data'
    for name, text in {'books/a/one.txt': b'it was the best of times, ' * 40, 'books/a/two.txt': b'call me ishmael. ' * 30,
                       'code/b/x.c': b'int main(void) { return 0; }\n' * 20, 'code/b/copy.c': b'int main(void) { return 0; }\n' * 20,
                       'code/b/empty.c': b''}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text)
    pixels = np.random.default_rng(0).integers(0, 256, (40, 80, 3), np.uint8)
    (root / 'images/c').mkdir(parents=True)
    Image.fromarray(pixels).save(root / 'images/c/noise.png')
    (root / 'audio/d').mkdir(parents=True)
    with wave.open(str(root / 'audio/d/tone.wav'), 'wb') as w:
        w.setparams((1, 2, 8000, 0, 'NONE', ''))
        w.writeframes((8000 * np.sin(np.arange(1000) / 9)).astype('<i2').tobytes())
    return root


def test_manifest_describes_the_tokens(folder, tmp_path):
    licences = tmp_path / 'licences.tsv'
    licences.write_text('path\tlicence\tsplit\ntrain/books/a/one.txt\tpublic domain\ttrain\n')
    more = tmp_path / 'more.tsv'
    more.write_text('path\tlicence\nbooks/a/two.txt\tMIT\n')
    info = corpus.pack(tmp_path / 'packed', [folder], licences=[licences, more])
    c = corpus.Corpus(tmp_path / 'packed')
    assert info['tokens'] == len(c.tokens) == sum(d['bytes'] for d in c.documents)
    for d in c.documents:
        assert hashlib.sha256(c.text(d).tobytes()).hexdigest() == d['sha256']
    by_path = {d['path']: d for d in c.documents}
    assert by_path['books/a/one.txt']['licence'] == 'public domain'
    assert by_path['books/a/two.txt']['licence'] == 'MIT'
    assert by_path[next(p for p in by_path if p.startswith('code/'))]['licence'] == 'not stated'
    assert 'code/b/empty.c' not in by_path
    assert len([p for p in by_path if p.startswith('code/')]) == 1          # the copy is dropped


def test_media_become_raw_bytes(folder, tmp_path):
    corpus.pack(tmp_path / 'packed', [folder])
    c = corpus.Corpus(tmp_path / 'packed')
    data = {d['path'].rsplit('.', 1)[1]: c.text(d).tobytes() for d in c.documents if d['domain'].startswith(('images', 'audio'))}
    assert ('ppm' in data) != ('bmp' in data)
    assert len(data['gray']) == 64 * corpus.PATCH_HEIGHT * corpus.PATCH_WIDTH
    assert len(data['u8']) == 1000
    if 'wav' in data:
        with wave.open(io.BytesIO(data['wav'])) as w:
            assert w.getnframes() == 1000
    else:
        assert len(data['s16']) == 2000


def test_damaged_media_are_left_out(folder, tmp_path, capsys):
    (folder / 'images/c/bad.png').write_bytes(b'\x89PNG\r\n\x1a\nno')
    corpus.pack(tmp_path / 'packed', [folder])
    assert 'bad.png' in capsys.readouterr().err
    assert not any('bad' in d['path'] for d in corpus.Corpus(tmp_path / 'packed').documents)


def test_same_seed_same_bytes(folder, tmp_path):
    a, b, other = (corpus.pack(tmp_path / name, [folder], seed=seed) for name, seed in (('a', 1), ('b', 1), ('c', 2)))
    assert a == b
    assert a['tokens.bin sha256'] != other['tokens.bin sha256']              # the patches lie elsewhere
    assert json.loads((tmp_path / 'a/corpus.json').read_text()) == a


def test_held_out_sources_are_never_sampled(folder, tmp_path):
    corpus.pack(tmp_path / 'packed', [folder], hold_out=['books/*'])
    c = corpus.Corpus(tmp_path / 'packed')
    assert {d['domain'] for d in c.documents if d['split'] == 'validation'} == {'books/a'}
    drawn = corpus.Sampler(c, lambda domain: 1.0, 64, seed=1).batch(400).astype(np.uint8).tobytes()
    assert b'ishmael' not in drawn and b'int main' in drawn


def test_domains_appear_by_size_and_factor(folder, tmp_path):
    corpus.pack(tmp_path / 'packed', [folder])
    c = corpus.Corpus(tmp_path / 'packed')
    mixture = tmp_path / 'mixture.tsv'
    mixture.write_text('# comment\nbooks/*\t2\naudio/*\t0\nimages/*\t0\n')
    s = corpus.Sampler(c, corpus.read_mixture(mixture), 64, seed=1)
    s.batch(100)
    size = {name: sum(d['bytes'] for d in ds) for name, ds in c.of_split('train').items()}
    books, code = 2 * size['books/a'], size['code/b']
    taken = dict(zip(sorted(size), s.taken))
    assert taken['audio/d'] == taken['images/c'] == 0
    assert abs(taken['books/a'] - 100 * books / (books + code)) <= 1


def test_streams_begin_where_documents_begin(folder, tmp_path):
    corpus.pack(tmp_path / 'packed', [folder])
    s = corpus.Sampler(corpus.Corpus(tmp_path / 'packed'), corpus.read_mixture(None), 64, seed=1)
    starts = {s.tapes[i][start:start + 64].tobytes() for i in range(len(s.tapes)) for start in s.starts[i] if start}
    assert starts <= {row.astype(np.uint8).tobytes() for row in s.batch(5000)}


def test_sampler_goes_on_from_its_counts(folder, tmp_path):
    corpus.pack(tmp_path / 'packed', [folder])
    c = corpus.Corpus(tmp_path / 'packed')
    whole, rest = (corpus.Sampler(c, lambda domain: 1.0, 64, seed=3) for _ in range(2))
    whole.batch(30)
    rest.taken[:] = whole.taken
    assert np.array_equal(whole.batch(200), rest.batch(200))


def token_bytes(sp, tokens):
    pieces = [(int(i), sp.id_to_piece(int(i))) for i in tokens]
    return b''.join(bytes([int(p[3:5], 16)]) if sp.is_byte(i) else p.replace('\u2581', ' ').encode() for i, p in pieces)


def test_any_bytes_survive_tokens():
    sentencepiece = pytest.importorskip('sentencepiece')
    model = io.BytesIO()
    text = ['it was the best of times', 'it was the worst of times', 'the age of wisdom']
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text * 20), model_writer=model, vocab_size=300, byte_fallback=True, add_dummy_prefix=False,
        normalization_rule_name='identity', remove_extra_whitespaces=False, hard_vocab_limit=False, minloglevel=2)
    sp = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    encode = corpus.sentencepiece_encoder(sp)
    for data in (b'', b'the age', 'été'.encode(), b'\xff\x00the \xc3', bytes(range(256)), 'the\u2581age \u2581'.encode()):
        assert token_bytes(sp, encode(data)) == data


def test_vocabulary_is_trained_and_the_corpus_packed_in_it(tmp_path):
    pytest.importorskip('sentencepiece')
    words = ['best', 'worst', 'times', 'age', 'wisdom', 'foolishness', 'season', 'light', 'été', 'зима', 'of', 'it']
    rng = np.random.default_rng(0)

    def text(count):
        return ''.join(words[i] + ('\n  ' if i == 3 else ' ') for i in rng.integers(0, len(words), count)).encode()
    documents = {'text/seen/1.txt': text(6000), 'text/seen/2.txt': b'\xff\0' + text(500) + b'\xe2\x96\x81', 'text/held/3.txt': b'zyx ' * 3000,
                 'images/left/out.gray': bytes(range(256)) * 40}
    for name, data in documents.items():
        (tmp_path / 'data' / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / 'data' / name).write_bytes(data)
    corpus.pack(tmp_path / 'packed', [tmp_path / 'data'], hold_out=['text/held/*'])
    (tmp_path / 'mixture.tsv').write_text('images/*\t0\n')
    for name in ('a', 'b'):
        vocabulary.make(tmp_path / 'packed', tmp_path / name, 320, tmp_path / 'mixture.tsv', megabytes=0.1)
    for name in ('tokenizer.model', 'tokens.bin', 'documents.tsv', 'corpus.json'):
        assert (tmp_path / 'a' / name).read_bytes() == (tmp_path / 'b' / name).read_bytes(), name

    import sentencepiece
    sp = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / 'a/tokenizer.model'))
    pieces = [sp.id_to_piece(i) for i in range(sp.vocab_size())]
    assert len(pieces) == 320 and sum(map(sp.is_byte, range(320))) == 256
    assert '▁foolishness' in pieces or 'foolishness' in pieces
    assert not any('zy' in p for p in pieces)                               # what is held out teaches nothing
    c = corpus.Corpus(tmp_path / 'a')
    assert c.info['vocabulary'] == 320 and c.info['dtype'] == 'uint16'
    assert {d['path']: d['split'] for d in c.documents} == {
        'text/seen/1.txt': 'train', 'text/seen/2.txt': 'train', 'text/held/3.txt': 'validation'}
    for d in c.documents:
        assert token_bytes(sp, c.text(d)) == documents[d['path']]
    with pytest.raises(ValueError, match='not packed in bytes'):
        vocabulary.make(tmp_path / 'a', tmp_path / 'c', 320)
