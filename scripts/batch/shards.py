"""Text in .lmz shards, streamed into training: for PyTorch's DataLoader and for datasets.

    from shards import LmzLines, dataset
    loader = torch.utils.data.DataLoader(LmzLines(glob("data/*.jsonl.lmz"), json.loads), batch_size=32, num_workers=4)
    rows = dataset(glob("data/*.jsonl.lmz"), json.loads).shuffle(buffer_size=1000)

A shard is read as it is decoded, by one process at a time, in memory that does not depend on its size.
"""
from collections.abc import Callable, Iterator, Sequence

import lmzip
import torch.utils.data


def lines(shards: Sequence[str], parse: Callable[[str], object]) -> Iterator[object]:
    """What is in the shards, one after the other."""
    codec = lmzip.Codec(threads=1)  # the loader's processes share the cores
    for shard in shards:
        with lmzip.open(shard, "rt", encoding="utf-8", codec=codec) as file:
            for line in file:
                yield parse(line)


class LmzLines(torch.utils.data.IterableDataset):
    """Every line once, whatever the number of the loader's processes: they divide the shards."""

    def __init__(self, shards: Sequence[str], parse: Callable[[str], object] = str):
        self._shards, self._parse = sorted(shards), parse

    def __iter__(self) -> Iterator[object]:
        worker = torch.utils.data.get_worker_info()
        mine = self._shards[worker.id::worker.num_workers] if worker else self._shards
        return lines(mine, self._parse)


def dataset(shards: Sequence[str], parse: Callable[[str], object] = str):
    """An IterableDataset of datasets, which divides the shards by itself. `parse` gives dictionaries."""
    import datasets
    return datasets.IterableDataset.from_generator(lines, gen_kwargs={"shards": sorted(shards), "parse": parse})
