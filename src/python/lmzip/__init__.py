"""Lossless compression with language models as predictors.

>>> import lmzip
>>> coded = lmzip.compress(b"to be or not to be, that is the question")
>>> lmzip.decompress(coded)
b'to be or not to be, that is the question'
"""

from ._calls import Progress
from ._codec import Codec, CodecOptions, Cost, EncodeOptions, compress, cost, decompress, join_parts, models, sample
from ._codec import list_frames as list  # noqa: A004
from ._errors import (
    BadMagicError,
    CancelledError,
    CorruptError,
    Error,
    ErrorCode,
    FormatError,
    IoError,
    LimitError,
    ModelError,
    ModelLoadError,
    ModelMismatchError,
    TruncatedError,
    UnsupportedError,
    UsageError,
)
from ._file import LmzFile, open  # noqa: A004
from ._imports import when_imported
from ._incremental import LmzCompressor, LmzDecompressor
from ._native import (
    Damage,
    DecodeReport,
    EncodeReport,
    FrameEntry,
    Listing,
    Model,
    SegmentEntry,
    data_kinds,
    instruction_set,
    looks_compressed,
    version,
)

__version__ = version()
__all__ = [
    "BadMagicError", "CancelledError", "Codec", "CodecOptions", "CorruptError", "Cost", "Damage", "DecodeReport",
    "EncodeOptions", "EncodeReport", "Error", "ErrorCode", "FormatError", "FrameEntry", "IoError", "LimitError",
    "Listing", "LmzCompressor", "LmzDecompressor", "LmzFile", "Model", "ModelError", "ModelLoadError",
    "ModelMismatchError", "Progress", "SegmentEntry", "TruncatedError", "UnsupportedError", "UsageError", "compress",
    "cost", "data_kinds", "decompress", "instruction_set", "join_parts", "list", "looks_compressed", "models", "open", "sample",
    "version",
]

when_imported("fsspec.compression", lambda: __import__("lmzip._compression"))
