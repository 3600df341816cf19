#!/usr/bin/env python3
"""Trains a SentencePiece vocabulary on a corpus packed in bytes, and packs the corpus in its tokens.

  vocabulary.py PACKED OUT --size 4096 [--mixture MIXTURE.tsv] [--megabytes 20] [--seed 1]

writes OUT/tokenizer.model and, beside it, the corpus in tokens as corpus.py lays it out. Domains whose factor in the mixture is zero are
left out. Only the split `train` teaches the vocabulary; both splits are packed.

The vocabulary is one that can stand for any bytes: byte-pair pieces over text as it is (identity normalisation, no dummy prefix,
every space kept), 256 byte pieces for the rest. Token 0 stands for "unknown", which byte pieces make unnecessary. SentencePiece runs on
one thread over a sample that the seed decides: the same input gives the same vocabulary with the same version of the library.
"""
import argparse
import csv
import io
import json
import pathlib
import re

import numpy as np

import corpus

SAMPLE_PIECE = 4096             # bytes of a passage shown to the trainer
# Of the characters in the sample by occurrence, at most; the rest stands as bytes, or ideographs would fill the vocabulary.
CHARACTER_COVERAGE = 0.99


def passages(packed, mixture, size, seed):
    """Passages of text drawn from the training split by size and factor, about `size` bytes in all, in lines."""
    sampler = corpus.Sampler(packed, mixture, SAMPLE_PIECE, seed)
    for row in sampler.batch(max(1, size // SAMPLE_PIECE)):
        text = row.astype(np.uint8).tobytes().decode('utf-8', 'ignore')
        # A line keeps its break as its first character: the trainer drops breaks at the end of a sentence, and knows no NUL.
        yield from (line for line in re.split('(?=\n)', text.replace('\0', '')) if line)


def train(packed, mixture, vocabulary, size, seed):
    """The bytes of a SentencePiece model."""
    import sentencepiece
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=passages(packed, mixture, size, seed), model_writer=model, model_type='bpe', vocab_size=vocabulary,
        normalization_rule_name='identity', add_dummy_prefix=False, remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
        byte_fallback=True, character_coverage=CHARACTER_COVERAGE, unk_id=0, bos_id=-1, eos_id=-1, pad_id=-1,
        max_sentence_length=2 * SAMPLE_PIECE, shuffle_input_sentence=False, num_threads=1, minloglevel=1)
    return model.getvalue()


def encode_corpus(packed, mixture, tokenizer, out):
    """Packs a corpus of bytes again in the tokens of the SentencePiece model at `tokenizer`; returns its description."""
    out, rows, start = pathlib.Path(out), [], 0
    encode, vocabulary = corpus.encoder(tokenizer)
    with open(out / 'tokens.bin', 'wb') as f:
        for d in packed.documents:
            if mixture(d['domain']) == 0:
                continue
            tokens = encode(packed.text(d).tobytes())
            f.write(tokens.tobytes())
            rows.append([start, len(tokens)] + [d[c] for c in corpus.COLUMNS[2:]])
            start += len(tokens)
    return corpus.write_manifest(out, rows, vocabulary, packed.info['seed'], packed.info['hold_out'], tokenizer)


def make(packed_folder, out, vocabulary, mixture_file=None, megabytes=20, seed=1):
    """Trains a vocabulary of `vocabulary` tokens and packs the corpus in it, in the folder `out`; returns the tokenizer's path."""
    packed, mixture = corpus.Corpus(packed_folder), corpus.read_mixture(mixture_file)
    if packed.info['vocabulary'] != 256:
        raise ValueError(f'{packed_folder} is not packed in bytes')
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = out / 'tokenizer.model'
    tokenizer.write_bytes(train(packed, mixture, vocabulary, int(megabytes * 1e6), seed))
    summary = encode_corpus(packed, mixture, tokenizer, out)
    print(json.dumps(summary, indent=1))
    return tokenizer


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('packed')
    p.add_argument('out')
    p.add_argument('--size', type=int, required=True, help='tokens of the vocabulary')
    p.add_argument('--mixture', help='table of globs and factors for the domains')
    p.add_argument('--megabytes', type=float, default=20, help='of the sample that the vocabulary is trained on')
    p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    make(a.packed, a.out, a.size, a.mixture, a.megabytes, a.seed)


if __name__ == '__main__':
    main()
