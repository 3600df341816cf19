"""scripts/paper on little data, by the built program."""
import csv
import math
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import wave

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS, PROGRAM = ROOT / 'scripts/paper', ROOT / 'build/release/lmzip'
sys.path.insert(0, str(SCRIPTS))
import continuations                                                        # noqa: E402
import in_context                                                           # noqa: E402
import scaling                                                              # noqa: E402
import table1                                                               # noqa: E402

needs_program = pytest.mark.skipif(not PROGRAM.exists(), reason='no build/release/lmzip')


@pytest.fixture
def data(tmp_path):
    """A folder with text, a picture and speech."""
    rng = random.Random(0)
    words = [bytes(rng.choices(range(97, 123), k=rng.randint(2, 8))) for _ in range(60)]
    (tmp_path / 'data/text').mkdir(parents=True)
    (tmp_path / 'data/text/a').write_bytes(b' '.join(rng.choices(words, k=2500)))
    (tmp_path / 'data/image').mkdir()
    pixels = bytes(min(255, (x * 2 + y + rng.randrange(4)) % 256) for y in range(64) for x in range(128))
    (tmp_path / 'data/image/a.pgm').write_bytes(b'P5 128 64 255\n' + pixels)
    (tmp_path / 'data/audio').mkdir()
    (tmp_path / 'data/audio/a.u8').write_bytes(bytes(128 + round(60 * math.sin(i / 9) + rng.gauss(0, 2)) for i in range(9000)))
    return tmp_path / 'data'


def run(tmp_path, script, *options):
    places = ['--program', PROGRAM, '--out', tmp_path / 'out', '--work', tmp_path / 'work']
    return subprocess.run([sys.executable, SCRIPTS / script, *map(str, options), *map(str, places)], stdout=subprocess.PIPE, text=True, check=True).stdout


def table(path):
    with open(path, newline='') as file:
        return list(csv.DictReader(file))


@needs_program
def test_table1(tmp_path, data):
    options = ['--data', data, '--limit', 4096, '--model', 'tiny']
    printed = run(tmp_path, 'table1.py', *options)
    rows = {(row['chunk'], row['compressor']): row for row in table(tmp_path / 'out/table1.csv')}
    for chunk in ('unbounded', '2048'):
        ours = rows[chunk, 'lmzip lm, tiny']
        assert 0 < float(ours['raw: text']) < 100 < float(ours['raw: random'])
        parameters = 2 * (99974 + 65536)
        assert float(ours['with 2 B a parameter: text']) - float(ours['raw: text']) == pytest.approx(100 * parameters / 4096, abs=0.2)
        if (chunk, 'gzip') in rows:
            assert rows[chunk, 'gzip']['raw: text'] == rows[chunk, 'gzip']['with file: text']
    assert printed == (tmp_path / 'out/table1.md').read_text() and str(tmp_path) not in printed
    made = (tmp_path / 'work/measured.jsonl').read_text()
    assert run(tmp_path, 'table1.py', *options) == printed                  # nothing left to do
    assert (tmp_path / 'work/measured.jsonl').read_text() == made


