"""The model file of family exact-1: limits, canonical id, self-test, and a TorchScript archive with
the same bytes on every machine. A model is the dictionary of arrays that reference.py describes."""
import hashlib
import io
import json
import re
import struct
import zipfile

import numpy as np

from exact1 import reference, tokens

ALIGNMENT = 64  # bytes; where tensors and the prior start, so that readers can map them
SELF_TESTS = {"short": 16, "long": 1024}  # tokens
LITTLE_ENDIAN = {"int8": "<i1", "int16": "<i2", "int32": "<i4", "float32": "<f4"}


class ModelError(ValueError):
    """A model outside the family's limits."""


def require(condition, message):
    if not condition:
        raise ModelError(message)


def architecture_of(model):
    """The architecture record; only as sane as the model, see check()."""
    require("emb" in model and "out" in model and "l0.bias" in model and "l0.w1" in model,
            "no model of family exact-1: emb, out or the first layer is missing")
    return {
        "width": model["emb"].shape[1],
        "layers": sum(re.fullmatch(r"l\d+\.bias", name) is not None for name in model),
        "hidden": model["l0.w1"].shape[0],
        "window": model["l0.bias"].shape[1],
        "vocabulary": len(model["out"]),
        "tables": [{"order": n, "rows": len(model[f"tab{n}"]), "width": model[f"tab{n}"].shape[1]}
                   for n in reference.table_orders(model)],
    }


