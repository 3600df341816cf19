#!/usr/bin/env python3
"""Writes a model file: a TorchScript archive that carries what the native engine needs to know.

usage: export.py MODEL.npz -o models/NAME.pt [--name NAME] [--version N] [--licence TEXT]
                 [--training TEXT] [--tokenizer FILE] [--prior FILE]

MODEL.npz holds a model of family exact-1 (exact1/reference.py); a model file will do, to get another prior. The same input gives the same file.
"""
import argparse
import io
import os
import pathlib
import re
import sys

import numpy as np
import torch

from exact1 import archive, torchscript


def save(module):
    buffer = io.BytesIO()
    torch.jit.save(module, buffer)
    return buffer.getvalue()


def check_file(data, record):
    """Runs the self-test on the finished file, as any user of libtorch would load it."""
    module = torch.jit.load(io.BytesIO(data))
    test = record["self_test"]["long"]
    tokens = archive.self_test_tokens(record["architecture"]["vocabulary"], test["tokens"])
    with torch.inference_mode():
        logits, _ = module(torch.from_numpy(tokens)[None], module.init(1))
    if archive.logits_hash(logits[0].numpy()) != test["sha256"]:
        raise archive.ModelError("the TorchScript module and the reference disagree")


def export(model, name, tokenizer=b"", prior=b"", **about):
    """The bytes of the model file, and its description."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", name):
        raise archive.ModelError(f"bad name '{name}': lower case letters, digits and ._- only")
    model = archive.canonical(model)
    if not tokenizer and len(model["out"]) != 256:
        raise archive.ModelError(f"{len(model['out'])} tokens are not bytes: --tokenizer is needed")
    record = archive.description(model, name, tokenizer, prior, **about)
    module = torchscript.script(model)
    data = archive.build(model, save(module), torchscript.tensor_names(module, model), record,
                         tokenizer, prior)
    check_file(data, record)
    return data, record


def write(path, data):
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description="write a model file for lmzip")
    parser.add_argument("model", type=pathlib.Path, help="an exact-1 model: its arrays (.npz) or a model file")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="NAME.pt")
    parser.add_argument("--name", help="default: the output's name without .pt")
    parser.add_argument("--version", type=int, default=1)
    parser.add_argument("--licence", default="Apache-2.0")
    parser.add_argument("--training", default="", help="what it was trained on, in a line")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="a SentencePiece model")
    parser.add_argument("--prior", type=pathlib.Path, help="trained state of the mixer")
    args = parser.parse_args()
    blob = lambda path: path.read_bytes() if path else b""
    data, record = export(archive.read(args.model), args.name or args.output.stem,
                          blob(args.tokenizer), blob(args.prior), version=args.version,
                          licence=args.licence, training=args.training)
    write(args.output, data)
    print(f"{args.output}: {len(data)} bytes, id {record['id']}, parameters {record['parameters']}")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"export.py: {error}")
