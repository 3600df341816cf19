"""Compressing and decompressing: Codec, and functions that use one."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypedDict, Unpack, cast

from . import _calls, _native
from ._calls import Progress, Reader, Writer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from typing_extensions import Buffer

Path = str | os.PathLike[str]


class CodecOptions(TypedDict, total=False):
    """Keyword arguments of :class:`Codec`."""

    engine: Literal["auto", "native", "torch"]
    device: str  #: "cpu", "cuda" or "cuda:N"
    threads: int  #: 0: one for each CPU that the process may use
    memory_bytes: int  #: cap on buffers, tables and model states
    model_folders: Sequence[Path]  #: searched for models before all others
    references: Path | Sequence[Path]  #: files that whoever decodes has, too; a path alone is one of them
    plugin_folder: Path  #: of the plug-ins (libtorch, SentencePiece), instead of the package's own


class EncodeOptions(TypedDict, total=False):
    """Keyword arguments of what compresses."""

    method: Literal["auto", "lm+mix", "lm", "mix", "store"]
    effort: Literal["turbo", "fast", "default", "max"]
    frame_bytes: int  #: of content; frames are coded in parallel and decoded alone
    lanes: int  #: 0: by rule; else a power of two up to 64
    segment_bytes: int  #: 0: by rule; else a power of two from 16 to 64 MiB
    typed_segments: bool  #: models of their own for pictures, sound and others
    data_kind: str  #: of all content: a line of data_kinds(), such as "raw16le:2"
    verify: bool  #: decode every frame and compare before it is written
    window_bytes: int | None  #: how far before a frame what it repeats may stand; None: by memory_bytes; 0: nowhere


@dataclass(frozen=True)
class Cost:
    """What content costs, byte by byte: arrays of as many bits as it has bytes.

    What codes a token stands at its first byte, a copy's cost at the copy's, zeros behind them.
    """

    network: "NDArray[np.float64]"  #: by the network alone; zeros without one
    mixer: "NDArray[np.float64]"  #: by the mixer, before its last correction; zeros without one
    result: "NDArray[np.float64]"  #: by what codes the byte
    coded_bytes: int  #: of the file, but for 0.1 % and 16 bytes a frame
    frames: list[_native.FrameEntry]  #: as they would be

    @property
    def bits_per_byte(self) -> float:
        """The mean of the result; 0 of nothing."""
        return float(self.result.mean()) if len(self.result) else 0.0


def size_of(data: "Buffer") -> int:
    """In bytes."""
    return memoryview(data).nbytes


def size_left(source: object) -> int | None:
    """In bytes, of a file that can tell."""
    if not _calls.seekable(source):
        return None
    file = cast(BinaryIO, source)
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here


def size_of_file(path: Path) -> int | None:
    """In bytes; what fails here is told by those who open it."""
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def paths_of(paths: Path | Sequence[Path]) -> tuple[Path, ...]:
    """One or several, as several."""
    return (paths,) if isinstance(paths, str | os.PathLike) else tuple(paths)


class Codec:
    """A model, threads and a memory budget, for any number of calls, from any number of threads.

    The model is loaded at its first use. A codec can be pickled, and used in a forked process: what
    it needs is made anew there.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> import lmzip
    >>> codec = lmzip.Codec(threads=2)
    >>> documents = [b"To be, or not to be", b"that is the question"]
    >>> with ThreadPoolExecutor() as pool:  # a batch: small frames share the network's steps
    ...     coded = list(pool.map(codec.compress, documents))
    >>> [codec.decompress(one) for one in coded] == documents
    True
    """

    def __init__(self, model: str | None = None, **options: Unpack[CodecOptions]):
        self._arguments = (model, options)
        known = cast(dict[str, Any], dict(options))
        known["model_folders"] = [os.fsencode(folder) for folder in options.get("model_folders", ())]
        known["references"] = [os.fsencode(path) for path in paths_of(options.get("references", ()))]
        known["plugin_folder"] = os.fsencode(options.get("plugin_folder", ""))
        self._native = _native.Codec(model or "", **known)

    def __reduce__(self) -> tuple[Any, ...]:
        return _new_codec, self._arguments

    def __repr__(self) -> str:
        model, options = self._arguments
        words = [repr(model)] * (model is not None) + [f"{name}={value!r}" for name, value in options.items()]
        return f"Codec({', '.join(words)})"

    @property
    def threads(self) -> int:
        """0: one for each CPU that the process may use."""
        return self._arguments[1].get("threads", 0)

    @property
    def memory_bytes(self) -> int:
        """The cap on buffers, tables and model states."""
        return self._arguments[1].get("memory_bytes", _native.MEMORY_BYTES)

    def compress(self, data: "Buffer", *, progress: Progress = False, **options: Unpack[EncodeOptions]) -> bytes:
        """Compresses bytes, or anything with a buffer."""
        call = self.start_compress(data, **options)
        return _calls.output_of(call, progress, size_of(data))

    def decompress(self, data: "Buffer", *, begin: int = 0, end: int | None = None, max_output: int | None = None,
                   progress: Progress = False) -> bytes:
        """The content, or its bytes from `begin` to `end`: of frames outside only headers are read.

        Content of unknown origin may be as large as it likes: see `max_output`.
        """
        call = self._native.decompress(data, begin=begin, end=end, max_output=max_output)
        return _calls.output_of(call, progress)

    def compress_stream(self, source: Reader, sink: Writer, *, progress: Progress = False,
                        **options: Unpack[EncodeOptions]) -> _native.EncodeReport:
        """Compresses a binary file into another."""
        call = self.start_compress(None, **options)
        return cast(_native.EncodeReport, _calls.serve(
            call, source, lambda data: _calls.write_all(sink, data), progress, size_left(source)))

    def decompress_stream(self, source: Reader, sink: Writer, *, begin: int = 0, end: int | None = None,
                          keep_going: bool = False, max_output: int | None = None,
                          progress: Progress = False) -> _native.DecodeReport:
        """Decompresses a binary file into another.

        keep_going: goes on behind damage; the report says what was lost.
        """
        call = self._native.decompress(None, begin=begin, end=end, keep_going=keep_going, max_output=max_output,
                                       seekable=_calls.seekable(source))
        return cast(_native.DecodeReport, _calls.serve(
            call, source, lambda data: _calls.write_all(sink, data), progress))

    def compress_file(self, source: Path, target: Path, *, overwrite: bool = False, progress: Progress = False,
                      **options: Unpack[EncodeOptions]) -> _native.EncodeReport:
        """Compresses a file; `target` appears whole or not at all, whatever ends the process."""
        call = self._native.compress_file(os.fsencode(source), os.fsencode(target), overwrite, _native.EncodeOptions(**options))
        return cast(_native.EncodeReport, _calls.serve(call, progress=progress, total=size_of_file(source)))

    def compress_part(self, source: Path, target: Path, begin: int, end: int | None = None, *, overwrite: bool = False,
                      progress: Progress = False, **options: Unpack[EncodeOptions]) -> _native.EncodeReport:
        """Writes what a part of a file's content makes of its stream: join_parts() makes the stream of all of them.

        `begin` and `end` are multiples of frame_bytes, 16 MiB by default; None: the content's end.
        """
        call = self._native.compress_part(os.fsencode(source), os.fsencode(target), begin, end, overwrite,
                                          _native.EncodeOptions(**options))
        return cast(_native.EncodeReport, _calls.serve(call, progress=progress))

    def decompress_file(self, source: Path, target: Path, *, begin: int = 0, end: int | None = None,
                        overwrite: bool = False, max_output: int | None = None,
                        progress: Progress = False) -> _native.DecodeReport:
        """Decompresses a file, or its bytes from `begin` to `end`; `target` appears whole or not at all, whatever
        ends the process."""
        call = self._native.decompress_file(os.fsencode(source), os.fsencode(target), overwrite, begin, end, max_output)
        return cast(_native.DecodeReport, _calls.serve(call, progress=progress))

    def cost(self, data: "Buffer", *, progress: Progress = False, **options: Unpack[EncodeOptions]) -> Cost:
        """What every byte would cost in compress(), in NumPy arrays."""
        call = self._native.cost(data, _native.EncodeOptions(**options))
        costs, report = _calls.serve(call, progress=progress, total=size_of(data))
        network, mixer, result = (costs / float(1 << 24)).T  # from 1/2^24 bit
        return Cost(network, mixer, result, report.coded_bytes, report.frames)

    def sample(self, size: int, *, prompt: bytes = b"", seed: int = 0, temperature: float = 1.0, top_p: float = 1.0,
               progress: Progress = False, **options: Unpack[EncodeOptions]) -> bytes:
        """`size` bytes that might follow `prompt`; the same for the same arguments, everywhere."""
        call = self._native.sample(prompt, size, seed, temperature, top_p, _native.EncodeOptions(**options))
        return _calls.output_of(call, progress, len(prompt) + size)

    def start_compress(self, data: "Buffer | None", **options: Unpack[EncodeOptions]) -> _native.Call:
        """Of the package's own: a call that wants to be served."""
        return self._native.compress(data, _native.EncodeOptions(**options))

    def start_decompress(self, begin: int, seekable: bool, max_output: int | None = None) -> _native.Call:
        """Of the package's own: a call that wants to be served."""
        return self._native.decompress(None, begin=begin, seekable=seekable, max_output=max_output)


