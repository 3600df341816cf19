"""Compressing and decompressing piece by piece."""

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Unpack

from . import _native
from ._codec import Codec, EncodeOptions, shared_codec
from ._errors import Error

if TYPE_CHECKING:
    from typing_extensions import Buffer

_State = _native.Call.State
_LONG = 3600.0  # seconds; signals are seen meanwhile


class Pipe:
    """Input into a call, and output out of it, as much as there is at a time."""

    def __init__(self, call: _native.Call):
        self.call = call
        self._inputs: deque[bytes] = deque()  # that the call has not wanted yet
        self._ended = False

    def feed(self, data: "Buffer") -> None:
        """More input. Raises ValueError when it has ended."""
        if self._ended:
            raise ValueError("data behind the end: flush() was called")
        if memoryview(data).nbytes:
            self._inputs.append(bytes(data))

    def end(self) -> None:
        """There is no more input."""
        self._ended = True

    def take(self, most: int = -1) -> bytes:
        """Output: what the input gives, or `most` bytes of it. What ended the call is raised when the
        output before it was taken."""
        pieces: list[bytes] = []
        left = most
        while left != 0:
            state = self.call.wait(_LONG)
            if piece := self.call.take(left):
                pieces.append(piece)
                left -= len(piece) if left > 0 else 0
            elif state is _State.OVER:
                if not pieces:
                    self.call.result()
                break
            elif state is _State.WANTS_INPUT and not self._answer():
                break
        return b"".join(pieces)

    def _answer(self) -> bool:
        if self._inputs:
            self.call.give(self._inputs.popleft())
        elif self._ended:
            self.call.end()
        else:
            return False
        return True

    def rest(self) -> bytes:
        """Output, all that is left of it. Raises what ended the call, if something did."""
        self.end()
        output = self.take()
        self.call.result()
        return output

    @property
    def over(self) -> bool:
        """The input has ended, and all output was taken."""
        return self._ended and not self.call.output_bytes and self.call.wait(0) is _State.OVER

    @property
    def starved(self) -> bool:
        """There is no output without more input."""
        if self._ended or self._inputs or self.call.output_bytes:
            return False
        return self.call.wait(_LONG) is _State.WANTS_INPUT and not self.call.output_bytes


class LmzCompressor:
    """Makes one compressed stream of many pieces: the same bytes as compress() of all of them.

    >>> compressor = lmzip.LmzCompressor()
    >>> coded = compressor.compress(b"to be ") + compressor.compress(b"or not to be") + compressor.flush()
    >>> coded == lmzip.compress(b"to be or not to be")
    True
    """

    def __init__(self, *, codec: Codec | None = None, **options: Unpack[EncodeOptions]):
        self._pipe = Pipe((codec or shared_codec()).start_compress(None, **options))
        self._flushed = False

    def compress(self, data: "Buffer") -> bytes:
        """Takes the data; returns what is compressed so far: often nothing, for frames are long."""
        self._pipe.feed(data)
        return self._pipe.take()

    def flush(self) -> bytes:
        """Ends the stream, and returns what is left of it."""
        if self._flushed:
            raise ValueError("flush() was called already")
        self._flushed = True
        return self._pipe.rest()


class LmzDecompressor:
    """Decompresses pieces of streams, of one or of several behind each other, as they come.

    >>> coded = lmzip.compress(b"to be or not to be")
    >>> decompressor = lmzip.LmzDecompressor()
    >>> content = b"".join(decompressor.decompress(coded[i:i + 5]) for i in range(0, len(coded), 5))
    >>> content + decompressor.flush()
    b'to be or not to be'
    """

    def __init__(self, *, codec: Codec | None = None, max_output: int | None = None):
        self._pipe = Pipe((codec or shared_codec()).start_decompress(0, False, max_output))

    @property
    def eof(self) -> bool:
        """Whether the input has ended with a whole stream, and everything was returned."""
        with suppress(Error):
            return self._pipe.over and self._pipe.call.result() is not None
        return False

    @property
    def needs_input(self) -> bool:
        """Whether decompress() returns nothing more before it gets more."""
        return self._pipe.starved

    def decompress(self, data: "Buffer", max_length: int = -1) -> bytes:
        """Takes the data; returns content, at most `max_length` bytes of it.

        With a limit, give b"" until needs_input says that there is no more of it.
        """
        if memoryview(data).nbytes:
            self._pipe.feed(data)
        return self._pipe.take(max_length)

    def flush(self) -> bytes:
        """Ends the input, and returns what is left. Raises TruncatedError where the end is missing."""
        return self._pipe.rest()
