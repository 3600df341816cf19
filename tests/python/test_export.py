"""Family exact-1 in Python: the reference against plain rules and a golden hash, the TorchScript
module against the reference, and the model files that export.py writes."""
import io
import json
import pathlib
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from exact1 import archive, reference, tokens  # noqa: E402

TEST_TOKENS = ROOT / "tests" / "data" / "tokens.pt"
SHIPPED = sorted((ROOT / "models").glob("*.pt")) + [TEST_TOKENS]


def member(path, name):
    with zipfile.ZipFile(path) as z:
        return z.read(f"{z.namelist()[0].split('/')[0]}/extra/{name}")


@pytest.fixture
def tokenizer():
    """A SentencePiece model of 512 tokens."""
    pytest.importorskip("sentencepiece")
    return member(TEST_TOKENS, "tokenizer.model")


def numbers(count, seed):
    """Pseudo-random uint16 values, the same in every version of numpy."""
    values, s = np.empty(count, np.int64), seed
    for i in range(count):
        s = (s * 1664525 + 1013904223) % 2**32
        values[i] = s >> 16
    return values


class Maker:
    """Draws a model's tensors within ranges that keep activations lively."""

    def __init__(self, seed, extreme=False):
        self.seed, self.extreme = seed, extreme

    def integers(self, dtype, shape, limit):
        self.seed += 1
        values = np.resize(numbers(4099, self.seed), shape) % (2 * limit + 1) - limit
        return (np.sign(values) * limit if self.extreme else values).astype(dtype)

    def floats(self, shape, low, high):
        self.seed += 1
        unit = np.resize(numbers(1021, self.seed), shape) / 65536
        return (low * (high / low) ** unit).astype(np.float32)

    def linear(self, out, inputs, low, high):
        return self.integers(np.int8, (out, inputs), 63), self.floats(out, low, high)


