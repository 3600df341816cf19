"""scripts/overlap.py: pieces of evaluation files that stand in the corpus."""
import numpy as np

import overlap


def test_finds_just_the_pieces_that_occur(monkeypatch):
    monkeypatch.setattr(overlap, 'BLOCK', 1000)         # so that pieces lie across blocks
    rng = np.random.default_rng(1)
    tokens = rng.integers(0, 256, 5000, np.uint8)
    inside = {tokens[at:at + overlap.PIECE].tobytes() for at in (0, 17, 960, 999, 1000, 4952)}
    outside = set()
    for at in (5, 2000):                                # alike where they are looked up, different at one end
        piece = bytearray(tokens[at:at + overlap.PIECE].tobytes())
        piece[-1] ^= 1
        outside.add(bytes(piece))
    outside.add(rng.integers(0, 256, overlap.PIECE, np.uint8).tobytes())
    assert overlap.found(tokens, inside | outside) == inside


def test_padding_is_no_piece():
    text = bytes(range(48))
    assert overlap.pieces_of(b' ' * 48 + text + b'abab' * 12 + text[:-1]) == [48]
