"""The hash by which the n-gram tables of family exact-1 are addressed (src/model/EXACT.md 4.1).

torchscript.py has it a second time: TorchScript takes constants from a function's own text alone.
"""
MULTIPLIER = 0x2C1B3C6D


def add(h, token):
    """The hash with one token more; h and token are int64. Nothing exceeds 63 bits."""
    return ((h ^ (h >> 15)) + token + 1) * MULTIPLIER & 0xFFFFFFFF


def row(h, rows):
    """The row of a table of `rows`, a power of two."""
    return h >> (33 - int(rows).bit_length())
