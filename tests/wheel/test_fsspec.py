"""fsspec, and what reads by it: pandas, Dask, datasets. What is not installed is skipped."""

import json
import subprocess
import sys

import lmzip
import pytest

fsspec = pytest.importorskip("fsspec")
ROWS = [{"n": i, "text": f"row {i} ä"} for i in range(50)]


@pytest.fixture
def jsonl(tmp_path):
    name = tmp_path / "data.jsonl.lmz"
    with lmzip.open(name, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in ROWS)
    return str(name)


def rows_of(lines):
    return [json.loads(line) for line in lines]


def test_by_extension_and_by_name(jsonl, tmp_path):
    for compression in ("infer", "lmz"):
        with fsspec.open(jsonl, "rt", compression=compression, encoding="utf-8") as file:
            assert rows_of(file) == ROWS
    with fsspec.open(str(tmp_path / "w.lmz"), "wb", compression="infer") as file:
        file.write(b"by fsspec")
    assert lmzip.decompress((tmp_path / "w.lmz").read_bytes()) == b"by fsspec"
    with fsspec.open("memory://m.lmz", "wb", compression="infer") as file:
        file.write(b"in memory")
    with fsspec.open("memory://m.lmz", "rb", compression="infer") as file:
        file.seek(3)
        assert file.read() == b"memory"


@pytest.mark.parametrize("first", ["lmzip", "fsspec"])
def test_whichever_is_imported_first(jsonl, first):
    then = {"lmzip": "fsspec", "fsspec": "lmzip"}[first]
    program = f"import {first}, {then}; print(fsspec.open({jsonl!r}, 'rb', compression='infer').open().read(5))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "b'{\"n\":'\n", done.stderr


def test_chained(jsonl):
    """By the entry point: without an import of lmzip."""
    program = f"""if True:
        import fsspec
        with fsspec.open("lmz://data.jsonl::file://{jsonl}", "rt", encoding="utf-8") as file:
            print(len(list(file)))
        fs = fsspec.filesystem("lmz", fo={jsonl!r})
        print(fs.ls("", detail=False), fs.cat("data.jsonl")[:4])
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "50\n['data.jsonl'] b'{\"n\"'\n", done.stderr


def test_pandas(jsonl):
    pandas = pytest.importorskip("pandas")
    with lmzip.open(jsonl) as file:
        assert pandas.read_json(file, lines=True).to_dict("records") == ROWS
    with open(jsonl, "rb") as file, fsspec.open("memory://data.jsonl.lmz", "wb") as target:
        target.write(file.read())
    by_url = pandas.read_json("memory://data.jsonl.lmz", lines=True, storage_options={"compression": "lmz"})
    assert by_url.to_dict("records") == ROWS
    assert pandas.read_json(f"lmz://data.jsonl::file://{jsonl}", lines=True).to_dict("records") == ROWS


def test_dask(jsonl):
    bag = pytest.importorskip("dask.bag")
    lines = bag.read_text(jsonl, compression="infer", encoding="utf-8").map(json.loads)
    assert lines.compute(scheduler="threads") == ROWS


def test_datasets(jsonl, tmp_path):
    datasets = pytest.importorskip("datasets")
    for streaming in (True, False):
        rows = datasets.load_dataset("json", data_files=f"lmz://data.jsonl::{jsonl}", split="train",
                                     streaming=streaming, cache_dir=str(tmp_path / "cache"))
        assert list(rows) == ROWS