def _new_codec(model: str | None, options: CodecOptions) -> Codec:
    return Codec(model, **options)


@lru_cache(maxsize=4)
def _kept_codec(model: str | None, references: tuple[Path, ...], _state: object) -> Codec:
    return Codec(model, references=references)


def shared_codec(model: str | None = None, reference: Path | Sequence[Path] = ()) -> Codec:
    """The codec of the functions that are given none; of files as they are now."""
    references = paths_of(reference)
    states = tuple((state.st_ino, state.st_size, state.st_mtime_ns) for state in map(os.stat, references))
    return _kept_codec(model, references, states)


def compress(data: "Buffer", *, model: str | None = None, reference: Path | Sequence[Path] = (),
             progress: Progress = False, **options: Unpack[EncodeOptions]) -> bytes:
    """Compresses bytes, or anything with a buffer.

    >>> coded = lmzip.compress(b"to be or not to be")
    >>> lmzip.decompress(coded)
    b'to be or not to be'

    reference: a file, or several, that whoever decompresses has, too. What data repeat of them costs next to nothing.
    """
    return shared_codec(model, reference).compress(data, progress=progress, **options)


def decompress(data: "Buffer", *, reference: Path | Sequence[Path] = (), begin: int = 0, end: int | None = None,
               max_output: int | None = None, progress: Progress = False) -> bytes:
    """The content of compressed bytes, or a part of it.

    >>> lmzip.decompress(lmzip.compress(b"to be or not to be"), begin=3, end=5)
    b'be'

    reference: the files that they were compressed by; ModelMismatchError says where they are others.
    """
    codec = shared_codec(reference=reference)
    return codec.decompress(data, begin=begin, end=end, max_output=max_output, progress=progress)


