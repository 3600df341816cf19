"""The examples of the package's pages and docstrings, and its types."""

import doctest
import importlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import lmzip
import pytest

MODULES = ["lmzip", "lmzip._codec", "lmzip._errors", "lmzip._file", "lmzip._incremental"]


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    if name == "lmzip._codec":
        pytest.importorskip("numpy")
    result = doctest.testmod(importlib.import_module(name), extraglobs={"lmzip": lmzip})
    assert result.attempted > 0 and result.failed == 0


def test_the_page(tmp_path, monkeypatch):
    pytest.importorskip("numpy")
    monkeypatch.chdir(tmp_path)
    page = importlib.metadata.metadata("lmzip").get_payload() or importlib.metadata.metadata("lmzip")["Description"]
    examples = doctest.DocTestParser().get_doctest(page, {}, "README.md", None, None)
    assert len(examples.examples) > 10
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples).failed == 0


def test_every_public_name_is_documented():
    for name in lmzip.__all__:
        if name != "Progress":
            assert getattr(lmzip, name).__doc__, name


PROGRAM = '''
from typing import assert_type
import lmzip

coded = lmzip.compress(b"text", effort="max", lanes=1)
assert_type(coded, bytes)
assert_type(lmzip.list(coded).frames[0].method, str)
with lmzip.open("name", "rt") as text, lmzip.open("name") as binary:
    assert_type(text.read(), str)
    assert_type(binary.read(), bytes)
lmzip.compress("text")  # error: arg-type
lmzip.compress(b"text", effort="most")  # error: typeddict-item
'''


def test_types(tmp_path):
    pytest.importorskip("mypy")
    pytest.importorskip("numpy")
    (tmp_path / "program.py").write_text(PROGRAM)
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    checked = subprocess.run([*mypy, "program.py"], cwd=tmp_path, capture_output=True, text=True)
    wrong = [line for line in checked.stdout.splitlines() if "error:" in line]
    assert len(wrong) == 2 and "program.py:11:" in wrong[0] and "program.py:12:" in wrong[1], checked.stdout
    package = subprocess.run([*mypy, "-p", "lmzip"], cwd=tmp_path, capture_output=True, text=True)
    assert package.returncode == 0, package.stdout
    assert (Path(lmzip.__file__).parent / "py.typed").exists()