def layout(a):
    """Name -> (type, shape) of every tensor of architecture `a`."""
    width, hidden, vocabulary = a["width"], a["hidden"], a["vocabulary"]
    head = reference.HEAD
    tensors = {"emb": ("int16", (vocabulary + 1, width)), "g": ("float32", (width,))}
    tensors |= {f"tab{t['order']}": ("int8", (t["rows"], t["width"])) for t in a["tables"]}
    linears = {"out": (vocabulary, width)}
    for i in range(a["layers"]):
        linears |= {f"l{i}.q": (width, width), f"l{i}.k": (head, width), f"l{i}.v": (head, width),
                    f"l{i}.o": (width, width), f"l{i}.w1": (hidden, width),
                    f"l{i}.w2": (width, hidden)}
        tensors |= {f"l{i}.bias": ("int32", (width // head, a["window"]))}
        tensors |= {f"l{i}.{name}": ("float32", (width,)) for name in ("g1", "g2")}
        tensors |= {f"l{i}.{name}": ("float32", (1,)) for name in ("c", "co", "cf")}
    for name, shape in linears.items():
        tensors |= {name: ("int8", shape), name + ".s": ("float32", shape[:1])}
    return tensors


def check_architecture(a):
    def within(name, low, high, step=1):
        value = a[name]
        require(low <= value <= high and value % step == 0,
                f"{name} is {value}; it must be a multiple of {step} from {low} to {high}")
    within("width", 64, 4096, 64)
    within("hidden", 64, 2048, 64)
    within("window", 1, 512)
    within("layers", 1, 64)
    within("vocabulary", 2, 32768)
    for t in a["tables"]:
        rows = t["rows"]
        require(2 <= rows <= 2**24 and rows & (rows - 1) == 0,
                f"table of order {t['order']} has {rows} rows; a power of two up to 2^24 is needed")
        require(t["width"] >= 4 and t["width"] % 4 == 0,
                f"table of order {t['order']} has {t['width']} columns; a multiple of 4 is needed")
    require(sum(t["width"] for t in a["tables"]) <= a["width"], "the tables are wider than x")


def check_values(name, values):
    kind = name.rsplit(".")[-1]
    if values.dtype == np.float32:
        require(np.isfinite(values).all(), f"{name} is not finite")
    if kind in ("s", "c", "co", "cf"):
        top = 1.0 if kind == "c" else 2.0**10
        require(((values >= 2.0**-40) & (values <= top)).all(),
                f"{name} is outside [2^-40, {top:g}]")
    elif kind in ("g", "g1", "g2", "bias"):
        require((np.abs(values.astype(np.float64)) <= 2**20).all(), f"{name} exceeds 2^20")
    elif kind in ("q", "k", "v", "o", "w1", "w2", "out"):
        require((np.abs(values.astype(np.int64)) <= 63).all(), f"{name} is outside -63..63")


def canonical(model):
    """The model with contiguous arrays, scalars in shape [1]. Raises ModelError outside limits."""
    model = {name: np.array(a, order="C", ndmin=1) for name, a in model.items()}
    architecture = architecture_of(model)
    check_architecture(architecture)
    expected = layout(architecture)
    require(set(model) == set(expected),
            f"tensors {sorted(set(model) ^ set(expected))} are missing or unknown")
    for name, (dtype, shape) in expected.items():
        a = model[name]
        require(a.dtype == dtype and a.shape == shape,
                f"{name} is {a.dtype}{list(a.shape)}, expected {dtype}{list(shape)}")
        check_values(name, a)
    return model


def little_endian(array):
    return array.astype(LITTLE_ENDIAN[array.dtype.name]).tobytes()


def model_id(model, tokenizer=b"", prior=b""):
    """Hex SHA-256 of all that decides bytes, whatever archive holds it. `model` is canonical."""
    a = architecture_of(model)
    sizes = [a[key] for key in ("width", "layers", "hidden", "window", "vocabulary")]
    sizes.append(len(a["tables"]))
    for t in a["tables"]:
        sizes += [t["order"], t["rows"], t["width"]]
    sha = hashlib.sha256(b"lmzip exact-1\n" + struct.pack(f"<{len(sizes)}I", *sizes))
    for name in sorted(model, key=str.encode):
        array = model[name]
        sha.update(f"{name}\0{array.dtype.name}\0".encode())
        sha.update(struct.pack(f"<{1 + array.ndim}I", array.ndim, *array.shape))
        sha.update(little_endian(array))
    table = [tokens.table(tokenizer)] if tokenizer else []
    for blob in (tokenizer, *table, prior):
        sha.update(struct.pack("<Q", len(blob)) + blob)
    return sha.hexdigest()


def self_test_tokens(vocabulary, count):
    """The start token, then pseudo-random tokens."""
    tokens, s = [vocabulary], 1
    while len(tokens) < count:
        s = (s * 1664525 + 1013904223) % 2**32
        tokens.append((s >> 16) % vocabulary)
    return np.array(tokens)


def logits_hash(logits):
    return hashlib.sha256(np.asarray(logits).astype("<i2").tobytes()).hexdigest()


def self_test(model):
    """Hashes of the reference's logits over the first tokens of the self-test sequence."""
    tokens = self_test_tokens(len(model["out"]), max(SELF_TESTS.values()))
    logits = reference.logits(model, tokens)
    return {name: {"tokens": count, "sha256": logits_hash(logits[:count])}
            for name, count in SELF_TESTS.items()}


def description(model, name, tokenizer=b"", prior=b"", version=1, licence="", training=""):
    """What lmzip.json says, apart from the members that hold the tensors."""
    if tokenizer:
        require(tokens.count(tokenizer) == len(model["out"]),
                f"the tokenizer has {tokens.count(tokenizer)} tokens, the model {len(model['out'])}")
    tables = sum(a.size for key, a in model.items() if key.startswith("tab"))
    return {
        "name": name,
        "version": version,
        "tier": "exact",
        "family": "exact-1",
        "vocabulary": "sentencepiece" if tokenizer else "bytes",
        "id": model_id(model, tokenizer, prior),
        "logit_unit": "1/256 bit",
        "parameters": {"dense": sum(a.size for a in model.values()) - tables, "tables": tables},
        "licence": licence,
        "training": training,
        "architecture": architecture_of(model),
        "self_test": self_test(model),
    }


def match_members(model, names, members):
    """The tensors' entries in lmzip.json, given their names in the order of the data members."""
    require(len(names) == sum(m.startswith("data/") for m in members), "a tensor has no member")
    entries = {}
    for i, name in enumerate(names):
        array, member = model[name], f"data/{i}"
        require(members[member] == little_endian(array), f"{member} does not hold {name}")
        entries[name] = {"member": member, "type": array.dtype.name, "shape": list(array.shape)}
    return {name: entries[name] for name in sorted(entries)}


def read_members(saved):
    """The members of what torch.jit.save wrote, without their root, less what varies from machine
    to machine and is not needed to load: source positions and the serialisation id."""
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        members = {n.split("/", 1)[1]: archive.read(n) for n in archive.namelist()}
    return {n: data for n, data in members.items()
            if not n.endswith(".debug_pkl") and not n.startswith(".")}


def read(path):
    """The tensors of an exact model: of a model file (NAME.pt), or of the MODEL.npz of a run."""
    if not zipfile.is_zipfile(path):
        raise ModelError(f"{path} is no archive")
    with zipfile.ZipFile(path) as archive:
        descriptions = [n for n in archive.namelist() if n.endswith("/extra/lmzip.json")]
        if not descriptions:
            return canonical(dict(np.load(path)))
        root = descriptions[0].split("/", 1)[0]
        tensors = json.loads(archive.read(descriptions[0])).get("tensors")
        require(tensors, f"{path} holds no model of family exact-1")
        return canonical({
            name: np.frombuffer(archive.read(f"{root}/{t['member']}"), LITTLE_ENDIAN[t["type"]])
            .reshape(t["shape"]) for name, t in tensors.items()})


def member_order(name):
    """The description first, then the code, then tensors by number, then the large extra files."""
    head, _, tail = name.partition("/")
    if name == "extra/lmzip.json":
        return (0, 0, name)
    if head == "data":
        return (2, int(tail), name)
    return (3 if head == "extra" else 1, 0, name)


def write_zip(root, members):
    """A zip file of stored members under `root`, the same bytes for the same members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members, key=member_order):
            info = zipfile.ZipInfo(f"{root}/{name}", (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            if name.startswith("data/") or name == "extra/prior.bin":
                # A local header is 30 bytes, name and extra field; padding takes 4 bytes or more.
                padding = -(buffer.tell() + 30 + len(info.filename) + 4) % ALIGNMENT
                info.extra = b"FB" + struct.pack("<H", padding) + bytes(padding)
            archive.writestr(info, members[name])
    return buffer.getvalue()


def build(model, saved, tensor_names, record, tokenizer=b"", prior=b""):
    """The model file: what torch.jit.save wrote (`saved`, its data members holding `tensor_names`
    in order) with the description `record` and the extra files."""
    members = read_members(saved)
    record = record | {"tensors": match_members(model, tensor_names, members)}
    members["extra/lmzip.json"] = json.dumps(record, indent=1).encode()
    if tokenizer:
        members["extra/tokenizer.model"] = tokenizer
        members["extra/tokens.bin"] = tokens.table(tokenizer)
    if prior:
        members["extra/prior.bin"] = prior
    return write_zip(record["name"], members)
