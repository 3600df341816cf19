"""Compressed files that look like others: LmzFile and open()."""

import bisect
import builtins
import io
import os
from itertools import accumulate
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, Unpack, cast, overload

from . import _calls
from ._codec import Codec, EncodeOptions, Path, list_frames, shared_codec
from ._incremental import LmzCompressor, Pipe

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from typing_extensions import Buffer

_MODES = {"r": "rb", "rb": "rb", "w": "wb", "wb": "wb", "x": "xb", "xb": "xb", "a": "ab", "ab": "ab"}


class _Reader(io.RawIOBase):
    """Content of compressed streams, from where their file stands. Seeking reads headers alone, and decodes
    the frame that it comes to."""

    def __init__(self, file: BinaryIO, codec: Codec):
        self._file = file
        self._codec = codec
        self._feeder = _calls.Feeder(file)
        self._seekable = _calls.seekable(file)
        self._origin = file.tell() if self._seekable else 0
        self._position = 0
        self._frame_ends: list[int] | None = None
        self._start(0)

    def _start(self, begin: int) -> None:
        self._pipe = Pipe(self._codec.start_decompress(begin, self._seekable))
        self._position = begin

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._seekable

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        with memoryview(buffer) as view, view.cast("B") as room:
            data = self._read(len(room))
            room[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        while size:
            data = self._pipe.take(size)
            if data or self._pipe.over:
                return data
            if not self._pipe.starved or self._feeder.pass_over(self._pipe.call):
                continue
            if piece := self._feeder.read():
                self._pipe.feed(piece)
            else:
                self._pipe.end()
        return b""

    def _ends(self) -> list[int]:
        """Where the frames' contents end."""
        if self._frame_ends is None:
            here = self._file.tell()
            self._file.seek(self._origin)
            frames = list_frames(self._file).frames
            self._file.seek(here)
            self._frame_ends = list(accumulate(frame.raw_bytes for frame in frames))
        return self._frame_ends

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if not self._seekable:
            raise io.UnsupportedOperation("the file below cannot seek")
        ends = self._ends()
        size = ends[-1] if ends else 0
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: size}
        if whence not in base:
            raise ValueError(f"whence is {whence}, but can be 0, 1 or 2")
        target = min(max(base[whence] + offset, 0), size)
        if target < self._position or bisect.bisect(ends, target) != bisect.bisect(ends, self._position):
            self._file.seek(self._origin)
            self._start(target)
        while self._position < target:
            self._position += len(self._read(min(target - self._position, 1 << 20)))
        return target

    def close(self) -> None:
        self._pipe.call.cancel()
        super().close()


