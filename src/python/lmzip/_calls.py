"""Serving calls of the native module: their input, output, progress and end."""

import importlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Protocol

from . import _native

#: Called now and then with the bytes of content that are done and the compressed bytes that they take;
#: True: a bar of tqdm.
Progress = Callable[[int, int], object] | bool

_SECONDS = 0.1  # between two reports of progress

_State = _native.Call.State


class Reader(Protocol):
    """What can be read in binary."""

    def read(self, size: int = ..., /) -> bytes: ...


class Writer(Protocol):
    """What can be written in binary. All of the bytes are taken, or what is returned says how many."""

    def write(self, data: bytes, /) -> int | None: ...


def write_all(file: Writer, data: bytes) -> None:
    """Also where write() takes less than it is given, as raw files do."""
    view = memoryview(data)
    while view:
        written = file.write(view)  # type: ignore[arg-type]
        view = view[len(view) if written is None else written:]


class Feeder:
    """Gives a call what it wants of a file. Behind what was passed over the call may pass over more: pieces
    begin small."""

    _LEAST, _MOST = 4 << 10, 256 << 10

    def __init__(self, source: Any):
        self._source = source
        self._piece = self._LEAST

    def pass_over(self, call: _native.Call) -> bool:
        """Moves on where the call does not need what comes; False where it does."""
        if not call.skips_bytes:
            return False
        here = self._source.tell()
        there = min(self._source.seek(0, 2), here + call.skips_bytes)
        self._source.seek(there)
        call.skipped(there - here)
        self._piece = self._LEAST
        return True

    def read(self) -> bytes:
        """The next piece; nothing at the end."""
        piece: bytes = self._source.read(self._piece)
        self._piece = min(2 * self._piece, self._MOST)
        return piece

    def answer(self, call: _native.Call) -> None:
        """To a call that wants input."""
        if self.pass_over(call):
            return
        if data := self.read():
            call.give(data)
        else:
            call.end()


def seekable(source: object) -> bool:
    """Whether a file can be sought in."""
    return bool(getattr(source, "seekable", lambda: False)())


def serve(call: _native.Call, source: Reader | None = None, write: Callable[[bytes], object] | None = None,
          progress: Progress = False, total: int | None = None) -> Any:
    """Sees a call to its end; what comes of it."""
    with ExitStack() as stack:
        stack.callback(call.cancel)  # nothing where the call is over
        feeder = Feeder(source)
        tell = progress if callable(progress) else stack.enter_context(bar(total)) if progress else None
        while (state := call.wait(_SECONDS)) is not _State.OVER:
            if tell:
                tell(call.raw_bytes, call.coded_bytes)
            if state is _State.WANTS_INPUT:
                feeder.answer(call)
            elif state is _State.HAS_OUTPUT and write is not None:
                write(call.take())
        result = call.result()
        if write is not None and call.output_bytes:
            write(call.take())
        if tell:
            tell(call.raw_bytes, call.coded_bytes)
        return result


class bar:
    """A bar of tqdm that moves by content."""

    def __init__(self, total: int | None):
        try:
            tqdm = importlib.import_module("tqdm.auto").tqdm
        except ImportError as error:
            raise ImportError("progress=True shows a bar of tqdm: pip install lmzip[progress]") from error
        self._bar = tqdm(total=total, unit="B", unit_scale=True)

    def __enter__(self) -> Callable[[int, int], object]:
        return lambda raw_bytes, _: self._bar.update(raw_bytes - self._bar.n)

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def output_of(call: _native.Call, progress: Progress = False, total: int | None = None) -> bytes:
    """The output of a call that needs no input but what it has."""
    pieces: list[bytes] = []
    serve(call, write=pieces.append, progress=progress, total=total)
    return b"".join(pieces)
