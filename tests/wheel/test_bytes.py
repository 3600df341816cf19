"""compress(), decompress(), Codec, and what goes wrong."""

import array
import io
import mmap
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import lmzip
import pytest

METHODS = ["auto", "lm+mix", "lm", "mix", "store"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [0, 1, 700])
def test_round_trip(text, method, size):
    coded = lmzip.compress(text[:size], method=method)
    assert lmzip.looks_compressed(coded)
    assert lmzip.decompress(coded) == text[:size]


def test_text_shrinks_more_with_more_effort(text):
    sizes = [len(lmzip.compress(text, effort=effort)) for effort in ("max", "fast", "turbo")]
    assert sizes == sorted(sizes) and sizes[0] < sizes[1] < len(text) / 2


def test_any_buffer(text, tmp_path):
    numbers = array.array("i", range(300))
    (tmp_path / "f").write_bytes(text)
    with open(tmp_path / "f", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for data in (bytearray(text), memoryview(text)[10:500], numbers, mapped):
            assert lmzip.decompress(lmzip.compress(data, effort="fast")) == bytes(data)
    with pytest.raises(BufferError):
        lmzip.compress(memoryview(text)[::2])
    with pytest.raises(TypeError):
        lmzip.compress("a string")


def test_a_range_is_the_slice(mixed, frames):
    for begin, end in ((0, 0), (0, 5), (19_990, 20_010), (100_000, None), (len(mixed), None), (10, 10**12)):
        assert lmzip.decompress(frames, begin=begin, end=end) == mixed[begin:end]


def test_streams_and_files(mixed, tmp_path):
    source, coded, again = (tmp_path / name for name in ("a", "a.lmz", "b"))
    source.write_bytes(mixed)
    codec = lmzip.Codec(threads=2)
    report = codec.compress_file(source, coded, effort="fast", frame_bytes=20_000)
    assert (report.raw_bytes, report.coded_bytes, report.frames) == (len(mixed), coded.stat().st_size, 7)
    assert codec.decompress_file(coded, again).raw_bytes == len(mixed)
    assert again.read_bytes() == mixed
    with pytest.raises(lmzip.IoError, match="exists"):
        codec.decompress_file(coded, again)
    codec.decompress_file(coded, again, overwrite=True)
    with open(source, "rb") as reader, open(tmp_path / "c", "wb", buffering=0) as raw:
        codec.compress_stream(reader, raw, effort="fast", frame_bytes=20_000)
    assert (tmp_path / "c").read_bytes() == coded.read_bytes()
    with open(coded, "rb") as reader, open(tmp_path / "d", "wb") as sink:
        assert codec.decompress_stream(reader, sink, begin=70_000, end=70_100).raw_bytes == 100
    assert (tmp_path / "d").read_bytes() == mixed[70_000:70_100]


def test_failures_leave_no_file(frames, tmp_path):
    (tmp_path / "bad.lmz").write_bytes(frames[:-1])
    with pytest.raises(lmzip.TruncatedError):
        lmzip.Codec().decompress_file(tmp_path / "bad.lmz", tmp_path / "out")
    with pytest.raises(lmzip.IoError):
        lmzip.Codec().compress_file(tmp_path / "missing", tmp_path / "out")
    assert os.listdir(tmp_path) == ["bad.lmz"]


def flipped(data, place):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]


def test_errors_are_classes(frames):
    cases = [
        (lmzip.BadMagicError, lambda: lmzip.decompress(b"not compressed")),
        (lmzip.TruncatedError, lambda: lmzip.decompress(frames[:1000])),
        (EOFError, lambda: lmzip.decompress(frames[:1000])),
        (lmzip.CorruptError, lambda: lmzip.decompress(flipped(frames, 5000))),
        (lmzip.FormatError, lambda: lmzip.decompress(flipped(frames, 5000))),
        (lmzip.LimitError, lambda: lmzip.decompress(frames, max_output=1000)),
        (lmzip.UsageError, lambda: lmzip.compress(b"", lanes=3)),
        (ValueError, lambda: lmzip.compress(b"", method="best")),
        (lmzip.UsageError, lambda: lmzip.compress(b"text", model="no-such-model", effort="max")),
        (lmzip.UsageError, lambda: lmzip.Codec(engine="steam")),
        (TypeError, lambda: lmzip.compress(b"", level=9)),
    ]
    for kind, call in cases:
        with pytest.raises(kind) as caught:
            call()
        if isinstance(caught.value, lmzip.Error):
            assert caught.value.code.name in type(caught.value).__name__.upper().replace("ERROR", "") or \
                "_" in caught.value.code.name
            assert str(caught.value)


def test_damage_is_told_and_survived(mixed, frames):
    sink = io.BytesIO()
    second = lmzip.list(frames).frames[1]
    report = lmzip.Codec().decompress_stream(io.BytesIO(flipped(frames, second.offset + 2000)), sink, keep_going=True)
    damage, stream_check = report.damage
    begin, end = damage.content
    assert stream_check.content is None and "frame 1 " in damage.message
    assert 20_000 <= begin < end == 40_000
    assert sink.getvalue() == mixed[:begin] + mixed[end:]


