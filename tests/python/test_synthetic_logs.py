"""scripts/synthetic_logs.py: made-up logs for training."""
import lzma

import synthetic_logs


def write(tmp_path, name, seed):
    words = tmp_path / 'words'
    words.mkdir(exist_ok=True)
    (words / 'a.c').write_text('static int read_header(FrameReader *reader) { return the_frame and_header; }\n')
    (words / 'b.txt').write_text('it was the best of times it was the worst of times\n')
    count = synthetic_logs.write_logs(tmp_path / name, synthetic_logs.read_words(words), 0.3, seed)
    files = {p.name: p.read_bytes() for p in sorted((tmp_path / name / 'synthetic/logs').iterdir())}
    assert len(files) == count
    return files


def test_the_same_words_and_seed_give_the_same_bytes(tmp_path):
    first = write(tmp_path, 'one', 1)
    assert first == write(tmp_path, 'two', 1)
    assert first != write(tmp_path, 'three', 2)


def test_lines_repeat_their_form_and_no_place_is_left_unfilled(tmp_path):
    files = write(tmp_path, 'one', 1)
    data = b''.join(files.values())
    assert 300_000 <= len(data) < 400_000
    assert len(lzma.compress(data)) < len(data) / 4
    for text in files.values():
        assert text.endswith(b'\n') and b'\n\n' not in text
        for kind in (b'{time}', b'{message}', b'{level}', b'{count}', b'{pid}', b'{ms}'):
            assert kind not in text
