"""LmzFile and open(): as lzma's, on the same calls."""

import io
import lzma
import os
import random
import threading

import lmzip
import pytest


@pytest.fixture
def name(tmp_path, frames):
    (tmp_path / "mixed.lmz").write_bytes(frames)
    return tmp_path / "mixed.lmz"


def test_written_is_read(mixed, tmp_path, frames):
    with lmzip.open(tmp_path / "f.lmz", "wb", effort="fast", frame_bytes=20_000) as file:
        assert file.writable() and not file.readable() and not file.seekable()
        for i in range(0, len(mixed), 10_000):
            file.write(mixed[i:i + 10_000])
        assert file.tell() == len(mixed)
    assert (tmp_path / "f.lmz").read_bytes() == frames
    with lmzip.open(tmp_path / "f.lmz") as file:
        assert file.readable() and file.seekable() and not file.writable()
        assert file.read() == mixed and file.read() == b""


def test_random_access_is_that_of_the_content(mixed, name):
    """The same calls on a BytesIO of the content."""
    chooser = random.Random(3)
    plain = io.BytesIO(mixed)
    with lmzip.open(name) as file:
        for _ in range(60):
            place, size = chooser.randrange(len(mixed) + 1), chooser.choice([0, 1, 100, 9000, 60_000])
            whence = chooser.choice([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
            offset = place - {io.SEEK_SET: 0, io.SEEK_CUR: plain.tell(), io.SEEK_END: len(mixed)}[whence]
            assert file.seek(offset, whence) == plain.seek(place)
            call = chooser.choice(["read", "readline", "peek", "readinto"])
            if call == "readinto":
                a, b = bytearray(size), bytearray(size)
                plain.readinto(b)
                count = file.readinto(a)
                assert a[:count] == b[:count]
                plain.seek(place + count)
            elif call == "peek":
                assert mixed[place:].startswith(file.peek(100))
            else:
                assert getattr(file, call)(size) == getattr(plain, call)(size)
            assert file.tell() == plain.tell()
        assert file.seek(-5, io.SEEK_END) == len(mixed) - 5 and file.read() == mixed[-5:]
        assert file.seek(10**9) == len(mixed) and file.read(1) == b""
        with pytest.raises(ValueError):
            file.seek(0, 9)


def test_seeking_reads_little(frames, mixed):
    class Counted(io.BytesIO):
        read_bytes = 0

        def read(self, size=-1, /):
            data = super().read(size)
            self.read_bytes += len(data)
            return data

    coded = lmzip.compress(mixed * 10, method="store", frame_bytes=20_000)
    below = Counted(coded)
    with lmzip.LmzFile(below) as file:
        file.seek(len(mixed) * 9)
        assert file.read(10) == mixed[:10]
    assert below.read_bytes < len(coded) / 2


def test_modes_and_lines(tmp_path, text):
    name = tmp_path / "notes.lmz"
    lines = text.decode("utf-8", "replace").splitlines(keepends=True)
    with lmzip.open(name, "xt", encoding="utf-8", newline="") as file:
        file.writelines(lines[:10])
    with pytest.raises(FileExistsError):
        lmzip.open(name, "x")
    with lmzip.open(name, "at", encoding="utf-8", newline="") as file:
        file.writelines(lines[10:])
    assert lmzip.list(name).streams == 2
    with lmzip.open(name, "rt", encoding="utf-8", newline="") as file:
        assert list(file) == lines
    with lmzip.open(name) as file:
        assert b"".join(file) == "".join(lines).encode()
    for bad in ("rw", "", "b", "t", "w+"):
        with pytest.raises(ValueError):
            lmzip.LmzFile(name, bad)
    with pytest.raises(ValueError):
        lmzip.open(name, "rb", encoding="utf-8")
    with pytest.raises(TypeError):
        lmzip.open(name, "rb", effort="max")


def test_what_lzma_refuses_is_refused_alike(tmp_path, name):
    (tmp_path / "l.xz").write_bytes(lzma.compress(b"content"))
    for kind, path in ((lzma.LZMAFile, tmp_path / "l.xz"), (lmzip.LmzFile, name)):
        file = kind(path)
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"")
        assert file.fileno() > 2
        file.close()
        file.close()
        for call in (file.read, file.tell, file.readable, lambda: file.seek(0), lambda: file.write(b"")):
            with pytest.raises(ValueError):
                call()
        with kind(tmp_path / "w", "w") as writer, pytest.raises(io.UnsupportedOperation):
            writer.read()
    with pytest.raises(FileNotFoundError):
        lmzip.open(tmp_path / "missing")


def test_files_of_others_stay_open(frames, mixed):
    below = io.BytesIO(b"before" + frames)
    below.seek(6)
    with lmzip.open(below) as file:
        assert file.read(100) == mixed[:100]
        assert file.seek(0) == 0 and file.read(5) == mixed[:5]
    assert not below.closed
    written = io.BytesIO()
    with lmzip.open(written, "w") as file:
        file.write(b"content")
    assert lmzip.decompress(written.getvalue()) == b"content"


def test_pipes_are_read_as_they_come(frames, mixed):
    read_end, write_end = os.pipe()

    def fill():
        with open(write_end, "wb") as pipe:
            pipe.write(frames)

    writer = threading.Thread(target=fill)
    writer.start()
    with open(read_end, "rb") as pipe, lmzip.open(pipe) as file:
        assert not file.seekable()
        assert file.read() == mixed
    writer.join()


def test_damage_is_an_error_behind_what_is_sound(frames, mixed):
    second = lmzip.list(frames).frames[1].offset
    bad = bytearray(frames)
    bad[second + 2000] ^= 1
    for damaged, kind in ((bytes(bad), lmzip.CorruptError), (frames[:second + 2000], EOFError)):
        with lmzip.open(io.BytesIO(damaged)) as file:
            assert file.read(15_000) == mixed[:15_000]
            with pytest.raises(kind):
                file.read()
