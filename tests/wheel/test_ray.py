"""lmzip.ray on a cluster of this machine: what it writes is what one call writes, also when workers die and when it is
stopped and made again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import lmzip

ray = pytest.importorskip("ray")
import lmzip.ray  # noqa: E402

FRAME_BYTES = 100_000
OPTIONS = {"effort": "turbo", "frame_bytes": FRAME_BYTES, "window_bytes": 1 << 20}


@pytest.fixture(scope="module", autouse=True)
def cluster():
    ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def content(frames, seed=b"a"):
    """Of as many frames, of which every third repeats the one before, and the last is short."""
    pieces = []
    for number in range(frames):
        words = b"".join(b"%s %d %d\n" % (seed, number, i * i) for i in range(9000))
        pieces.append(pieces[-1] if number % 3 == 2 else words[:FRAME_BYTES])
    return b"".join(pieces)[:-FRAME_BYTES // 2]


def one_call(path, **options):
    return lmzip.Codec(threads=1).compress(path.read_bytes(), **options)


def test_a_file_in_parts_is_what_one_call_writes(tmp_path):
    source, target, back = tmp_path / "big", tmp_path / "big.lmz", tmp_path / "back"
    source.write_bytes(content(9))
    told = []
    summary = lmzip.ray.compress_file(source, target, part_bytes=2 * FRAME_BYTES, progress=lambda *done: told.append(done),
                                      **OPTIONS)
    assert target.read_bytes() == one_call(source, **OPTIONS)
    assert any(frame.reach for frame in lmzip.list(target).frames)
    assert (summary.files, summary.raw_bytes, summary.coded_bytes) == (1, source.stat().st_size, target.stat().st_size)
    assert told[-1] == (summary.raw_bytes, summary.coded_bytes) and sorted(told) == told and len(told) == 5
    lmzip.ray.decompress_file(target, back, part_bytes=FRAME_BYTES)
    assert back.read_bytes() == source.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["back", "big", "big.lmz"]  # no parts


def test_parts_of_independent_frames_are_decoded_apart(tmp_path):
    source, target, back = tmp_path / "big", tmp_path / "big.lmz", tmp_path / "back"
    source.write_bytes(content(6))
    lmzip.Codec().compress_file(source, target, effort="turbo", frame_bytes=FRAME_BYTES, window_bytes=0)
    told = []
    lmzip.ray.decompress_file(target, back, part_bytes=FRAME_BYTES, progress=lambda *done: told.append(done))
    assert len(told) == 5  # the last frame is short, and goes with the one before
    assert back.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("size", [0, 1, FRAME_BYTES, FRAME_BYTES + 1])
def test_small_files(tmp_path, size):
    source = tmp_path / "small"
    source.write_bytes(content(3)[:size])
    lmzip.ray.compress_file(source, tmp_path / "small.lmz", part_bytes=FRAME_BYTES, **OPTIONS)
    assert (tmp_path / "small.lmz").read_bytes() == one_call(source, **OPTIONS)


def test_a_folder(tmp_path):
    folder, packed, back = tmp_path / "data", tmp_path / "packed", tmp_path / "back"
    (folder / "deep").mkdir(parents=True)
    files = {f"deep/{i}": b"record %d\n" % i * 20 for i in range(300)} | {"big": content(5), "empty": b""}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "link").symlink_to("big")
    (folder / "done.lmz").write_bytes(b"whatever")
    summary = lmzip.ray.compress_folder(folder, packed, part_bytes=2 * FRAME_BYTES, **OPTIONS)
    assert (summary.files, summary.failed, summary.skipped) == (302, {}, [])
    assert (packed / "deep" / "7.lmz").read_bytes() == one_call(folder / "deep" / "7", **OPTIONS)
    assert (packed / "big.lmz").read_bytes() == one_call(folder / "big", **OPTIONS)
    again = lmzip.ray.compress_folder(folder, packed, **OPTIONS)
    assert (again.files, len(again.skipped)) == (0, 302)
    (packed / "deep" / "9.lmz").write_bytes(b"damaged")
    summary = lmzip.ray.decompress_folder(packed, back)
    assert summary.files == 301 and list(summary.failed) == [str(packed / "deep" / "9.lmz")]
    assert isinstance(summary.failed[str(packed / "deep" / "9.lmz")], lmzip.BadMagicError)
    assert (back / "big").read_bytes() == files["big"]
    assert sum(path.is_file() for path in back.rglob("*")) == 301


def test_what_is_done_is_not_done_again(tmp_path):
    source, target = tmp_path / "big", tmp_path / "big.lmz"
    source.write_bytes(content(9))
    script = f"""