def cost(data: "Buffer", *, model: str | None = None, progress: Progress = False,
         **options: Unpack[EncodeOptions]) -> Cost:
    """What every byte would cost in compress(), in NumPy arrays.

    >>> cost = lmzip.cost(b"The capital of France is Paris.")
    >>> cost.result.shape, cost.result[0] > cost.result[-1]  # the first letter tells more than the full stop
    ((31,), np.True_)
    """
    return shared_codec(model).cost(data, progress=progress, **options)


def sample(size: int, *, prompt: bytes = b"", seed: int = 0, temperature: float = 1.0, top_p: float = 1.0,
           model: str | None = None, **options: Unpack[EncodeOptions]) -> bytes:
    """`size` bytes that might follow `prompt`; the same for the same arguments, everywhere.

    >>> text = lmzip.sample(20, prompt=b"Once upon a time", seed=1)
    >>> len(text), text == lmzip.sample(20, prompt=b"Once upon a time", seed=1)
    (20, True)
    """
    return shared_codec(model).sample(size, prompt=prompt, seed=seed, temperature=temperature, top_p=top_p, **options)


def list_frames(source: "Path | Reader | Buffer") -> _native.Listing:
    """What a compressed file, an open one, or bytes hold: headers are read alone, no model is needed.

    >>> listing = lmzip.list(lmzip.compress(b"to be or not to be"))
    >>> listing.raw_bytes, len(listing.frames)
    (18, 1)
    """
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            return list_frames(file)
    if hasattr(source, "read"):
        call = _native.list_frames(None, _calls.seekable(source))
        return cast(_native.Listing, _calls.serve(call, cast(Reader, source)))
    return cast(_native.Listing, _calls.serve(_native.list_frames(source)))


def join_parts(parts: Sequence[Path], target: Path, *, overwrite: bool = False) -> _native.EncodeReport:
    """Makes one stream of the files that Codec.compress_part() wrote, in the content's order: what compress_file()
    would have written. Their checks are compared; nothing is decoded."""
    call = _native.join_parts([os.fsencode(part) for part in parts], os.fsencode(target), overwrite)
    return cast(_native.EncodeReport, _calls.serve(call))


def models(folders: Sequence[Path] = ()) -> list[_native.Model]:
    """The linked-in model and every model that is found, those of `folders` first.

    >>> lmzip.models()[0].name
    'base'
    """
    return _native.models([os.fspath(folder) for folder in folders])