def test_exceptions_of_files_arrive(mixed):
    class Full:
        def write(self, data):
            raise OSError(28, "No space left on device")

    class Gone:
        def read(self, size):
            raise ConnectionResetError("gone")

    codec = lmzip.Codec()
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            codec.compress_stream(open(__file__, "rb"), Full(), method="store")
        with pytest.raises(ConnectionResetError):
            codec.compress_stream(Gone(), Full())


def test_threads_share_a_codec(text):
    codec = lmzip.Codec(threads=2)
    pieces = [text[i:i + 200] for i in range(0, 4000, 200)]
    with ThreadPoolExecutor(4) as pool:
        coded = list(pool.map(codec.compress, pieces))
        assert list(pool.map(codec.decompress, coded)) == pieces
    assert coded == [lmzip.compress(piece) for piece in pieces]


def test_other_threads_run_meanwhile(text):
    """The interpreter's lock is free while the library works: another thread sees the call begin and end."""
    steps, over = [0], threading.Event()

    def count():
        while not over.is_set():
            steps[0] += 1
            time.sleep(0)

    counter = threading.Thread(target=count)
    counter.start()
    before = steps[0]
    lmzip.compress(text, effort="max", lanes=1)
    during = steps[0] - before
    over.set()
    counter.join()
    assert during > 20


def test_a_signal_ends_a_call():
    """What a handler raises arrives from the middle of a frame."""
    program = """if True:
        import lmzip, signal, sys
        class Alarm(Exception): pass
        def ring(*_): raise Alarm
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        codec = lmzip.Codec(threads=1)
        try:
            codec.compress(b"".join(b"%d " % (i * i) for i in range(10**6)), effort="max")
        except Alarm:
            print(len(codec.compress(b"still at work")) > 0)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_codecs_survive_fork(text, mixed):
    codec = lmzip.Codec(threads=2)
    coded = codec.compress(text[:500])
    half = lmzip.LmzCompressor(effort="fast")
    half.compress(mixed)
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        good = codec.compress(text[:500]) == coded and lmzip.decompress(coded) == text[:500]
        try:
            half.flush()
        except lmzip.UsageError:
            del half  # nor does it wait for a thread that stayed with the parent
            os._exit(0 if good else 1)
        os._exit(2)
    assert lmzip.decompress(half.flush()) == mixed
    assert os.waitpid(child, 0)[1] == 0
    assert codec.decompress(coded) == text[:500]


def test_codecs_are_pickled_by_their_options(text):
    codec = pickle.loads(pickle.dumps(lmzip.Codec(threads=1, memory_bytes=300 << 20)))
    assert repr(codec) == f"Codec(threads=1, memory_bytes={300 << 20})"
    assert codec.decompress(codec.compress(text)) == text


def test_progress(mixed):
    told = []
    lmzip.compress(mixed, effort="fast", progress=lambda *bytes: told.append(bytes))
    assert told == sorted(told) and told[-1][0] == len(mixed)
    pytest.importorskip("tqdm")
    assert lmzip.decompress(lmzip.compress(mixed[:1000], progress=True), progress=True) == mixed[:1000]


def test_what_a_reference_has_costs_little(tmp_path, text):
    reference, other = tmp_path / "reference", tmp_path / "other"
    reference.write_bytes(text)
    other.write_bytes(text[:-1])
    coded = lmzip.compress(text[100:600], reference=reference)
    assert len(coded) < len(lmzip.compress(text[100:600])) / 2
    assert lmzip.decompress(coded, reference=reference) == text[100:600]
    assert lmzip.Codec(references=[other, reference]).decompress(coded) == text[100:600]
    assert len(lmzip.list(coded).references) == 1
    for wrong in (), other:
        with pytest.raises(lmzip.ModelMismatchError, match="reference"):
            lmzip.decompress(coded, reference=wrong)
    with lmzip.open(tmp_path / "file.lmz", "wb", codec=lmzip.Codec(references=reference)) as file:
        file.write(text)
    assert (tmp_path / "file.lmz").stat().st_size < len(lmzip.compress(text)) / 2
    with lmzip.open(tmp_path / "file.lmz", codec=pickle.loads(pickle.dumps(lmzip.Codec(references=reference)))) as file:
        assert file.read() == text


def test_a_reference_is_read_anew_when_it_is_another(tmp_path, text):
    reference = tmp_path / "reference"
    reference.write_bytes(text)
    before = lmzip.compress(text, reference=reference)
    reference.write_bytes(b"nothing of that")
    assert len(lmzip.compress(text, reference=reference)) > len(before)
    with pytest.raises(lmzip.ModelMismatchError):
        lmzip.decompress(before, reference=reference)
    with pytest.raises(OSError):
        lmzip.compress(text, reference=tmp_path / "none")
