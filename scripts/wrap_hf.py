#!/usr/bin/env python3
"""Wraps a Hugging Face causal language model of type GPT-2 or Llama into a model file of tier pinned.

  wrap_hf.py MODEL -o NAME.pt                       tokens 0 to 255 of the model are bytes
  wrap_hf.py MODEL -o NAME.pt --tokenizer SP.model  the model's SentencePiece tokenizer (of Llama: tokenizer.model in its folder)

MODEL is a folder written by `save_pretrained`. Then, on one machine, with one release of libtorch and one number of threads:

  lmzip c -m NAME.pt -T 2 FILE        lmzip d -m NAME.pt -T 2 FILE.lmz

The weights are put into a TorchScript module of this script's own, checked against transformers on random tokens. The key-value cache
is a part of the state. When the window is full, its newer half is read again as the beginning of a fresh one: the context is always between
half the window and the window, and positions never leave what the model was trained for.
"""
import argparse
import json
import pathlib
import re
import sys
from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ACTIVATIONS = ('gelu_new', 'gelu_pytorch_tanh', 'gelu', 'relu')
TOLERANCE = 1e-3        # of a logit, between this module and transformers


class WrapError(ValueError):
    """A model that cannot be wrapped."""


def require(condition, message):
    if not condition:
        raise WrapError(message)


def attend(q: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """q [lanes, heads, T, size] over keys and values [lanes, heads or fewer, past + T, size], causal -> [lanes, T, heads * size]."""
    share = q.size(1) // keys.size(1)
    keys, values = keys.repeat_interleave(share, 1), values.repeat_interleave(share, 1)
    score = torch.matmul(q, keys.transpose(2, 3)) / (float(q.size(3)) ** 0.5)
    count, reach = q.size(2), keys.size(2)
    later = torch.ones([count, reach], dtype=torch.bool, device=q.device).triu(reach - count + 1)
    o = torch.matmul(torch.softmax(score.masked_fill(later, float('-inf')), -1), values)
    return o.transpose(1, 2).flatten(2)


def split_heads(x: Tensor, heads: int) -> Tensor:
    return x.view(x.size(0), x.size(1), heads, -1).transpose(1, 2)


class Gpt2Layer(nn.Module):
    heads: int
    activation: str

    def __init__(self, config):
        super().__init__()
        d, f = config.n_embd, config.n_inner or 4 * config.n_embd
        self.heads, self.activation = config.n_head, config.activation_function
        self.ln_1, self.ln_2 = (nn.LayerNorm(d, config.layer_norm_epsilon) for _ in range(2))
        self.c_attn, self.c_proj, self.c_fc, self.c_out = nn.Linear(d, 3 * d), nn.Linear(d, d), nn.Linear(d, f), nn.Linear(f, d)

    def act(self, x: Tensor) -> Tensor:
        if self.activation == 'relu':
            return F.relu(x)
        return F.gelu(x) if self.activation == 'gelu' else F.gelu(x, approximate='tanh')

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, age: int) -> Tensor:
        """Adds to keys and values [lanes, heads, window, size] in place, from position `age` on."""
        end = age + x.size(1)
        q, k, v = self.c_attn(self.ln_1(x)).chunk(3, -1)
        keys[:, :, age:end] = split_heads(k, self.heads)
        values[:, :, age:end] = split_heads(v, self.heads)
        x = x + self.c_proj(attend(split_heads(q, self.heads), keys[:, :, :end], values[:, :, :end]))
        return x + self.c_out(self.act(self.c_fc(self.ln_2(x))))


class Gpt2(nn.Module):
    def __init__(self, config):
        super().__init__()
        require(config.activation_function in ACTIVATIONS, f'activation {config.activation_function} is not supported')
        require(config.scale_attn_weights and not config.scale_attn_by_inverse_layer_idx, 'this scaling of the attention is not supported')
        self.wte, self.wpe = nn.Embedding(config.vocab_size, config.n_embd), nn.Embedding(config.n_positions, config.n_embd)
        self.layers = nn.ModuleList(Gpt2Layer(config) for _ in range(config.n_layer))
        self.ln_f = nn.LayerNorm(config.n_embd, config.layer_norm_epsilon)
        self.head = nn.Linear(config.n_embd, config.vocab_size, bias=False)

    def forward(self, tokens: Tensor, keys: Tensor, values: Tensor, age: int) -> Tensor:
        x = self.wte(tokens) + self.wpe.weight[age:age + tokens.size(1)]
        for i, layer in enumerate(self.layers):
            x = layer(x, keys[:, i], values[:, i], age)
        return self.head(self.ln_f(x))


def gpt2_weights(state):
    """Names and layouts of transformers' weights (its Conv1D keeps the inputs first) as those of Gpt2."""
    weights = {'head.weight': state['lm_head.weight']}
    for name, w in state.items():
        short = re.sub(r'^transformer\.(h\.(\d+)\.)?', lambda m: f'layers.{m[2]}.' if m[2] else '', name)
        if short == name or re.search(r'\.attn\.(masked_)?bias$', name):
            continue
        short = short.replace('.mlp.c_proj.', '.c_out.').replace('.attn.', '.').replace('.mlp.', '.')
        weights[short] = w.t() if re.search(r'\.(c_attn|c_proj|c_fc|c_out)\.weight$', short) else w
    return weights


