"""Compressing on a Ray cluster: folders, and single files of any size, byte for byte as one machine writes them.

    import ray, lmzip.ray
    ray.init("auto")
    lmzip.ray.compress_file("/shared/crawl.jsonl", "/shared/crawl.jsonl.lmz", progress=True)
    lmzip.ray.compress_folder("/shared/dataset", "/shared/packed")

or `python -m lmzip.ray compress /shared/dataset /shared/packed`. Files lie where all workers see them under the same names.
A large file is worked on in parts, many small files are one task. Outputs appear whole or not at all, and parts stay in a
folder beside their target until it has them: a call that failed or was stopped goes on when it is made again. Tasks whose
worker died, or that could not read or write, are tried again. Whatever the workers, the outputs are the same bytes.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Unpack

from . import _calls
from ._calls import Progress
from ._cluster import Cluster, Compressing, Decompressing, Pair, Run, Summary, Way, ray
from ._codec import Codec, EncodeOptions
from ._codec import Path as PathLike

__all__ = ["PART_BYTES", "Cluster", "Summary", "compress_file", "compress_folder", "decompress_file", "decompress_folder"]

PART_BYTES = 64 << 20  #: of content in a task, and so what is lost when its worker dies
_SUFFIX = ".lmz"


def compress_file(source: PathLike, target: PathLike, *, cluster: Cluster | None = None, part_bytes: int = PART_BYTES,
                  overwrite: bool = False, progress: Progress = False, **options: Unpack[EncodeOptions]) -> Summary:
    """Compresses a file, by as many workers as it has parts."""
    return _one(Compressing(options, part_bytes), source, target, cluster, overwrite, progress)


def decompress_file(source: PathLike, target: PathLike, *, cluster: Cluster | None = None, part_bytes: int = PART_BYTES,
                    overwrite: bool = False, progress: Progress = False) -> Summary:
    """Decompresses a file. What copies content from far before it is one part with that."""
    return _one(Decompressing(part_bytes), source, target, cluster, overwrite, progress)


def compress_folder(folder: PathLike, target: PathLike | None = None, *, cluster: Cluster | None = None,
                    part_bytes: int = PART_BYTES, overwrite: bool = False, progress: Progress = False,
                    **options: Unpack[EncodeOptions]) -> Summary:
    """Compresses what a folder has, but for links and .lmz files, into another of the same structure, or beside it.

    Files whose targets are there are skipped. What fails stands in the summary; the others are done.
    """
    return _all(Compressing(options, part_bytes), _to_compress(os.fspath(folder), os.fspath(target or folder)),
                cluster, overwrite, progress)


def decompress_folder(folder: PathLike, target: PathLike | None = None, *, cluster: Cluster | None = None,
                      part_bytes: int = PART_BYTES, overwrite: bool = False, progress: Progress = False) -> Summary:
    """Decompresses a folder's .lmz files, as compress_folder() compresses."""
    return _all(Decompressing(part_bytes), _to_decompress(os.fspath(folder), os.fspath(target or folder)), cluster,
                overwrite, progress)


def _one(way: Way, source: PathLike, target: PathLike, cluster: Cluster | None, overwrite: bool,
         progress: Progress) -> Summary:
    pair = Pair(os.fspath(source), os.fspath(target))
    if not overwrite and os.path.lexists(pair.target):
        raise FileExistsError(f"{pair.target} is there")
    summary = _all(way, iter([pair]), cluster, overwrite, progress)
    for error in summary.failed.values():
        raise error
    return summary


def _all(way: Way, pairs: Iterator[Pair], cluster: Cluster | None, overwrite: bool, progress: Progress) -> Summary:
    with ExitStack() as stack:
        tell = progress if callable(progress) else stack.enter_context(_calls.bar(None)) if progress else None
        return Run(way, cluster or Cluster(), overwrite).over(pairs, tell)


def _to_compress(folder: str, target: str) -> Iterator[Pair]:
    for name in _files(folder):
        if not name.endswith(_SUFFIX):
            yield Pair(os.path.join(folder, name), os.path.join(target, name + _SUFFIX))


def _to_decompress(folder: str, target: str) -> Iterator[Pair]:
    for name in _files(folder):
        if name.endswith(_SUFFIX):
            yield Pair(os.path.join(folder, name), os.path.join(target, name.removesuffix(_SUFFIX)))


def _files(folder: str) -> Iterator[str]:
    """Names below a folder, of regular files, in order; not those of parts."""
    for head, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.endswith(".lmzip-parts"))
        for name in sorted(names):
            path = os.path.join(head, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, folder)


def _raise(error: OSError) -> None:
    raise error


def main(arguments: list[str] | None = None) -> int:
    """`python -m lmzip.ray`; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m lmzip.ray", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["compress", "decompress"])
    parser.add_argument("source", help="a file or a folder")
    parser.add_argument("target", help="likewise")
    parser.add_argument("--address", default="auto", help="of the cluster; local: one of this machine's CPUs")
    parser.add_argument("--effort", choices=["turbo", "fast", "default", "max"], default="default")
    parser.add_argument("--model", help="a name or path that all workers know")
    parser.add_argument("--overwrite", action="store_true")
    chosen = parser.parse_args(arguments)
    ray.init(chosen.address, log_to_driver=False)
    cluster = Cluster(Codec(chosen.model, threads=1))
    way: Way
    if chosen.command == "compress":
        way, pairs_of = Compressing({"effort": chosen.effort}, PART_BYTES), _to_compress
    else:
        way, pairs_of = Decompressing(PART_BYTES), _to_decompress
    is_folder = os.path.isdir(chosen.source)
    pairs = pairs_of(chosen.source, chosen.target) if is_folder else iter([Pair(chosen.source, chosen.target)])
    summary = _all(way, pairs, cluster, chosen.overwrite, progress=sys.stderr.isatty())
    for source in summary.skipped:
        print(f"lmzip: {source}: skipped, its target is there", file=sys.stderr)
    for source, error in summary.failed.items():
        print(f"lmzip: {source}: {error}", file=sys.stderr)
    print(f"{summary.files} files, {summary.raw_bytes} bytes of content, {summary.coded_bytes} compressed")
    return 1 if summary.failed or (summary.skipped and not is_folder) else 0


if __name__ == "__main__":
    sys.exit(main())