@needs_program
def test_a_killed_experiment_goes_on(tmp_path, data):
    """What comes out is what an undisturbed run gives; what was measured before is not measured again."""
    options = ['--data', data, '--limit', 20000, '--model', 'tiny', '--model', 'base']
    run(tmp_path / 'undisturbed', 'table1.py', *options)
    measured = tmp_path / 'killed' / 'work' / 'measured.jsonl'
    places = ['--program', PROGRAM, '--out', tmp_path / 'killed/out', '--work', tmp_path / 'killed' / 'work']
    kept = []
    for most in (2, 5):
        with subprocess.Popen([sys.executable, SCRIPTS / 'table1.py', *map(str, options), *map(str, places)], stdout=subprocess.DEVNULL, start_new_session=True) as process:
            while process.poll() is None and not (measured.exists() and measured.read_bytes().count(b'\n') >= most):
                time.sleep(0.01)
            os.killpg(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        lines = measured.read_bytes().splitlines()
        assert lines[:len(kept)] == kept and len(lines) >= most
        kept = lines
    run(tmp_path / 'killed', 'table1.py', *options)
    assert (tmp_path / 'killed/out/table1.csv').read_bytes() == (tmp_path / 'undisturbed/out/table1.csv').read_bytes()


@needs_program
def test_published_sets(tmp_path, data):
    """Files as the paper's sets have them: a dump, JPEG by class, FLAC by speaker and chapter beside its text."""
    image = pytest.importorskip('PIL.Image')
    if shutil.which('flac') is None:
        pytest.skip('no program flac')
    sets = tmp_path / 'sets'
    (sets / 'imagenet/n01440764').mkdir(parents=True)
    (sets / 'imagenet/n01443537').mkdir()
    gray = bytes((x * 2 + y * y // 9) % 256 for y in range(70) for x in range(130))
    image.frombytes('L', (130, 70), gray).convert('RGB').save(sets / 'imagenet/n01440764/n01440764_18.JPEG')
    image.frombytes('L', (130, 70), gray[::-1]).save(sets / 'imagenet/n01443537/n01443537_2.JPEG')
    chapter = sets / 'librispeech/84/121123'
    chapter.mkdir(parents=True)
    with wave.open(str(tmp_path / 'speech.wav'), 'wb') as sound:
        sound.setparams((1, 2, 16000, 0, 'NONE', ''))
        sound.writeframes(b''.join(round(9000 * math.sin(i / 9)).to_bytes(2, 'little', signed=True) for i in range(6000)))
    subprocess.run(['flac', '--silent', '-o', chapter / '84-121123-0000.flac', tmp_path / 'speech.wav'], check=True)
    (chapter / '84-121123.trans.txt').write_text('84-121123-0000 GO ON\n')
    options = ['--enwik9', data / 'text/a', '--imagenet', sets / 'imagenet', '--librispeech', sets / 'librispeech', '--model', 'tiny', '--limit', 8192]
    run(tmp_path, 'table1.py', *options)
    prepared = tmp_path / 'work/data/8192'
    assert (prepared / 'text/text').read_bytes() == (data / 'text/a').read_bytes()[:8192]
    patches = (prepared / 'image/image').read_bytes()
    assert len(patches) == 8192 and sum(abs(a - b) for a, b in zip(patches, gray[:64])) / 64 < 12  # the first patch's first row, but for JPEG
    speech = (prepared / 'speech/speech').read_bytes()
    assert len(speech) == 6000 and all(abs(byte - 128 - 9000 / 256 * math.sin(i / 9)) < 1.5 for i, byte in enumerate(speech))
    assert {row['raw: speech'] for row in table(tmp_path / 'out/table1.csv')} != {''}


@needs_program
def test_in_context_curve(tmp_path, data):
    pytest.importorskip('matplotlib')
    run(tmp_path, 'in_context.py', '--data', data, '--limit', 8192, '--length', 1024, '--model', 'tiny')
    rows = table(tmp_path / 'out/figure4.csv')
    assert [int(row['bytes before']) for row in rows[:9]] == [0, 1, 2, 4, 8, 16, 32, 64, 96] and int(rows[-1]['bytes before']) == 768
    first, last = (float(rows[i]['text, tiny lm+mix']) for i in (0, -1))
    assert last < first                                                     # what it has seen helps
    assert (tmp_path / 'out/figure4.png').stat().st_size > 1000 and (tmp_path / 'out/figure4.svg').exists()


@needs_program
def test_continuations(tmp_path, data):
    pytest.importorskip('matplotlib')
    run(tmp_path, 'continuations.py', '--data', data, '--limit', 8192, '--model', 'tiny')
    text = (tmp_path / 'out/figure3-text.md').read_text()
    for name in ('lmzip', 'gzip', 'the n-gram coder', 'in the file'):
        assert f'It goes on {"by " if name[:2] != "in" else ""}{name}:' in text
    assert (tmp_path / 'out/figure3-picture.png').exists() and (tmp_path / 'out/figure3-speech.svg').exists()


@needs_program
def test_kinds(tmp_path, data):
    run(tmp_path, 'kinds.py', data, '--limit', 3000, '--model', 'tiny')
    rows = table(tmp_path / 'out/kinds.csv')
    assert sorted(row['domain'] for row in rows) == ['audio', 'image', 'text']
    assert all(row['bytes'] == '3000' and 0 < float(row['auto']) < 110 for row in rows)
    assert [float(row['auto']) for row in rows] == sorted(float(row['auto']) for row in rows)


@needs_program
def test_scaling(tmp_path, data):
    pytest.importorskip('torch')
    import corpus
    corpus.pack(tmp_path / 'packed', [data.parent / 'data'])
    options = [tmp_path / 'packed', '--data', data, '--limit', 8000, '--sizes', '64x1x64,64x1x128', '--steps', 12, '--batch', 2, '--length', 64,
               '--shipped', 'tiny', '--no-compile']
    run(tmp_path, 'scaling.py', *options)
    small, larger, tiny = table(tmp_path / 'out/figure2.csv')
    assert int(small['parameters']) < int(larger['parameters']) and tiny['model'] == 'tiny'
    assert 0 < float(small['raw rate']) < 110
    best = table(tmp_path / 'out/best-size.csv')
    assert [row['how'] for row in best] == ['measured'] * 4 + ['extrapolated'] * 5 and best[0]['best model'] == '64x1x64'
    model = next((tmp_path / 'work/scaling').rglob('*.pt'))
    written = model.stat().st_mtime_ns
    run(tmp_path, 'scaling.py', *options)                                   # nothing left to do
    assert model.stat().st_mtime_ns == written


def test_adjusted_rate_counts_the_model():
    coded = {1000: 400, 2000: 700}
    assert scaling.adjusted(coded, 100, 1000) == 50 and scaling.adjusted(coded, 100, 2000) == 40
    assert scaling.adjusted(coded, 100, 20000) == pytest.approx(35.5)       # the largest amount's rate holds


def test_rates_with_models():
    assert table1.rates({'coded_bytes': 30, 'raw_bytes': 100, 'model_file_bytes': 50, 'model_parameter_bytes': 20}) == (30, 80, 50)
    assert table1.rates({'coded_bytes': 30, 'raw_bytes': 100}) == (30, 30, 30)


def test_places_of_the_curve():
    bounds = in_context.places(2048)
    assert bounds[:9] == [0, 1, 2, 4, 8, 16, 32, 64, 96] and bounds[-1] == 2048 and bounds == sorted(set(bounds))


def test_generators_follow_what_repeats():
    prompt = b'abcd' * 64
    grams = continuations.NGrams(prompt)
    weights = grams.weights()
    assert weights.sum() == pytest.approx(1) and weights[ord('a')] > 0.9
    args = type('Args', (), {'seed': 1})
    assert continuations.by_ngrams(args, 'text', prompt, 8).startswith(b'abcd')
    made = continuations.by_gzip(args, 'text', prompt, 8)
    assert len(made) == 8 and made == continuations.by_gzip(args, 'text', prompt, 8)
