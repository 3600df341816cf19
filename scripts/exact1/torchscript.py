"""Family exact-1 (src/model/EXACT.md) as a TorchScript module in plain ATen.

Integers sit in float32 tensors, exact because every partial sum stays under 2^24; int8 parameters
stay int8 and are widened at use. Nothing here may be rounded differently by another libtorch, a
fuser or a GPU: divisions are tensor by tensor (CUDA divides by a scalar through its reciprocal),
the inverse root is taken in float64 by sqrt and a division, values are clamped before they become
integers, and no product feeds a sum without being rounded in between.
"""
from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from exact1 import reference


def linear(y: Tensor, weights: Tensor, scales: Tensor) -> Tensor:
    return torch.matmul(y, weights.to(torch.float32).t()) * scales


def saturate(values: Tensor, limit: float) -> Tensor:
    return torch.clamp(torch.round(values), -limit, limit)


def norm(x: Tensor, gains: Tensor) -> Tensor:
    wide = x.to(torch.float64)
    s = (wide * wide).sum(-1, keepdim=True) + x.size(-1)  # an integer under 2^53
    r = (torch.ones_like(s) / torch.sqrt(s)).to(torch.float32)
    return saturate((x * r) * gains, 63.0)


def extend(ring: Tensor, new: Tensor) -> Tensor:
    return torch.cat([ring, new.to(torch.int8)], 1)


def last(extended: Tensor, count: int) -> Tensor:
    """The extended ring without its `count` oldest positions: a copy, unless it is but one that
    stays in memory for nothing."""
    ring = extended[:, count:]
    return ring if count == 1 else ring.contiguous()


class Layer(nn.Module):
    """One layer. Keeps the keys and values of the window - 1 last positions, newest last."""

    def __init__(self, tensors, prefix):
        super().__init__()
        for name in ("g1", "q", "q.s", "k", "k.s", "v", "v.s", "bias", "c", "co", "o", "o.s",
                     "g2", "w1", "w1.s", "w2", "w2.s", "cf"):
            self.register_buffer(name.replace(".", "_"), tensors[prefix + name])

    def attend(self, n: Tensor, keys: Tensor, values: Tensor, distance: Tensor, far: Tensor,
               exp: Tensor) -> Tensor:
        """n[lanes, T, d], keys and values [lanes, W-1+T, 64] -> [lanes, T, d]."""
        lanes, count, width = n.size(0), n.size(1), n.size(2)
        heads = self.bias.size(0)
        q = saturate(linear(n, self.q, self.q_s), 127.0).reshape(lanes, count * heads, 64)
        product = torch.matmul(q, keys.transpose(1, 2)).reshape(lanes, count, heads, -1)
        bias = self.bias.to(torch.float32).index_select(1, distance.flatten())
        bias = bias.reshape(heads, count, -1).transpose(0, 1)
        score = (torch.round(product * self.c) + bias).masked_fill(far, -8388608.0)
        below = torch.clamp(torch.amax(score, -1, keepdim=True) - score, 0.0, 50.0)
        e = torch.take(exp, below.to(torch.int64))
        mean = torch.matmul(e.reshape(lanes, count * heads, -1), values)
        mean = mean / e.sum(-1, keepdim=True).reshape(lanes, count * heads, 1)
        return saturate(mean * self.co, 63.0).reshape(lanes, count, width)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, distance: Tensor, far: Tensor,
                exp: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        count = x.size(1)
        n = norm(x, self.g1)
        keys = extend(keys, saturate(linear(n, self.k, self.k_s), 63.0))
        values = extend(values, saturate(linear(n, self.v, self.v_s), 63.0))
        o = self.attend(n, keys.to(torch.float32), values.to(torch.float32), distance, far, exp)
        x = torch.clamp(x + saturate(linear(o, self.o, self.o_s), 1048576.0),
                        -1048576.0, 1048576.0)
        a = torch.clamp(linear(norm(x, self.g2), self.w1, self.w1_s), min=0.0)
        h = torch.clamp(torch.round((a * a) * self.cf), max=127.0)
        x = torch.clamp(x + saturate(linear(h, self.w2, self.w2_s), 1048576.0),
                        -1048576.0, 1048576.0)
        return x, last(keys, count), last(values, count)


class Table(nn.Module):
    """An n-gram table: adds its rows to the columns of x from `column` on."""

    order: int
    column: int
    shift: int

    def __init__(self, rows, order, column):
        super().__init__()
        self.register_buffer("rows", rows)
        self.order, self.column = order, column
        self.shift = 33 - len(rows).bit_length()

    def forward(self, x: Tensor, history: Tensor) -> Tensor:
        """history: the tokens of x, with at least order - 1 tokens before them."""
        count = x.size(1)
        first = history.size(1) - count - self.order + 1
        h = torch.full_like(history[:, :count], self.order)
        for j in range(self.order):
            token = history[:, first + j:first + j + count]
            h = ((h.bitwise_xor(h >> 15) + token + 1) * 0x2C1B3C6D).bitwise_and(0xFFFFFFFF)
        rows = self.rows.index_select(0, (h >> self.shift).flatten()).to(torch.float32) * 4
        before, after = self.column, x.size(2) - self.column - self.rows.size(1)
        rows = rows.reshape(x.size(0), count, -1)
        return x + torch.constant_pad_nd(rows, [before, after])


