"""Of an installed wheel: nothing of the source tree but what lies here and in tests/cli/samples."""

import random
import sys
from pathlib import Path

import lmzip
import pytest

SAMPLES = Path(__file__).parent.parent / "cli/samples"


def pytest_report_header():
    return f"lmzip {lmzip.__version__} of {Path(lmzip.__file__).parent}, CPython {sys.version.split()[0]}"


@pytest.fixture(scope="session")
def text():
    return (SAMPLES / "text.txt").read_bytes()[:6000]


@pytest.fixture(scope="session")
def mixed():
    """130 kB, some of them noise, that are quick to code without the model."""
    chooser = random.Random(8)
    words = [chooser.randbytes(3).hex().encode() for _ in range(300)]
    content = b" ".join(chooser.choice(words) for _ in range(12000))
    return content + chooser.randbytes(30_000) + content[:20_000]


@pytest.fixture(scope="session")
def frames(mixed):
    """`mixed`, compressed in frames of 20 kB."""
    return lmzip.compress(mixed, effort="fast", frame_bytes=20_000)
