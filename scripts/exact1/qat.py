"""Family exact-1 in training form: the integer rules of EXACT.md with straight-through rounding.

Activations hold the very integers of the exact form, in float32; parameters are real-valued and are quantised on the way in. Products
of the forward pass are integer products (int8, or float32 that may round its inputs to bfloat16: the integers have 8 bits at most), so
what is trained is what will be exported. Gradients are multiplied in the type GRADIENT.

Units: residual stream 1/256; normalised activations 1/16; attention scores 1/8 nat; logits 1/256 bit.
"""
import dataclasses
import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from exact1 import ngram

HEAD = 64                       # width of a query head, and of the shared key-value head
MASKED = -(2.0 ** 23)           # a score no window position can have
LOGIT_UNITS_PER_NAT = 256 / math.log(2)
# Processors without AVX-512 have no fast products of bfloat16 (8 times as slow as float32) nor, in torch, of int8 (22 times).
SHORT_PRODUCTS = torch.cuda.is_available() or torch.backends.cpu.get_cpu_capability() == 'AVX512'
GRADIENT = torch.bfloat16 if SHORT_PRODUCTS else torch.float32      # of the gradients' products


@dataclasses.dataclass(frozen=True)
class Config:
    """Sizes of a model; the start token is `vocabulary`."""
    width: int = 192
    layers: int = 3
    hidden: int = 576
    window: int = 128
    orders: tuple = (2, 3, 4, 5)
    rows: int = 32768
    vocabulary: int = 256

    @property
    def heads(self):
        return self.width // HEAD

    @property
    def row_width(self):
        return self.width // len(self.orders) // 4 * 4 if self.orders else 0

    @classmethod
    def of_exact(cls, m):
        """The sizes of a model in exact form (dict of arrays)."""
        orders = tuple(n for n in range(1, 17) if f'tab{n}' in m)
        layers = sum(1 for k in m if k.endswith('.q'))
        width = m['emb'].shape[1]
        if any(m[f'tab{n}'].shape != (len(m[f'tab{orders[0]}']), width // len(orders) // 4 * 4) for n in orders):
            raise ValueError('the training form wants tables of one size that share the width')
        return cls(width=width, layers=layers, hidden=m['l0.w1'].shape[0], window=m['l0.bias'].shape[1],
                   orders=orders, rows=len(m[f'tab{orders[0]}']) if orders else 0, vocabulary=len(m['emb']) - 1)


def straight_through(x):
    return x + (torch.round(x) - x).detach()


def quantise(x, low, high):
    return straight_through(torch.clamp(x, low, high))


def ngram_rows(tokens, order, rows, start):
    """Row of the table of `order` at every position of int64 `tokens` [B, T]; what precedes a stream counts as the start token."""
    h = torch.full_like(tokens, order)
    for back in range(order - 1, -1, -1):
        t = F.pad(tokens, (back, 0), value=start)[:, :tokens.shape[1]] if back else tokens
        h = ngram.add(h, t)
    return ngram.row(h, rows)


class IntegerLinear(torch.autograd.Function):
    """y [N, in] holds integers within int8, w real weights, s the size of a weight step in each output row: y @ round(w / s) * s.

    The product is the very integer of the exact form; gradients are multiplied in the type GRADIENT.
    """

    @staticmethod
    def forward(ctx, y, w, s):
        y, w = y.to(torch.int8), torch.round(w / s[:, None]).to(torch.int8)
        ctx.save_for_backward(y, w, s)
        if SHORT_PRODUCTS:
            return torch._int_mm(y, w.t()).float() * s
        return torch.mm(y.float(), w.t().float()) * s       # partial sums stay below 2^24: exact

    @staticmethod
    def backward(ctx, grad):
        y, w, s = ctx.saved_tensors
        grad = (grad * s).to(GRADIENT)
        grad_y = torch.mm(grad, w.to(GRADIENT))
        grad_w = torch.mm(grad.t(), y.to(GRADIENT)).float() / s[:, None]
        return grad_y.float(), grad_w, None


def shift(tokens, start):
    """Input and targets of streams [B, T] that begin with the start token."""
    return F.pad(tokens, (1, 0), value=start)[:, :-1], tokens


class QuantisedLinear(nn.Module):
    """Weights on 127 levels with a step per output row, chosen so that the row's largest weight is 63 steps."""

    def __init__(self, inputs, outputs, gain=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * (gain / math.sqrt(inputs)))

    def step(self):
        return self.weight.detach().abs().amax(1).clamp(min=1e-6) / 63

    def forward(self, y):
        return IntegerLinear.apply(y.flatten(0, -2), self.weight, self.step()).view(*y.shape[:-1], -1)


def norm(x, gain):
    r = torch.rsqrt((x * x).sum(-1, keepdim=True) + x.shape[-1])
    return quantise(x * r * (gain * (16 * math.sqrt(x.shape[-1]))), -63, 63)


class WindowAttention(torch.autograd.Function):
    """Integer attention of blocks of queries over the keys in their reach.

    q [N, H*C, 64], k and v [N, K, 64] are integers; `unit` is the scalar c of the rules; `bias` [H*C, K] holds integers, MASKED
    outside the window; `absent` [N, 1, K] is MASKED at keys before the stream's start, else 0. The exponential's rounding is passed straight through, so that only its integers need keeping for the way back.
    """

    @staticmethod
    def forward(ctx, q, k, v, unit, bias, absent):
        score = torch.round(torch.bmm(q, k.transpose(1, 2)) * unit) + bias + absent
        e = torch.round(torch.exp((score - score.amax(-1, keepdim=True)) * 0.125) * 255)
        total = e.sum(-1, keepdim=True)
        out = torch.bmm(e, v) / total
        half = [t.to(GRADIENT) for t in (q, k, v, e)]                       # integers up to 255: exact in bfloat16
        ctx.save_for_backward(*half, unit, total, out)
        return out

    @staticmethod
    def backward(ctx, grad):
        q, k, v, e, unit, total, out = ctx.saved_tensors
        grad = grad / total
        inner = (grad * out).sum(-1, keepdim=True)
        grad = grad.to(GRADIENT)
        grad_v = torch.bmm(e.transpose(1, 2), grad).float()
        grad_score = (torch.bmm(grad, v.transpose(1, 2)).float() - inner) * e.float() * 0.125
        grad_bias = grad_score.sum(0)
        grad_score = grad_score.to(GRADIENT)
        grad_q = torch.bmm(grad_score, k).float()
        grad_k = torch.bmm(grad_score.transpose(1, 2), q).float() * unit
        return grad_q * unit, grad_k, grad_v, (grad_q * q.float()).sum(), grad_bias, None


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.g1 = nn.Parameter(torch.ones(c.width))
        self.g2 = nn.Parameter(torch.ones(c.width))
        self.q = QuantisedLinear(c.width, c.heads * HEAD)
        self.k = QuantisedLinear(c.width, HEAD)
        self.v = QuantisedLinear(c.width, HEAD)
        self.o = QuantisedLinear(c.heads * HEAD, c.width, 0.3)
        self.w1 = QuantisedLinear(c.width, c.hidden)
        self.w2 = QuantisedLinear(c.hidden, c.width, 0.3)
        slopes = torch.tensor([2.0 ** (-(i * 6 / max(1, c.heads - 1)) - 1) for i in range(c.heads)])
        self.bias = nn.Parameter(-slopes[:, None] * torch.arange(c.window)[None].float())       # nats
        for name, units in (('lq', 40.0), ('lk', 20.0), ('lv', 20.0), ('lo', 20.0), ('lf', 16.0)):
            self.register_parameter(name, nn.Parameter(torch.tensor(math.log(units))))          # log of units per real unit

    def attend(self, n, reach):
        B, T, _ = n.shape
        H, C, back = self.c.heads, reach.block, reach.back
        blocks = T // C
        q = quantise(self.q(n) * (self.lq.exp() / 16), -127, 127)
        k = quantise(self.k(n) * (self.lk.exp() / 16), -63, 63)
        v = quantise(self.v(n) * (self.lv.exp() / 16), -63, 63)
        q = q.view(B, blocks, C, H, HEAD).transpose(2, 3).reshape(B * blocks, H * C, HEAD)
        spread = lambda t: torch.cat([F.pad(t, (0, 0, i * C, 0))[:, :T].view(B, blocks, C, HEAD) for i in range(back, -1, -1)],
                                     2).view(B * blocks, (back + 1) * C, HEAD)
        bias = torch.where(reach.inside, straight_through(self.bias * 8)[:, reach.distance], MASKED)
        absent = reach.absent.expand(B, -1, -1).reshape(B * blocks, 1, -1)
        o = WindowAttention.apply(q, spread(k), spread(v), (-self.lq - self.lk).exp(),
                                  bias.view(H * C, -1), absent)
        o = quantise(o * (self.lo - self.lv).exp(), -63, 63)
        return o.view(B, blocks, H, C, HEAD).transpose(2, 3).reshape(B, T, H * HEAD)

    def forward(self, x, reach):
        o = self.attend(norm(x, self.g1), reach)
        x = x + straight_through(self.o(o) * ((-self.lo).exp() * 256))
        a = F.relu(self.w1(norm(x, self.g2)) / 16)
        h = quantise(a * a * self.lf.exp(), 0, 127)
        return x + straight_through(self.w2(h) * ((-self.lf).exp() * 256))


class Reach:
    """Which keys the queries of a block may see: constants of a sequence length."""

    def __init__(self, length, window, device, block=64):
        self.block = block = min(block, length)
        assert length % block == 0
        self.back = back = min(-(-(window - 1) // block), length // block - 1)
        i = torch.arange(block, device=device)[:, None] + back * block
        j = torch.arange((back + 1) * block, device=device)[None]
        self.distance = (i - j).clamp(0, window - 1)
        self.inside = (i >= j) & (i - j < window)
        first = torch.arange(length // block, device=device)[:, None] * block - back * block
        self.absent = (first + j < 0) * MASKED                                                  # [blocks, K]


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        c = self.config = config
        self.emb = nn.Parameter(torch.randn(c.vocabulary + 1, c.width) * 0.7)
        self.tables = nn.Parameter(torch.randn(len(c.orders) * c.rows, c.row_width) * 0.1)      # one below the other
        self.blocks = nn.ModuleList([Block(c) for _ in range(c.layers)])
        self.g = nn.Parameter(torch.ones(c.width))
        self.out = QuantisedLinear(c.width, c.vocabulary)
        self.reaches = {}

    def rows_of(self, tokens):
        """Indices into `tables`, [B, T, orders]."""
        c = self.config
        if not c.orders:
            return tokens.new_empty((*tokens.shape, 0))
        return torch.stack([ngram_rows(tokens, n, c.rows, c.vocabulary) + i * c.rows for i, n in enumerate(c.orders)], -1)

    def reach(self, length, device):
        key = (length, device)
        if key not in self.reaches:
            self.reaches[key] = Reach(length, self.config.window, device)
        return self.reaches[key]

    def logits(self, tokens, grams, reach):
        """Logits in 1/256 bit from int64 tokens [B, T] and the tables' rows [B, T, orders, row width]."""
        x = straight_through(F.embedding(tokens, self.emb) * 256)
        if self.config.orders:
            g = quantise(grams * 64, -127, 127) * 4
            g = g.flatten(2)
            x = x + F.pad(g, (0, x.shape[-1] - g.shape[-1]))
        for b in self.blocks:
            x = b(x, reach)
        return quantise(self.out(norm(x, self.g)) * (LOGIT_UNITS_PER_NAT / 16), -32767, 32767)

    def loss(self, tokens, grams, targets, reach):
        """Bits of every target, [B, T]."""
        z = self.logits(tokens, grams, reach) / LOGIT_UNITS_PER_NAT
        nll = F.cross_entropy(z.flatten(0, 1), targets.flatten(), reduction='none')
        return nll.view(targets.shape) / math.log(2)


def to_exact(model):
    """The model as integers and float32 scales, in the layout that reference.py describes."""
    c = model.config
    array = lambda t, dtype: t.detach().cpu().numpy().astype(dtype)
    m = {'emb': array(torch.round(model.emb * 256).clamp(-32768, 32767), np.int16),
         'g': array(model.g * (16 * math.sqrt(c.width)), np.float32)}
    tables = array(torch.round(model.tables * 64).clamp(-127, 127), np.int8).reshape(len(c.orders), c.rows, c.row_width)
    m |= {f'tab{n}': t for n, t in zip(c.orders, tables)}

    def linear(name, layer, unit):
        s = layer.step()
        m[name] = array(torch.round(layer.weight / s[:, None]), np.int8)
        m[name + '.s'] = array(s * unit, np.float32)

    for i, b in enumerate(model.blocks):
        m |= {f'l{i}.g1': array(b.g1 * (16 * math.sqrt(c.width)), np.float32),
              f'l{i}.g2': array(b.g2 * (16 * math.sqrt(c.width)), np.float32),
              f'l{i}.bias': array(torch.round(b.bias * 8), np.int32), f'l{i}.c': array((-b.lq - b.lk).exp(), np.float32),
              f'l{i}.co': array((b.lo - b.lv).exp(), np.float32), f'l{i}.cf': array(b.lf.exp(), np.float32)}
        for name, unit in (('q', b.lq.exp() / 16), ('k', b.lk.exp() / 16), ('v', b.lv.exp() / 16), ('o', (-b.lo).exp() * 256),
                           ('w1', 1 / 16), ('w2', (-b.lf).exp() * 256)):
            linear(f'l{i}.{name}', getattr(b, name), unit)
    linear('out', model.out, LOGIT_UNITS_PER_NAT / 16)
    return m


def widen(m, window):
    """The exact model `m` with a larger window: distances beyond the old one get the mean bias of the old window's far end.

    Useful before any training: what a head learned to seek, it finds further back.
    """
    old = m['l0.bias'].shape[1]
    if window < old:
        raise ValueError(f'a window of {old} cannot become one of {window}')
    wide = dict(m)
    for name in (n for n in m if n.endswith('.bias')):
        far = np.rint(m[name][:, -max(1, old // 8):].mean(1, keepdims=True)).astype(m[name].dtype)
        wide[name] = np.concatenate([m[name], np.repeat(far, window - old, 1)], 1)
    return wide


def from_exact(m):
    """A model in training form whose exact form is `m`."""
    c = Config.of_exact(m)
    model = Model(c)
    tensor = lambda a: torch.from_numpy(np.array(a, np.float32))
    scalar = lambda name: tensor(m[name]).reshape(())

    def linear(layer, name, unit):
        layer.weight.copy_(tensor(m[name]) * (tensor(m[name + '.s']) / unit)[:, None])

    with torch.no_grad():
        model.emb.copy_(tensor(m['emb']) / 256)
        if c.orders:
            model.tables.copy_(torch.cat([tensor(m[f'tab{n}']) for n in c.orders]) / 64)
        model.g.copy_(tensor(m['g']) / (16 * math.sqrt(c.width)))
        for i, b in enumerate(model.blocks):
            b.g1.copy_(tensor(m[f'l{i}.g1']) / (16 * math.sqrt(c.width)))
            b.g2.copy_(tensor(m[f'l{i}.g2']) / (16 * math.sqrt(c.width)))
            b.bias.copy_(tensor(m[f'l{i}.bias']) / 8)
            b.lf.copy_(scalar(f'l{i}.cf').log())
            b.lo.copy_(b.lv + scalar(f'l{i}.co').log())
            # only lq + lk is known; a difference of ln 2 keeps the initial proportion of their ranges
            b.lk.copy_((-scalar(f'l{i}.c').log() - math.log(2)) / 2)
            b.lq.copy_(b.lk + math.log(2))
            for name, unit in (('q', b.lq.exp() / 16), ('k', b.lk.exp() / 16), ('v', b.lv.exp() / 16), ('o', (-b.lo).exp() * 256),
                               ('w1', 1 / 16), ('w2', (-b.lf).exp() * 256)):
                linear(getattr(b, name), f'l{i}.{name}', unit)
        linear(model.out, 'out', LOGIT_UNITS_PER_NAT / 16)
    return model