def make_model(width=64, layers=1, hidden=128, window=32, vocabulary=256,
               tables=((2, 256, 16), (3, 256, 16), (4, 256, 16), (5, 256, 16)), seed=1,
               extreme=False):
    make = Maker(seed, extreme)
    span = (2.0**-40, 2.0**10) if extreme else (2.0**-9, 2.0**-5)
    gains = (2.0**-20, 2.0**20) if extreme else (2.0**6, 2.0**8)
    model = {"emb": make.integers(np.int16, (vocabulary + 1, width), 1000),
             "g": make.floats(width, *gains)}
    for order, rows, columns in tables:
        model[f"tab{order}"] = make.integers(np.int8, (rows, columns), 127)
    linears = {"out": (vocabulary, width, 0.05, 0.5)}
    for i in range(layers):
        linears |= {f"l{i}.q": (width, width, *span), f"l{i}.k": (64, width, *span),
                    f"l{i}.v": (64, width, *span), f"l{i}.o": (width, width, *span),
                    f"l{i}.w1": (hidden, width, *span), f"l{i}.w2": (width, hidden, *span)}
        model[f"l{i}.g1"] = make.floats(width, *gains)
        model[f"l{i}.g2"] = make.floats(width, *gains)
        limit = 2**20 if extreme else 40
        model[f"l{i}.bias"] = make.integers(np.int32, (width // 64, window), limit)
        model[f"l{i}.c"] = make.floats(1, 2.0**-12, 1.0 if extreme else 2.0**-8)
        model[f"l{i}.co"], model[f"l{i}.cf"] = make.floats(1, 0.5, 2.0), make.floats(1, *span)
    for name, sizes in linears.items():
        model[name], model[name + ".s"] = make.linear(*sizes)
    return archive.canonical(model)


MODELS = {
    "small": {},
    "no tables": {"tables": (), "layers": 2},
    "window of one": {"window": 1},
    "window of three": {"window": 3, "layers": 2},
    "two heads, odd tables": {"width": 128, "tables": ((1, 2, 4), (8, 4096, 60)), "window": 40},
    "tokens": {"vocabulary": 1000, "tables": ((2, 1024, 64),)},
    "widest window": {"window": 512, "tables": ((3, 64, 8),)},
    "extreme": {"width": 128, "layers": 3, "extreme": True},
    "extreme, other signs": {"layers": 2, "extreme": True, "seed": 77, "window": 9},
}


@pytest.fixture(params=MODELS, scope="module")
def model(request):
    return make_model(**MODELS[request.param])


def plain_attention(q, k, v, bias, score_scale, output_scale):
    """EXACT.md 5.1 position by position."""
    window, out = bias.shape[1], np.empty_like(q)
    for t in range(len(q)):
        for h in range(q.shape[1]):
            near = range(max(0, t - window + 1), t + 1)
            score = [int(np.rint(np.float32(int(q[t, h] @ k[u])) * score_scale[0])) + bias[h, t - u]
                     for u in near]
            e = [reference.EXP[min(max(score) - s, 50)] for s in score]
            total = sum(w * v[u] for w, u in zip(e, near))
            mean = total.astype(np.float32) / np.float32(sum(e))
            out[t, h] = np.clip(np.rint(mean * output_scale), -63, 63)
    return out


def plain_rows(tokens, order, rows, start):
    """EXACT.md 4.1 position by position."""
    result = []
    for t in range(len(tokens)):
        h = order
        for u in range(t - order + 1, t + 1):
            token = int(tokens[u]) if u >= 0 else start
            h = ((h ^ (h >> 15)) + token + 1) * 0x2C1B3C6D % 2**32
        result.append(h >> (32 - (rows.bit_length() - 1)))
    return result


def test_exp_is_the_rounded_exponential():
    assert list(reference.EXP[:50]) == [round(255 * np.exp(-i / 8)) for i in range(50)]
    assert reference.EXP[50] == 0 and len(reference.EXP) == 51


@pytest.mark.parametrize("window", [1, 5, 300])
def test_reference_attention_follows_the_plain_rule(window, monkeypatch):
    monkeypatch.setattr(reference, "BLOCK", 16)
    make = Maker(window)
    q = make.integers(np.int64, (50, 2, 64), 127)
    k, v = make.integers(np.int64, (50, 64), 63), make.integers(np.int64, (50, 64), 63)
    bias = make.integers(np.int32, (2, window), 30)
    arguments = (q, k, v, bias, np.array([2.0**-11], np.float32), np.array([1.7], np.float32))
    assert (reference.attend(*arguments) == plain_attention(*arguments)).all()


@pytest.mark.parametrize("order,rows", [(1, 2), (2, 256), (5, 32768), (8, 2**24)])
def test_reference_rows_follow_the_plain_rule(order, rows):
    tokens = archive.self_test_tokens(256, 40)
    arguments = (tokens, order, rows, 256)
    assert list(reference.table_rows(*arguments)) == plain_rows(*arguments)


GOLDEN = "ef624932db700d2aa9d21d72857673b1069497972f7b18620168e0c802df96eb"


def test_reference_repeats_the_golden_hash():
    """The hash was computed by an independent implementation of EXACT.md."""
    logits = reference.logits(make_model(layers=2), archive.self_test_tokens(256, 200))
    assert archive.logits_hash(logits) == GOLDEN


def test_blocks_do_not_matter_to_the_reference(model, monkeypatch):
    tokens = archive.self_test_tokens(len(model["out"]), 90)
    whole = reference.logits(model, tokens)
    monkeypatch.setattr(reference, "BLOCK", 7)
    assert (reference.logits(model, tokens) == whole).all()
    assert (reference.logits(model, tokens[:31]) == whole[:31]).all()


def broken(name, value):
    """A model with one value of one tensor out of range."""
    model = make_model()
    model[name].flat[-1] = value
    return model


def changed(**tensors):
    return {name: a for name, a in (make_model() | tensors).items() if a is not None}


REFUSED = {
    "heavy weight": broken("l0.q", 64),
    "light weight": broken("out", -64),
    "large score scale": broken("l0.c", 1.001),
    "large scale": broken("l0.w1.s", 1025),
    "zero scale": broken("l0.cf", 0),
    "negative scale": broken("out.s", -1),
    "infinite gain": broken("g", np.inf),
    "scale that is no number": broken("l0.co", np.nan),
    "large gain": broken("l0.g2", 2.0**20 + 1),
    "large bias": broken("l0.bias", -2**20 - 1),
    "wrong type": changed(emb=np.zeros((257, 64), np.int32)),
    "wrong shape": changed(g=np.ones(63, np.float32)),
    "missing tensor": changed(**{"l0.o.s": None}),
    "unknown tensor": changed(extra=np.zeros(1, np.float32)),
    "order 9": changed(tab9=np.zeros((2, 4), np.int8)),
    "rows no power of two": changed(tab2=np.zeros((255, 16), np.int8)),
    "tables wider than x": changed(tab1=np.zeros((2, 4), np.int8)),
    "no head": changed(out=None),
    "odd width": changed(emb=np.zeros((257, 65), np.int16)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_models_outside_the_limits_are_refused(name):
    with pytest.raises(archive.ModelError):
        archive.canonical(REFUSED[name])


def test_models_at_the_limits_are_accepted():
    model = make_model()
    model["l0.q"].flat[0], model["l0.c"].flat[0], model["g"].flat[0] = 63, 1.0, -2.0**20
    model["l0.w1.s"].flat[0], model["l0.bias"].flat[0] = 2.0**-40, 2**20
    archive.canonical(model)


def test_id_covers_what_decides_bytes(tokenizer):
    model = make_model()
    ids = {archive.model_id(model), archive.model_id(model, tokenizer=tokenizer),
           archive.model_id(model, prior=b"x"), archive.model_id(broken("l0.v", 1)),
           archive.model_id(make_model(window=31))}
    assert len(ids) == 5


def read_model_file(path):
    """(description, tensors) of a model file, read as EXACT.md 7 says."""
    with zipfile.ZipFile(path) as z:
        root = z.namelist()[0].split("/")[0]
        record = json.loads(z.read(f"{root}/extra/lmzip.json"))
        tensors = {}
        for name, entry in record["tensors"].items():
            data = z.read(f"{root}/{entry['member']}")
            tensors[name] = np.frombuffer(data, archive.LITTLE_ENDIAN[entry["type"]]).reshape(
                entry["shape"])
    return record, tensors


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_are_what_they_say(path):
    record, tensors = read_model_file(path)
    model = archive.canonical(tensors)
    extra = {}
    with zipfile.ZipFile(path) as z:
        for key, member in (("tokenizer", "tokenizer.model"), ("prior", "prior.bin")):
            member = f"{record['name']}/extra/{member}"
            extra[key] = z.read(member) if member in z.namelist() else b""
    assert record["name"] == path.stem or path == TEST_TOKENS
    assert record["id"] == archive.model_id(model, **extra)
    assert record["architecture"] == archive.architecture_of(model)
    assert record["self_test"] == archive.self_test(model)


def check_members(data):
    """Members are stored, tensors aligned, and nothing tells of the machine."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        assert z.testzip() is None
        for info in z.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert not info.filename.endswith(".debug_pkl")
            header = info.header_offset
            name, extra = struct.unpack("<HH", data[header + 26:header + 30])
            if "/data/" in info.filename or info.filename.endswith("prior.bin"):
                assert (header + 30 + name + extra) % archive.ALIGNMENT == 0
    assert str(ROOT).encode() not in data and str(pathlib.Path.home()).encode() + b"/" not in data


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_can_be_mapped(path):
    check_members(path.read_bytes())


def script(model):
    pytest.importorskip("torch")
    from exact1 import torchscript
    return torchscript.script(model)


def run(module, tokens, state, step):
    """Logits of lanes fed `step` tokens a call, and the state after."""
    import torch
    logits = []
    with torch.inference_mode():
        for first in range(0, tokens.shape[1], step):
            part, state = module(torch.from_numpy(tokens[:, first:first + step]), state)
            logits.append(part.numpy())
    return np.concatenate(logits, 1), state


def test_module_equals_the_reference(model):
    module = script(model)
    tokens = archive.self_test_tokens(len(model["out"]), 150)
    expected = reference.logits(model, tokens)
    for step in (1, 7, 128, 150):
        logits, _ = run(module, tokens[None], module.init(1), step)
        assert logits.dtype == np.int16 and (logits[0] == expected).all(), step


def test_lanes_of_different_ages_share_a_batch(model):
    torch = pytest.importorskip("torch")
    module, vocabulary = script(model), len(model["out"])
    streams = [np.concatenate([[vocabulary], numbers(80, seed) % vocabulary]) for seed in range(4)]
    expected = [reference.logits(model, stream) for stream in streams]
    ages = [0, 1, 13, 50]
    states = [run(module, s[None, :age], module.init(1), 64)[1] if age else module.init(1)
              for s, age in zip(streams, ages)]
    batch = [torch.cat(rows) for rows in zip(*states)]
    tokens = np.stack([s[age:age + 30] for s, age in zip(streams, ages)])
    logits, _ = run(module, tokens, batch, 9)
    for lane, age in enumerate(ages):
        assert (logits[lane] == expected[lane][age:age + 30]).all(), lane


def test_largest_sums_stay_exact():
    """All products of one sign: sums reach 63 * 63 * 4096 and 63 * 127 * 2048, just under 2^24."""
    model = make_model(width=4096, hidden=2048, vocabulary=2, window=2, tables=())
    for name, a in model.items():
        if a.dtype == np.int8:
            a[:] = 63
        elif name in ("g", "l0.g1", "l0.g2"):
            a[:] = 2**20
        elif name.endswith(".s"):
            a[:] = np.resize([2.0**-19, 2.0**-14 * 1.1, 2.0**-10 * 1.3], a.shape)
    model["emb"][:] = 32767
    model["l0.cf"][:] = 2.0**10
    tokens = np.array([2, 1, 0, 1])
    module = script(model)
    logits, _ = run(module, tokens[None], module.init(1), 2)
    assert (logits[0] == reference.logits(model, tokens)).all()


def export(directory, name, cwd, *options):
    path = directory / f"{name}.npz"
    output = cwd / f"{name}.pt"
    subprocess.run([sys.executable, ROOT / "scripts" / "export.py", path, "-o", output, *options],
                   check=True, cwd=cwd, capture_output=True, text=True)
    return output.read_bytes()


def test_token_table(tokenizer):
    table = tokens.table(tokenizer)
    assert table == member(TEST_TOKENS, "tokens.bin")
    stands_for, at = [], 0
    while at < len(table):
        stands_for.append(table[at + 1:at + 1 + table[at]])
        at += 1 + table[at]
    sp = tokens.processor(tokenizer)
    assert len(stands_for) == sp.vocab_size() == 512
    text = "two  spaces, Grüße\r\nand \U0001f600\0\n"
    assert b"".join(stands_for[t] for t in sp.encode(text)) == text.encode()
    with pytest.raises(ValueError):
        tokens.table(b"no model")


def test_export_is_deterministic_and_loads(tmp_path, tokenizer):
    torch = pytest.importorskip("torch")
    model = make_model(vocabulary=512)
    np.savez(tmp_path / "small.npz", **model)
    (tmp_path / "t.model").write_bytes(tokenizer)
    (tmp_path / "p.bin").write_bytes(b"a prior")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    options = ("--tokenizer", tmp_path / "t.model", "--prior", tmp_path / "p.bin", "--version", "3",
               "--training", "none", "--licence", "CC0-1.0")
    data = export(tmp_path, "small", tmp_path, *options)
    assert export(tmp_path, "small", elsewhere, *options) == data
    check_members(data)

    record, tensors = read_model_file(tmp_path / "small.pt")
    assert all((tensors[name] == a).all() for name, a in model.items())
    assert (record["version"], record["licence"], record["vocabulary"]) == (3, "CC0-1.0",
                                                                          "sentencepiece")
    assert record["id"] == archive.model_id(model, tokenizer, b"a prior")
    files = {"tokenizer.model": "", "tokens.bin": "", "prior.bin": ""}
    module = torch.jit.load(io.BytesIO(data), _extra_files=files)
    assert files == {"tokenizer.model": tokenizer, "tokens.bin": tokens.table(tokenizer),
                     "prior.bin": b"a prior"}
    sequence = archive.self_test_tokens(512, 16)
    logits, _ = run(module, sequence[None], module.init(1), 5)
    assert archive.logits_hash(logits) == record["self_test"]["short"]["sha256"]


@pytest.mark.parametrize("options", [(), ("--name", "Bad Name", "--tokenizer", "/dev/null")])
def test_export_refuses_what_lmzip_would_refuse(tmp_path, options):
    pytest.importorskip("torch")
    np.savez(tmp_path / "tokens.npz", **make_model(vocabulary=300))
    with pytest.raises(subprocess.CalledProcessError) as failure:
        export(tmp_path, "tokens", tmp_path, *options)
    assert failure.value.stderr.startswith("export.py: ")
    assert not (tmp_path / "tokens.pt").exists()
