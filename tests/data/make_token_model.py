#!/usr/bin/env python3
"""Makes the test model of tokens in this folder: tokens.pt, with a vocabulary trained on the project's own texts.

usage: make_token_model.py

Its network knows how often each token occurs in those texts, and adds some noise that depends on all that it has seen: enough to
compress, and to show every mistake. Vectors are made with it, so it is made anew only before a release that changes them.
"""
import collections
import io
import pathlib
import sys

import numpy as np
import sentencepiece

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import export  # noqa: E402

TEXTS = ["src/format/FORMAT.md", "src/model/EXACT.md", "src/mixer/MIXER.md"]
VOCABULARY, WIDTH, HIDDEN, WINDOW = 512, 64, 64, 16


def text():
    return "".join((ROOT / name).read_text() for name in TEXTS)


def tokenizer():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text().splitlines(keepends=True)), model_writer=model,
        model_type="bpe", vocab_size=VOCABULARY, normalization_rule_name="identity",
        add_dummy_prefix=False, remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
        byte_fallback=True, character_coverage=0.99, unk_id=0, bos_id=-1, eos_id=-1, pad_id=-1,
        num_threads=1, minloglevel=1)
    return model.getvalue()


def logits(sp):
    """In 1/256 bit, by frequency."""
    counts = collections.Counter(sp.encode(text()))
    return np.array([256 * np.log2(0.2 + counts[t]) for t in range(VOCABULARY)])


def network(sp):
    """The embedding's column 0 is large and constant, so the head's column 0 meets a constant."""
    random = np.random.default_rng(1)
    integers = lambda shape, limit, dtype=np.int8: random.integers(-limit, limit + 1, shape, dtype)
    floats = lambda shape, value: np.full(shape, value, np.float32)
    linear = lambda name, out, size: {name: integers((out, WIDTH), 63), name + ".s": floats(out, size)}
    gains = lambda: floats(WIDTH, 16 * WIDTH**0.5 / 4)
    model = {"emb": integers((VOCABULARY + 1, WIDTH), 300, np.int16), "g": gains(),
             "tab2": integers((256, 32), 100)}
    model["tab2"][:, 0] = 0
    model["emb"][:, 0] = 8000
    model |= linear("l0.q", WIDTH, 0.01) | linear("l0.k", 64, 0.01) | linear("l0.v", 64, 0.01)
    model |= linear("l0.o", WIDTH, 0.02) | linear("l0.w1", HIDDEN, 0.01) | linear("l0.w2", WIDTH, 0.02)
    model |= {"l0.g1": gains(), "l0.g2": gains(), "l0.c": floats(1, 0.002), "l0.co": floats(1, 1.5),
              "l0.cf": floats(1, 20), "l0.bias": -integers((1, WINDOW), 20, np.int32)}
    target = logits(sp)
    scale = np.abs(target).max() / 63 / 32  # the norm makes about 32 of the constant
    head = integers((VOCABULARY, WIDTH), 6)
    head[:, 0] = np.rint(target / scale / 32)
    return model | {"out": head, "out.s": floats(VOCABULARY, scale)}


def main():
    vocabulary = tokenizer()
    sp = sentencepiece.SentencePieceProcessor(model_proto=vocabulary)
    data, record = export.export(network(sp), "test-tokens", vocabulary,
                                 training="none: frequencies of tokens", licence="Apache-2.0")
    (HERE / "tokens.pt").write_bytes(data)
    print(f"{len(data)} bytes, id {record['id']}")


if __name__ == "__main__":
    main()
