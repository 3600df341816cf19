"""list(), cost(), sample(), models()."""

import io

import lmzip
import pytest


def test_a_listing_adds_up(mixed, frames, tmp_path):
    (tmp_path / "f.lmz").write_bytes(frames)
    for source in (frames, tmp_path / "f.lmz", str(tmp_path / "f.lmz"), io.BytesIO(frames)):
        listing = lmzip.list(source)
        assert (listing.raw_bytes, listing.coded_bytes, listing.streams) == (len(mixed), len(frames), 1)
        assert sum(frame.raw_bytes for frame in listing.frames) == len(mixed)
        assert [frame.offset for frame in listing.frames] == sorted(frame.offset for frame in listing.frames)
    assert repr(listing.frames[0]).startswith("FrameEntry(stream=0, offset=")
    with pytest.raises(AttributeError):
        listing.raw_bytes = 0
    with pytest.raises(lmzip.TruncatedError):
        lmzip.list(frames[:-1])


def test_a_cost_is_the_files(text):
    np = pytest.importorskip("numpy")
    cost = lmzip.cost(text, effort="max")
    coded = lmzip.compress(text, effort="max")
    for part in (cost.network, cost.mixer, cost.result):
        assert part.shape == (len(text),) and part.dtype == np.float64 and (part >= 0).all() and part.sum() > 0
    assert abs(cost.coded_bytes - len(coded)) <= len(coded) * 0.001 + 16
    assert cost.result.sum() / 8 == pytest.approx(len(coded), abs=40)
    assert cost.bits_per_byte == pytest.approx(8 * cost.result.sum() / 8 / len(text))
    assert cost.result.sum() < cost.network.sum()
    assert lmzip.cost(b"").bits_per_byte == 0
    assert not lmzip.cost(text, method="mix").network.any()


def test_samples_are_the_same_again():
    once = lmzip.sample(30, prompt=b"The ", seed=3)
    assert len(once) == 30 and once == lmzip.sample(30, prompt=b"The ", seed=3)
    assert once != lmzip.sample(30, prompt=b"The ", seed=4)
    assert lmzip.sample(12, prompt=b"abcabcabcabc", temperature=0) == lmzip.sample(
        12, prompt=b"abcabcabcabc", temperature=0, seed=9)
    with pytest.raises(lmzip.UsageError):
        lmzip.sample(10, temperature=-1)


def test_the_linked_model_is_there():
    model = lmzip.models()[0]
    assert (model.name, model.file, model.exact, model.problem) == ("base", "linked-in model", True, "")
    assert len(model.id) == 64 and model.parameters > 10**6
    assert "raw16le" in lmzip.data_kinds()
    assert lmzip.instruction_set() in ("portable", "avx2", "avx512vnni", "neon", "neondot", "neoni8mm")