import os, ray, lmzip.ray
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
lmzip.ray.compress_file({str(source)!r}, {str(target)!r}, part_bytes={FRAME_BYTES}, progress=lambda *done: os._exit(9), **{OPTIONS})
"""
    assert subprocess.run([sys.executable, "-c", script], env=alone(), check=False).returncode == 9
    folder = tmp_path / ".big.lmz.lmzip-parts"
    before = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert len(before) >= 2 and not target.exists()
    told = []
    lmzip.ray.compress_file(source, target, part_bytes=FRAME_BYTES, progress=lambda *done: told.append(done), **OPTIONS)
    assert len(told) <= 9 - (len(before) - 1)
    assert target.read_bytes() == one_call(source, **OPTIONS)
    assert not folder.exists()


def test_parts_of_other_work_are_not_taken(tmp_path):
    source, target = tmp_path / "big", tmp_path / "big.lmz"
    source.write_bytes(content(3))
    folder = tmp_path / ".big.lmz.lmzip-parts"
    folder.mkdir()
    (folder / "work.json").write_text("[]")
    (folder / "0").write_bytes(b"of something else")
    lmzip.ray.compress_file(source, target, part_bytes=FRAME_BYTES, **OPTIONS)
    assert target.read_bytes() == one_call(source, **OPTIONS)


def workers_at_work():
    """Processes of this cluster that have a task."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if (folder / "cmdline").read_bytes().startswith(b"ray::lmzip"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def test_a_worker_that_dies_costs_its_part_alone(tmp_path):
    source, target = tmp_path / "big", tmp_path / "big.lmz"
    source.write_bytes(content(12))
    killed = []

    def kill(*_):
        if len(killed) < 2 and (workers := workers_at_work()):
            os.kill(workers[0], signal.SIGKILL)
            killed.append(workers[0])

    summary = lmzip.ray.compress_file(source, target, part_bytes=FRAME_BYTES, progress=kill, **OPTIONS)
    assert killed and summary.files == 1
    assert target.read_bytes() == one_call(source, **OPTIONS)


def test_errors_name_the_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        lmzip.ray.compress_file(tmp_path / "none", tmp_path / "none.lmz")
    (tmp_path / "there").write_bytes(b"")
    with pytest.raises(FileExistsError):
        lmzip.ray.compress_file(tmp_path / "there", tmp_path / "there")
    with pytest.raises(lmzip.UsageError, match="effort"):
        lmzip.ray.compress_file(tmp_path / "there", tmp_path / "other", effort="great")  # type: ignore[arg-type]


def alone():
    """The environment without this cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}


def test_the_command(tmp_path):
    source = tmp_path / "text"
    source.write_bytes(b"to be or not to be " * 100)
    command = [sys.executable, "-m", "lmzip.ray"]
    subprocess.run([*command, "compress", source, tmp_path / "text.lmz", "--address", "local"], env=alone(), check=True)
    subprocess.run([*command, "decompress", tmp_path / "text.lmz", tmp_path / "back", "--address", "local"], env=alone(), check=True)
    assert (tmp_path / "back").read_bytes() == source.read_bytes()
    assert (tmp_path / "text.lmz").read_bytes() == lmzip.compress(source.read_bytes())