class RmsNorm(nn.Module):
    eps: float

    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * (x * torch.rsqrt((x * x).mean(-1, keepdim=True) + self.eps))


class LlamaLayer(nn.Module):
    heads: int
    key_heads: int

    def __init__(self, config, size):
        super().__init__()
        d, f, bias = config.hidden_size, config.intermediate_size, config.attention_bias
        self.heads, self.key_heads = config.num_attention_heads, config.num_key_value_heads
        self.input_layernorm, self.post_attention_layernorm = (RmsNorm(d, config.rms_norm_eps) for _ in range(2))
        self.q_proj = nn.Linear(d, self.heads * size, bias)
        self.k_proj, self.v_proj = (nn.Linear(d, self.key_heads * size, bias) for _ in range(2))
        self.o_proj = nn.Linear(self.heads * size, d, bias)
        self.gate_proj, self.up_proj = (nn.Linear(d, f, config.mlp_bias) for _ in range(2))
        self.down_proj = nn.Linear(f, d, config.mlp_bias)

    def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        a, b = x.chunk(2, -1)
        return x * cos + torch.cat([-b, a], -1) * sin

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, age: int, cos: Tensor, sin: Tensor) -> Tensor:
        """Adds to keys and values [lanes, key heads, window, size] in place, from position `age` on."""
        end = age + x.size(1)
        n = self.input_layernorm(x)
        q = self.rotate(split_heads(self.q_proj(n), self.heads), cos, sin)
        keys[:, :, age:end] = self.rotate(split_heads(self.k_proj(n), self.key_heads), cos, sin)
        values[:, :, age:end] = split_heads(self.v_proj(n), self.key_heads)
        x = x + self.o_proj(attend(q, keys[:, :, :end], values[:, :, :end]))
        n = self.post_attention_layernorm(x)
        return x + self.down_proj(F.silu(self.gate_proj(n)) * self.up_proj(n))


class Llama(nn.Module):
    def __init__(self, config):
        super().__init__()
        rope = config.rope_parameters
        require(rope['rope_type'] == 'default', f"rotary embedding of type {rope['rope_type']} is not supported")
        require(config.hidden_act == 'silu', f'activation {config.hidden_act} is not supported')
        size = config.head_dim or config.hidden_size // config.num_attention_heads
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(LlamaLayer(config, size) for _ in range(config.num_hidden_layers))
        self.norm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        self.head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        speed = rope['rope_theta'] ** (-torch.arange(0, size, 2).float() / size)
        angle = torch.outer(torch.arange(config.max_position_embeddings).float(), speed).repeat(1, 2)
        self.register_buffer('cos', angle.cos())
        self.register_buffer('sin', angle.sin())

    def forward(self, tokens: Tensor, keys: Tensor, values: Tensor, age: int) -> Tensor:
        x = self.embed_tokens(tokens)
        cos, sin = self.cos[age:age + tokens.size(1)], self.sin[age:age + tokens.size(1)]
        for i, layer in enumerate(self.layers):
            x = layer(x, keys[:, i], values[:, i], age, cos, sin)
        return self.head(self.norm(x))


def llama_weights(state):
    weights = {'head.weight': state['lm_head.weight']}
    for name, w in state.items():
        if name.startswith('model.'):
            weights[name.removeprefix('model.').replace('.self_attn.', '.').replace('.mlp.', '.')] = w
    return weights


