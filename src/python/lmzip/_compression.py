"""compression="lmz" in fsspec, and so in pandas, Dask and datasets; with "infer" for names that end in .lmz."""

from typing import IO

from fsspec.compression import compr, register_compression  # type: ignore[import-untyped]

from ._file import LmzFile


def _open(file: IO[bytes], mode: str = "rb", **_: object) -> LmzFile:
    return LmzFile(file, mode)


if "lmz" not in compr:
    register_compression("lmz", _open, "lmz")