class Exact1(nn.Module):
    """State: the last tokens [lanes, most - 1], age [lanes] (at most W - 1), then keys and values
    of each layer [lanes, W - 1, 64]."""

    vocabulary: int
    past: int
    window: int

    def __init__(self, model):
        super().__init__()
        tensors = {name: torch.from_numpy(np.array(a)) for name, a in model.items()}
        orders = reference.table_orders(model)
        columns = np.cumsum([0] + [tensors[f"tab{n}"].size(1) for n in orders])
        self.vocabulary = len(model["out"])
        self.past = max(orders, default=1) - 1
        self.window = model["l0.bias"].shape[1]
        self.tables = nn.ModuleList(
            Table(tensors[f"tab{n}"], n, int(c)) for n, c in zip(orders, columns))
        layers = sum(name.endswith(".bias") for name in model)
        self.layers = nn.ModuleList(Layer(tensors, f"l{i}.") for i in range(layers))
        self.register_buffer("emb", tensors["emb"])
        self.register_buffer("g", tensors["g"])
        self.register_buffer("out", tensors["out"])
        self.register_buffer("out_s", tensors["out.s"])

    @torch.jit.export
    def init(self, lanes: int) -> List[Tensor]:
        device = self.g.device
        state = [torch.full([lanes, self.past], self.vocabulary, dtype=torch.int64, device=device),
                 torch.zeros([lanes], dtype=torch.int64, device=device)]
        for _ in range(2 * len(self.layers)):
            state.append(torch.zeros([lanes, self.window - 1, 64], dtype=torch.int8,
                                     device=device))
        return state

    def block(self, tokens: Tensor, state: List[Tensor],
              exp: Tensor) -> Tuple[Tensor, List[Tensor]]:
        lanes, count = tokens.size(0), tokens.size(1)
        history = torch.cat([state[0], tokens], 1)
        x = self.emb.index_select(0, tokens.flatten()).to(torch.float32).reshape(lanes, count, -1)
        for table in self.tables:
            x = table(x, history)

        ring = self.window - 1
        query = torch.arange(count, device=tokens.device).unsqueeze(1) + ring
        key = torch.arange(ring + count, device=tokens.device)
        distance = query - key
        empty = key < (ring - state[1]).unsqueeze(1)
        outside = torch.logical_or(distance < 0, distance > ring)
        far = torch.logical_or(outside, empty.unsqueeze(1)).unsqueeze(2)  # [lanes, T, 1, keys]
        distance = torch.clamp(distance, 0, ring)

        after = [history[:, count:].contiguous(), torch.clamp(state[1] + count, max=ring)]
        for i, layer in enumerate(self.layers):
            x, keys, values = layer(x, state[2 + 2 * i], state[3 + 2 * i], distance, far, exp)
            after.append(keys)
            after.append(values)
        y = saturate(linear(norm(x, self.g), self.out, self.out_s), 32767.0)
        return y.to(torch.int16), after

    def forward(self, tokens: Tensor, state: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
        """tokens int64[lanes, T] -> int16 logits[lanes, T, V] in 1/256 bit, and the state after."""
        exp = torch.tensor([
            255, 225, 199, 175, 155, 136, 120, 106, 94, 83, 73, 64, 57, 50, 44, 39, 35, 30, 27, 24,
            21, 18, 16, 14, 13, 11, 10, 9, 8, 7, 6, 5, 5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1,
            1, 1, 1, 0], dtype=torch.float32, device=tokens.device)
        step = 128  # tokens at once: bounds the memory of the scores
        logits: List[Tensor] = []
        for first in range(0, tokens.size(1), step):
            part = tokens[:, first:first + step]
            result, state = self.block(part, state, exp)
            logits.append(result)
        return torch.cat(logits, 1), state


def script(model):
    """The model (see reference.py) as a scripted module."""
    with torch.no_grad():
        return torch.jit.script(Exact1(model).eval())


def tensor_names(module, model):
    """The model's names of the module's tensors, in the order of torch.jit.save's data members."""
    orders = reference.table_orders(model)

    def name(path):
        parts = path.split(".")
        if parts[0] == "tables":
            return f"tab{orders[int(parts[1])]}"
        if parts[0] == "layers":
            return f"l{parts[1]}.{parts[2].replace('_', '.')}"
        return path.replace("_", ".")

    return [name(path) for path, _ in module.named_buffers()]