class LmzFile(io.BufferedIOBase):
    """A binary file of compressed content, as lzma.LZMAFile.

    Opened for reading it can be read, iterated by lines, and, where the file below can, sought in: parts
    are found by frames (`frame_bytes`). "a" adds a stream behind those that are there.

    >>> import os, tempfile
    >>> name = os.path.join(tempfile.mkdtemp(), "notes.txt.lmz")
    >>> with lmzip.LmzFile(name, "w") as file:
    ...     file.write(b"to be\\nor not to be\\n")
    19
    >>> with lmzip.LmzFile(name) as file:
    ...     file.seek(6), [*file]
    (6, [b'or not to be\\n'])
    """

    def __init__(self, filename: Path | IO[bytes], mode: str = "r", *, codec: Codec | None = None,
                 **options: Unpack[EncodeOptions]):
        if mode not in _MODES:
            raise ValueError(f"mode is {mode!r}, but can be one of {', '.join(_MODES)}")
        self._mode = _MODES[mode]
        codec = codec or shared_codec()
        self._own = isinstance(filename, str | os.PathLike)
        self._file = cast(Any, builtins.open(filename, self._mode) if isinstance(filename, str | os.PathLike) else filename)
        self._position = 0
        self._compressor: LmzCompressor | None = None
        self._buffer: io.BufferedReader | None = None
        try:
            if self._mode == "rb":
                if options:
                    raise TypeError(f"options of compression for reading: {', '.join(options)}")
                self._buffer = io.BufferedReader(_Reader(self._file, codec), 64 << 10)
            else:
                self._compressor = LmzCompressor(codec=codec, **options)
        except BaseException:
            if self._own:
                self._file.close()
            raise

    @property
    def name(self) -> Any:
        """Of the file below."""
        return self._file.name

    @property
    def mode(self) -> str:
        """"rb", "wb", "xb" or "ab"."""
        return self._mode

    def _reading(self) -> io.BufferedReader:
        self._check_open()
        if self._buffer is None:
            raise io.UnsupportedOperation("not open for reading")
        return self._buffer

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on a closed file")

    def readable(self) -> bool:
        self._check_open()
        return self._buffer is not None

    def writable(self) -> bool:
        self._check_open()
        return self._compressor is not None

    def seekable(self) -> bool:
        self._check_open()
        return self._buffer is not None and self._buffer.seekable()

    def fileno(self) -> int:
        self._check_open()
        return int(self._file.fileno())

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes of content; all of it without."""
        return self._reading().read(size)

    def read1(self, size: int = -1) -> bytes:
        return self._reading().read1(io.DEFAULT_BUFFER_SIZE if size < 0 else size)

    def peek(self, size: int = 0) -> bytes:
        """Content that comes next, without moving on; at least a byte but at the end."""
        return self._reading().peek(size)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        return self._reading().readinto(buffer)

    def readline(self, size: int | None = -1) -> bytes:
        return self._reading().readline(-1 if size is None else size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves in the content; behind its end is at its end."""
        return self._reading().seek(offset, whence)

    def tell(self) -> int:
        """In the content."""
        self._check_open()
        return self._position if self._buffer is None else self._buffer.tell()

    def write(self, data: "Buffer") -> int:
        """Takes all of the data; they are in the file after close()."""
        self._check_open()
        if self._compressor is None:
            raise io.UnsupportedOperation("not open for writing")
        _calls.write_all(self._file, self._compressor.compress(data))
        size = memoryview(data).nbytes
        self._position += size
        return size

    def close(self) -> None:
        """Ends the stream; closes the file below if this has opened it."""
        if self.closed:
            return
        try:
            if self._buffer is not None:
                self._buffer.close()
            elif self._compressor is not None:
                _calls.write_all(self._file, self._compressor.flush())
        finally:
            try:
                if self._own:
                    self._file.close()
            finally:
                super().close()


@overload
def open(filename: Path | IO[bytes], mode: Literal["r", "rb", "w", "wb", "x", "xb", "a", "ab"] = "rb", *,
         codec: Codec | None = None, encoding: None = None, errors: None = None, newline: None = None,
         **options: Unpack[EncodeOptions]) -> LmzFile: ...


@overload
def open(filename: Path | IO[bytes], mode: Literal["rt", "wt", "xt", "at"], *, codec: Codec | None = None,
         encoding: str | None = None, errors: str | None = None, newline: str | None = None,
         **options: Unpack[EncodeOptions]) -> io.TextIOWrapper: ...


def open(filename: Path | IO[bytes], mode: str = "rb", *, codec: Codec | None = None, encoding: str | None = None,
         errors: str | None = None, newline: str | None = None,
         **options: Unpack[EncodeOptions]) -> LmzFile | io.TextIOWrapper:
    """Opens a compressed file, in binary or, with "t" in the mode, as text.

    >>> import os, tempfile
    >>> name = os.path.join(tempfile.mkdtemp(), "notes.txt.lmz")
    >>> with lmzip.open(name, "wt", encoding="utf-8") as file:
    ...     print("Wäre das nicht schön?", file=file)
    >>> with lmzip.open(name, "rt", encoding="utf-8") as file:
    ...     file.read()
    'Wäre das nicht schön?\\n'
    """
    text = "t" in mode
    if not text and (encoding, errors, newline) != (None, None, None):
        raise ValueError("encoding, errors and newline are for text: add t to the mode")
    file = LmzFile(filename, mode.replace("t", "", 1), codec=codec, **options)
    return io.TextIOWrapper(file, encoding or "utf-8", errors, newline) if text else file
