"""The rules of family exact-1 (src/model/EXACT.md) in numpy: what others are tested against.

A model is a dictionary of integer arrays, apart from the float32 scales and gains:
  emb int16[V+1, d], in 1/256; row V is the start token
  tab{n} int8[rows, width]: the n-gram table of order n, n in 1..8, rows a power of two
  per layer i: l{i}.g1, l{i}.g2 float32[d], gains times 16 sqrt(d)
    l{i}.{q,k,v,o,w1,w2} int8[out, in] with scales l{i}.{...}.s float32[out]
    l{i}.bias int32[heads, window], in 1/8 nat, by distance
    l{i}.c (scores), l{i}.co (attention's output), l{i}.cf (hidden) float32
  g float32[d], gains likewise; out int8[V, d], out.s float32[V]: logits in 1/256 bit
"""
import numpy as np

from exact1 import ngram

HEAD = 64
EXP = np.array([255, 225, 199, 175, 155, 136, 120, 106, 94, 83, 73, 64, 57, 50, 44, 39, 35, 30,
                27, 24, 21, 18, 16, 14, 13, 11, 10, 9, 8, 7, 6, 5, 5, 4, 4, 3, 3, 2, 2, 2, 2, 2,
                1, 1, 1, 1, 1, 1, 1, 1, 0])
FAR = -2**23  # the score of a position outside the window
BLOCK = 256   # positions attended from at once: bounds the memory of the score matrix


def table_orders(model):
    """The orders of the model's n-gram tables, ascending."""
    return [n for n in range(1, 9) if f"tab{n}" in model]


def table_rows(tokens, order, rows, start):
    """The row of a table at every position; before the stream lies the start token."""
    padded = np.concatenate([np.full(order - 1, start), tokens]).astype(np.int64)
    h = np.full(len(tokens), order, np.int64)
    for j in range(order):
        h = ngram.add(h, padded[j:j + len(tokens)])
    return ngram.row(h, rows)


def embed(model, tokens):
    x = model["emb"][tokens].astype(np.int64)
    column = 0
    for n in table_orders(model):
        table = model[f"tab{n}"]
        rows = table_rows(tokens, n, len(table), len(model["out"]))
        x[:, column:column + table.shape[1]] += 4 * table[rows].astype(np.int64)
        column += table.shape[1]
    return x  # at most 2^15 + 4 * 127 in magnitude


def norm(x, gains):
    s = (x * x).sum(-1, keepdims=True)
    r = (1.0 / np.sqrt((s + x.shape[-1]).astype(np.float64))).astype(np.float32)
    return np.clip(np.rint((x.astype(np.float32) * r) * gains), -63, 63).astype(np.int64)


def product(a, b):
    """Integer matrix product. Every partial sum stays under 2^24, so float64 holds it exactly."""
    return (a.astype(np.float64) @ b.astype(np.float64)).astype(np.float32)


def linear(y, weights, scales):
    return product(y, weights.T) * scales


def saturate(values, limit):
    return np.clip(np.rint(values), -limit, limit).astype(np.int64)


def attend(q, k, v, bias, score_scale, output_scale):
    """q[T, H, 64], k[T, 64], v[T, 64] -> o[T, H, 64], each over the window that ends in it."""
    window = bias.shape[1]
    out = np.empty_like(q)
    for begin in range(0, len(q), BLOCK):
        end = min(begin + BLOCK, len(q))
        first = max(0, begin - window + 1)
        distance = np.arange(begin, end)[:, None] - np.arange(first, end)
        near = (distance >= 0) & (distance < window)
        score = np.rint(product(q[begin:end], k[first:end].T) * score_scale).astype(np.int64)
        score += bias[:, np.clip(distance, 0, window - 1)].transpose(1, 0, 2)
        score = np.where(near[:, None], score, FAR)
        e = EXP[np.minimum(score.max(-1, keepdims=True) - score, 50)]
        mean = product(e, v[first:end]) / e.sum(-1, keepdims=True).astype(np.float32)
        out[begin:end] = saturate(mean * output_scale, 63)
    return out


def layer(x, p):
    """One layer; p(name) is its parameter of that name."""
    n = norm(x, p("g1"))
    q = saturate(linear(n, p("q"), p("q.s")), 127).reshape(len(x), -1, HEAD)
    k = saturate(linear(n, p("k"), p("k.s")), 63)
    v = saturate(linear(n, p("v"), p("v.s")), 63)
    o = attend(q, k, v, p("bias"), p("c"), p("co")).reshape(len(x), -1)
    x = np.clip(x + saturate(linear(o, p("o"), p("o.s")), 2**20), -2**20, 2**20)
    a = np.maximum(linear(norm(x, p("g2")), p("w1"), p("w1.s")), np.float32(0))
    h = np.minimum(np.rint((a * a) * p("cf")), 127).astype(np.int64)
    return np.clip(x + saturate(linear(h, p("w2"), p("w2.s")), 2**20), -2**20, 2**20)


def logits(model, tokens):
    """tokens int[T], the first of them the start token V -> int16[T, V], in 1/256 bit."""
    x = embed(model, np.asarray(tokens, np.int64))
    i = 0
    while f"l{i}.q" in model:
        x = layer(x, lambda name: model[f"l{i}.{name}"])
        i += 1
    y = norm(x, model["g"])
    return saturate(linear(y, model["out"], model["out.s"]), 32767).astype(np.int16)