class Wrapped(nn.Module):
    """The interface of src/torch/README.md around a body. State: the tokens of the window, their number (the same in every lane),
    and the cache."""

    vocabulary: int
    window: int
    start: int
    cache: List[int]

    def __init__(self, body, vocabulary, window, start, cache):
        super().__init__()
        self.body, self.vocabulary, self.window, self.start, self.cache = body, vocabulary, window, start, cache

    @torch.jit.export
    def init(self, lanes: int) -> List[Tensor]:
        layers, heads, size = self.cache
        device = self.body.head.weight.device
        ring = torch.zeros([lanes, layers, heads, self.window, size], device=device)
        return [torch.zeros([lanes, self.window], dtype=torch.int64, device=device),
                torch.zeros([lanes], dtype=torch.int64), ring, ring.clone()]

    def step(self, tokens: Tensor, state: List[Tensor]) -> Tensor:
        """Logits [lanes, V] after tokens [lanes]; changes the state in place."""
        past, keys, values = state[0], state[2], state[3]
        age = int(state[1][0].item())
        if age == self.window:
            age = self.window // 2
            past[:, :age] = past[:, self.window - age:].clone()
            self.body(past[:, :age], keys, values, 0)
        past[:, age] = torch.where(tokens >= self.vocabulary, torch.full_like(tokens, self.start), tokens)
        state[1].fill_(age + 1)
        return self.body(past[:, age:age + 1], keys, values, age)[:, 0, :self.vocabulary]

    def forward(self, tokens: Tensor, state: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
        rows = [torch.jit.annotate(Tensor, self.step(tokens[:, t], state)) for t in range(tokens.size(1))]
        return torch.stack(rows, 1), state


def body_of(model):
    """The body with a transformers model's weights, the longest window, and the cache's layers, heads and size."""
    c = model.config
    if c.model_type == 'gpt2':
        body, weights, cache = Gpt2(c), gpt2_weights(model.state_dict()), [c.n_layer, c.n_head, c.n_embd // c.n_head]
        longest = c.n_positions
    elif c.model_type == 'llama':
        body, weights = Llama(c), llama_weights(model.state_dict())
        size = c.head_dim or c.hidden_size // c.num_attention_heads
        longest, cache = c.max_position_embeddings, [c.num_hidden_layers, c.num_key_value_heads, size]
    else:
        raise WrapError(f'models of type {c.model_type} are not supported, gpt2 and llama are')
    missing = set(body.state_dict()) - set(weights) - {'cos', 'sin'}
    require(not missing, f'weights are missing: {sorted(missing)}')
    body.load_state_dict(weights, strict=False)
    return body.float().eval(), longest, cache


def start_token(model):
    """What stands for the start of a stream: the model's own sign, or the token behind the bytes, or token 0."""
    c = model.config
    own = c.bos_token_id if isinstance(c.bos_token_id, int) and 0 <= c.bos_token_id < c.vocab_size else None
    return own if own is not None else 256 if c.vocab_size > 256 else 0


@torch.no_grad()
def check(wrapped, model):
    """Compares a window's logits with those of transformers."""
    tokens = torch.randint(0, wrapped.vocabulary, (1, min(wrapped.window, 64)), generator=torch.Generator().manual_seed(1))
    tokens[0, 0] = wrapped.start
    got, _ = wrapped(tokens, wrapped.init(1))
    want = model(input_ids=tokens).logits[..., :wrapped.vocabulary]
    worst = (got - want).abs().max().item()
    require(worst <= TOLERANCE * max(1.0, want.abs().max().item()), f'the wrapped logits differ from transformers by {worst:g}')


def wrap(model, vocabulary, window=None):
    """A TorchScript module with the interface of a pinned model around a transformers model."""
    model = model.float().eval()
    body, longest, cache = body_of(model)
    window = window or longest
    require(2 <= window <= longest, f'the window must be 2 to {longest}')
    require(vocabulary <= model.config.vocab_size, f'{vocabulary} tokens are wanted, the model has {model.config.vocab_size}')
    wrapped = torch.jit.script(Wrapped(body, vocabulary, window, start_token(model), cache)).eval()
    check(wrapped, model)
    return wrapped


def plain_tokenizer(data):
    """The SentencePiece model without what would change text: no dummy prefix, every space kept."""
    from sentencepiece import sentencepiece_model_pb2
    spec = sentencepiece_model_pb2.ModelProto.FromString(data)
    spec.normalizer_spec.add_dummy_prefix = False
    spec.normalizer_spec.remove_extra_whitespaces = False
    return spec.SerializeToString()


def tokenizer_files(path):
    """The vocabulary's size and the members of the archive that hold a SentencePiece tokenizer."""
    from exact1 import tokens
    require(path.read_bytes()[:1] != b'{', f'{path}: a byte-level BPE tokenizer; only SentencePiece models are supported')
    data = plain_tokenizer(path.read_bytes())
    return tokens.count(data), {'tokenizer.model': data, 'tokens.bin': tokens.table(data)}


def save(wrapped, path, files, name, licence='', training=''):
    parameters = sum(p.numel() for p in wrapped.parameters())
    about = {'name': name, 'version': 1, 'tier': 'pinned', 'vocabulary': 'sentencepiece' if files else 'bytes', 'V': wrapped.vocabulary,
             'window': wrapped.window, 'logit_unit': 'nat', 'parameters': {'dense': parameters, 'tables': 0}, 'licence': licence,
             'training': training}
    torch.jit.save(wrapped, str(path), _extra_files={'lmzip.json': json.dumps(about, indent=1), **files})


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('model', type=pathlib.Path, help='folder written by save_pretrained')
    p.add_argument('-o', '--output', type=pathlib.Path, required=True, metavar='NAME.pt')
    p.add_argument('--tokenizer', type=pathlib.Path, metavar='SP.model')
    p.add_argument('--window', type=int, help='tokens; default: what the model was trained for')
    p.add_argument('--licence', default='', help='of the weights')
    a = p.parse_args()
    require(a.model.is_dir(), f'{a.model} is no folder')
    from transformers import AutoModelForCausalLM
    vocabulary, files = tokenizer_files(a.tokenizer) if a.tokenizer else (256, {})
    wrapped = wrap(AutoModelForCausalLM.from_pretrained(a.model, local_files_only=True), vocabulary, a.window)
    save(wrapped, a.output, files, a.output.stem, a.licence, f'wrapped from {a.model.name}')
    print(f'{a.output}: {a.output.stat().st_size} bytes, {wrapped.vocabulary} tokens, window {wrapped.window}')


if __name__ == '__main__':
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f'wrap_hf.py: {error}')
