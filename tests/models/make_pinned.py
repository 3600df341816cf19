#!/usr/bin/env python3
"""Writes the pinned models of the tests: small modules with the interface of src/torch/README.md, each with a weakness.

usage: make_pinned.py FOLDER

threads.pt        its logits depend on how many threads share a sum
unrepeatable.pt   its logits are random
nan.pt            after byte 255 its logits are NaN
"""
import json
import pathlib
import sys
from typing import List, Tuple

import torch
from torch import Tensor


class Letters(torch.nn.Module):
    """Byte b scores by whether it is a letter or a space, and by a value that looks random."""

    name: str

    def __init__(self, name: str):
        super().__init__()
        self.name = name
        score = torch.zeros(256)
        score[97:123], score[32], score[101] = 4.0, 6.0, 5.0
        self.score = torch.nn.Parameter(score)

    @torch.jit.export
    def init(self, lanes: int) -> List[Tensor]:
        # enough of them for libtorch to share their sum among threads
        summands = torch.sin(torch.arange(1 << 18, dtype=torch.float32))
        return [summands.expand(lanes, 1 << 18).contiguous()]

    def forward(self, tokens: Tensor, state: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
        phase = torch.zeros([])
        if self.name == "threads":
            phase = state[0].sum() * 1e8        # the rounding of the sum decides it
        if self.name == "unrepeatable":
            phase = torch.rand([]) * 1e3
        phase = phase + tokens.to(torch.float32).unsqueeze(-1) * 7.0
        logits = self.score + torch.sin(phase + torch.arange(256, dtype=torch.float32))
        if self.name == "nan":
            nothing = torch.full_like(logits, float("nan"))
            logits = torch.where((tokens == 255).unsqueeze(-1), nothing, logits)
        return logits, state


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in ("threads", "unrepeatable", "nan"):
        about = {"name": name, "version": 1, "tier": "pinned", "vocabulary": "bytes", "V": 256, "window": 1, "logit_unit": "nat",
                 "parameters": {"dense": 256, "tables": 0}, "licence": "Apache-2.0", "training": "none"}
        module = torch.jit.script(Letters(name))
        torch.jit.save(module, str(folder / f"{name}.pt"), _extra_files={"lmzip.json": json.dumps(about, indent=1)})


if __name__ == "__main__":
    main()
