"""LmzCompressor and LmzDecompressor."""

import random

import lmzip
import pytest


def pieces_of(data, seed):
    chooser = random.Random(seed)
    while data:
        size = chooser.choice([1, 3, 100, 5000, 70000])
        yield data[:size]
        data = data[size:]


@pytest.mark.parametrize("seed", range(3))
def test_pieces_make_what_the_whole_makes(mixed, frames, seed):
    compressor = lmzip.LmzCompressor(effort="fast", frame_bytes=20_000)
    coded = b"".join(compressor.compress(piece) for piece in pieces_of(mixed, seed)) + compressor.flush()
    assert coded == frames
    decompressor = lmzip.LmzDecompressor()
    content = b"".join(decompressor.decompress(piece) for piece in pieces_of(coded, seed))
    assert not decompressor.eof
    assert content + decompressor.flush() == mixed
    assert decompressor.eof and not decompressor.needs_input


def test_output_comes_before_the_end(mixed, frames):
    decompressor = lmzip.LmzDecompressor(codec=lmzip.Codec(threads=1))
    assert mixed.startswith(decompressor.decompress(frames[:-200]) or b"nothing")


@pytest.mark.parametrize("most", [1, 1000, 10**6])
def test_limits_of_a_call(text, most):
    text = text[:2000] if most == 1 else text
    coded = lmzip.compress(text, effort="fast")
    decompressor = lmzip.LmzDecompressor()
    content = decompressor.decompress(coded, most)
    while piece := decompressor.decompress(b"", most):
        assert len(piece) <= most
        content += piece
    assert content + decompressor.flush() == text


def test_streams_in_a_row(text):
    coded = lmzip.compress(text[:300]) + bytes(7) + lmzip.compress(text[300:600])
    decompressor = lmzip.LmzDecompressor()
    assert decompressor.decompress(coded) + decompressor.flush() == text[:600]


def test_misuse_and_damage(frames):
    compressor = lmzip.LmzCompressor()
    compressor.flush()
    with pytest.raises(ValueError):
        compressor.compress(b"more")
    with pytest.raises(ValueError):
        compressor.flush()
    for bad, kind in ((frames[:-3], lmzip.TruncatedError), (b"", lmzip.TruncatedError), (b"text", lmzip.BadMagicError)):
        decompressor = lmzip.LmzDecompressor()
        with pytest.raises(kind):
            decompressor.decompress(bad)
            decompressor.flush()
    with pytest.raises(lmzip.LimitError):
        lmzip.LmzDecompressor(max_output=10).decompress(frames)


def test_left_alone_in_the_middle(mixed):
    for _ in range(20):
        lmzip.LmzCompressor(effort="fast").compress(mixed)
        lmzip.LmzDecompressor().decompress(lmzip.compress(mixed[:100])[:20])
