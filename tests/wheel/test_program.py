"""python -m lmzip and the command lmzip: the whole program."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import lmzip
import pytest

MODELS = Path(__file__).parent.parent.parent / "models"
COMMANDS = [[sys.executable, "-m", "lmzip"], [str(Path(sys.executable).parent / "lmzip")]]


def run(*arguments, **options):
    return subprocess.run(arguments, capture_output=True, timeout=120, **options)


@pytest.mark.parametrize("command", COMMANDS, ids=["module", "script"])
def test_files_and_pipes(command, tmp_path, mixed):
    (tmp_path / "notes").write_bytes(mixed)
    assert run(*command, "c", "--effort", "fast", "notes", cwd=tmp_path).returncode == 0
    assert run(*command, "t", "notes.lmz", cwd=tmp_path).returncode == 0
    listed = run(*command, "l", "notes.lmz", cwd=tmp_path)
    assert listed.returncode == 0 and b"notes.lmz" in listed.stdout
    os.rename(tmp_path / "notes", tmp_path / "before")
    assert run(*command, "d", "notes.lmz", cwd=tmp_path).returncode == 0
    assert (tmp_path / "notes").read_bytes() == mixed
    assert run(*command, "c", "--effort", "fast", input=mixed).stdout == (tmp_path / "notes.lmz").read_bytes()
    assert run(*command, "d", input=lmzip.compress(b"piped")).stdout == b"piped"
    bad = run(*command, "t", input=(tmp_path / "notes.lmz").read_bytes()[:-1])
    assert bad.returncode == 2 and bad.stderr.startswith(b"lmzip: ")
    assert run(*command, "--version").stdout.startswith(b"lmzip " + lmzip.__version__.encode())


def test_ends_by_signals_and_leaves_nothing(tmp_path):
    (tmp_path / "long").write_bytes(b"".join(b"%d " % (i * i) for i in range(10**6)))
    with subprocess.Popen([*COMMANDS[0], "c", "--effort", "max", "long"], cwd=tmp_path) as process:
        while not has_opened(process.pid, "/long"):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == -signal.SIGINT
    assert os.listdir(tmp_path) == ["long"]
    reader = subprocess.Popen([*COMMANDS[0], "d"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    reader.stdout.close()
    reader.communicate(lmzip.compress(bytes(300_000), method="store"))
    assert reader.returncode == -signal.SIGPIPE


def has_opened(pid, name):
    """Whether a process has a file with such an end of its name open."""
    try:
        return any(os.readlink(entry).endswith(name) for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_models_lie_beside_the_package(tmp_path):
    """Found by names and by ids from the module's own place, whatever the working directory."""
    if not (MODELS / "tiny.pt").exists():
        pytest.skip("no models")
    folder = Path(lmzip.__file__).parent / "models"
    folder.mkdir()
    try:
        shutil.copy(MODELS / "tiny.pt", folder / "beside.pt")
        assert [model.file for model in lmzip.models() if model.name == "tiny"] == [str(folder / "beside.pt")]
        coded = lmzip.compress(b"by the small one", model="beside", effort="max", method="lm")
        assert lmzip.decompress(coded) == b"by the small one"
        assert run(*COMMANDS[1], "d", input=coded, cwd=tmp_path).stdout == b"by the small one"
    finally:
        shutil.rmtree(folder)
    with pytest.raises(lmzip.ModelMismatchError):
        lmzip.Codec().decompress(coded)
    assert lmzip.Codec(model_folders=[MODELS]).decompress(coded) == b"by the small one"
    assert lmzip.Codec(str(MODELS / "tiny.pt")).decompress(coded) == b"by the small one"


def test_starting_needs_no_other_packages():
    """What only some functions need is imported by them."""
    program = ("import sys, lmzip; lmzip.decompress(lmzip.compress(b'x'));"
               "print([name for name in ('numpy', 'fsspec', 'tqdm') if name in sys.modules])")
    assert run(sys.executable, "-c", program).stdout == b"[]\n"
