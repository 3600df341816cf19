"""What can go wrong, as a hierarchy of exceptions under :class:`Error`.

>>> import lmzip
>>> try:
...     lmzip.decompress(b"this is not lmzip")
... except lmzip.FormatError as error:
...     print(type(error).__name__, int(error.code))
BadMagicError 3
"""

from enum import IntEnum
from typing import ClassVar


class ErrorCode(IntEnum):
    """The library's codes: they stay as they are in later releases; there may be more."""

    USAGE = 1
    IO = 2
    BAD_MAGIC = 3
    UNSUPPORTED = 4
    MODEL_MISMATCH = 5
    MODEL_LOAD = 6
    TRUNCATED = 7
    CORRUPT = 8
    LIMIT = 9
    CANCELLED = 10


class Error(Exception):
    """Failures that the outside world can cause. The text says what, where, and what was expected."""

    code: ClassVar[ErrorCode]


class UsageError(Error, ValueError):
    """An option or a combination of options that makes no sense."""

    code = ErrorCode.USAGE


class IoError(Error, OSError):
    """A file or disk failed."""

    code = ErrorCode.IO


class FormatError(Error):
    """What is wrong with compressed data."""


class BadMagicError(FormatError):
    """Not lmzip data."""

    code = ErrorCode.BAD_MAGIC


class UnsupportedError(FormatError):
    """A version, flag or kind that this release does not know."""

    code = ErrorCode.UNSUPPORTED


class TruncatedError(FormatError, EOFError):
    """The data end early."""

    code = ErrorCode.TRUNCATED


class CorruptError(FormatError):
    """A check failed."""

    code = ErrorCode.CORRUPT


class ModelError(Error):
    """What is wrong with a model."""


class ModelMismatchError(ModelError):
    """The data were made with another model."""

    code = ErrorCode.MODEL_MISMATCH


class ModelLoadError(ModelError):
    """A model file that is damaged, out of limits or of another family."""

    code = ErrorCode.MODEL_LOAD


class LimitError(Error):
    """A cap such as memory_bytes or max_output would be exceeded."""

    code = ErrorCode.LIMIT


class CancelledError(Error):
    """The call was cancelled."""

    code = ErrorCode.CANCELLED


_BY_CODE: dict[int, type[Error]] = {
    kind.code: kind
    for kind in (UsageError, IoError, BadMagicError, UnsupportedError, ModelMismatchError, ModelLoadError,
                 TruncatedError, CorruptError, LimitError, CancelledError)
}


def of(code: int, message: str) -> Error:
    """The exception for a code of the library."""
    return _BY_CODE.get(code, Error)(message)
