"""fsspec's chained form lmz://NAME::URL: found by an entry point, without an import of lmzip."""

import os
from typing import Any, cast

import fsspec  # type: ignore[import-untyped]
from fsspec.archive import AbstractArchiveFileSystem  # type: ignore[import-untyped]

from ._file import LmzFile


class LmzFileSystem(AbstractArchiveFileSystem):  # type: ignore[misc]
    """The one file in a compressed file: "lmz://::URL", under the name without .lmz."""

    root_marker = ""
    protocol = "lmz"

    def __init__(self, fo: str = "", target_protocol: str | None = None,
                 target_options: dict[str, Any] | None = None, **options: Any):
        super().__init__(**options)
        self._target = fsspec.open(fo, mode="rb", protocol=target_protocol, **(target_options or {}))
        self._name = os.path.basename(self._target.path.split("::")[0]).removesuffix(".lmz")
        self.dir_cache: dict[str, dict[str, Any]] | None = None

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return cast(str, super()._strip_protocol(path)).lstrip("/")

    def _get_dirs(self) -> None:
        """All that is in here. Its size is not asked for: that would read all headers."""
        self.dir_cache = {self._name: {"name": self._name, "size": None, "type": "file"}}

    def _open(self, path: str, mode: str = "rb", **_: Any) -> LmzFile:
        if mode != "rb":
            raise ValueError("lmz:// is for reading; to write, use compression='lmz'")
        if self._strip_protocol(path) not in ("", self._name):
            raise FileNotFoundError(path)
        return LmzFile(self._target.open(), "rb")
