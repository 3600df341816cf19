"""scripts/batch/shards.py: streaming into training."""

import json
import sys
from pathlib import Path

import lmzip
import pytest

torch = pytest.importorskip("torch")
sys.path.insert(0, str(Path(__file__).parent.parent.parent / "scripts/batch"))
ROWS = [{"n": i} for i in range(70)]


@pytest.fixture
def shards(tmp_path):
    for shard in range(5):
        with lmzip.open(tmp_path / f"{shard}.jsonl.lmz", "wt") as file:
            file.writelines(json.dumps(row) + "\n" for row in ROWS[shard::5])
    return [str(path) for path in tmp_path.iterdir()]


@pytest.mark.parametrize("workers", [0, 2, 7])
def test_every_row_once(shards, workers):
    from shards import LmzLines
    lmzip.decompress(lmzip.compress(b"the parent has codecs, too"))
    loader = torch.utils.data.DataLoader(LmzLines(shards, json.loads), batch_size=4, num_workers=workers)
    assert sorted(int(n) for batch in loader for n in batch["n"]) == list(range(70))


def test_datasets(shards):
    pytest.importorskip("datasets")
    from shards import dataset
    rows = dataset(shards, json.loads)
    assert rows.num_shards == 5
    assert sorted(row["n"] for row in rows.shuffle(seed=1, buffer_size=10)) == list(range(70))
