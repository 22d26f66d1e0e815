"""Writes tests/fixtures/weights: one tiny SegFormer in every naming and container, tensors of every type, and pickles that mean harm.

  /usr/bin/python3 tests/oracles/weights.py                 makes the fixtures
  /usr/bin/python3 tests/oracles/weights.py --check FOLDER  loads what the studio exported (own|nvidia|hf|mmseg .safetensors) strictly into torch
                                                            modules of that naming, compares logits, and stores the verdict with the files' hashes
                                                            (written there by `MASKWRIGHT_WEIGHTS_OUT=FOLDER vitest run tests/contract/weights.test.ts`)
Debian's python3-torch 1.13 and python3-onnx. Nothing here ever loads a pickle.
"""
import hashlib
import io
import json
import os
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "bench", "torch"))
sys.path.insert(0, HERE)
from segformer import SegFormer, seeded_init  # noqa: E402
from segformer_names import HfSegformer, MmsegBackbone, MmsegHead  # noqa: E402

OUT = os.path.join(HERE, "..", "fixtures", "weights")
CFG = dict(dims=[4, 4, 8, 8], depths=[1, 2, 1, 1], heads=[1, 1, 2, 2], sr=[8, 4, 2, 1], E=8, nc=5)
EDGE = 64


def path(name):
    return os.path.join(OUT, name)


def picture():
    """Numbers that any language makes again: ((i * 7919) mod 256) / 128 - 1."""
    i = np.arange(3 * EDGE * EDGE, dtype=np.int64)
    return torch.from_numpy(((i * 7919 % 256) / 128 - 1).astype(np.float32)).reshape(1, 3, EDGE, EDGE)


def sampled(logits):
    return logits[:, :, ::8, ::8].contiguous()


TYPES = {torch.float32: "F32", torch.float16: "F16", torch.float64: "F64", torch.int64: "I64"}


def save_safetensors(name, tensors, metadata=None):
    header, data, end = ({"__metadata__": metadata} if metadata else {}), [], 0
    for key, t in tensors.items():
        raw = t.detach().contiguous().numpy().tobytes()
        header[key] = {"dtype": TYPES[t.dtype], "shape": list(t.shape), "data_offsets": [end, end + len(raw)]}
        data.append(raw)
        end += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path(name), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def load_safetensors(file):
    with open(file, "rb") as f:
        (length,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(length))
        data = f.read()
    header.pop("__metadata__", None)
    out = {}
    for key, e in header.items():
        assert e["dtype"] == "F32"
        begin, end = e["data_offsets"]
        out[key] = torch.from_numpy(np.frombuffer(data[begin:end], "<f4").copy()).reshape(e["shape"])
    return out


def model(seed):
    torch.manual_seed(seed)
    net = SegFormer(CFG)
    seeded_init(net, seed)
    g = torch.Generator().manual_seed(seed + 100)
    bn = net.decode_head.linear_fuse.bn
    bn.running_mean += torch.randn(bn.running_mean.shape, generator=g) * 0.3
    bn.running_var += torch.rand(bn.running_var.shape, generator=g)
    return net.eval()


def to_hf(state):
    """NVIDIA state dict -> HF, written out by hand so that it shares nothing with the studio's tables."""
    out = OrderedDict()
    for key, t in state.items():
        *head, last = key.split(".")
        where = ".".join(head)
        if where.startswith("backbone.block"):
            s, j, rest = int(where[len("backbone.block")]) - 1, head[2], ".".join(head[3:])
            base = f"segformer.encoder.block.{s}.{j}."
            if rest == "attn.kv":
                half = t.shape[0] // 2
                out[f"{base}attention.self.key.{last}"], out[f"{base}attention.self.value.{last}"] = t[:half].clone(), t[half:].clone()
                continue
            names = {"norm1": "layer_norm_1", "norm2": "layer_norm_2", "attn.q": "attention.self.query", "attn.sr": "attention.self.sr",
                     "attn.norm": "attention.self.layer_norm", "attn.proj": "attention.output.dense", "mlp.fc1": "mlp.dense1",
                     "mlp.fc2": "mlp.dense2", "mlp.dwconv.dwconv": "mlp.dwconv.dwconv"}
            out[f"{base}{names[rest]}.{last}"] = t
        elif where.startswith("backbone.patch_embed"):
            s = int(where[len("backbone.patch_embed")]) - 1
            out[f"segformer.encoder.patch_embeddings.{s}.{'proj' if where.endswith('proj') else 'layer_norm'}.{last}"] = t
        elif where.startswith("backbone.norm"):
            out[f"segformer.encoder.layer_norm.{int(where[-1]) - 1}.{last}"] = t
        elif "linear_c" in where:
            out[f"decode_head.linear_c.{int(where.split('linear_c')[1][0]) - 1}.proj.{last}"] = t
        else:
            name = {"linear_fuse.conv": "linear_fuse", "linear_fuse.bn": "batch_norm", "linear_pred": "classifier"}[where[len("decode_head."):]]
            out[f"decode_head.{name}.{last}"] = t
    return out


def to_mmseg(state):
    """NVIDIA backbone -> mmseg names without prefix."""
    out = OrderedDict()
    for key, t in state.items():
        if not key.startswith("backbone."):
            continue
        *head, last = key.split(".")[1:]
        if head[0].startswith("block"):
            s, j, rest = int(head[0][5]) - 1, head[1], ".".join(head[2:])
            base = f"layers.{s}.1.{j}."
            if rest == "attn.q":
                kv = state[key.replace("attn.q", "attn.kv")]
                out[f"{base}attn.attn.in_proj_{last}"] = torch.cat([t, kv])
            elif rest != "attn.kv":
                names = {"norm1": "norm1", "norm2": "norm2", "attn.sr": "attn.sr", "attn.norm": "attn.norm", "attn.proj": "attn.attn.out_proj",
                         "mlp.fc1": "ffn.layers.0", "mlp.dwconv.dwconv": "ffn.layers.1", "mlp.fc2": "ffn.layers.4"}
                pointwise = rest in ("mlp.fc1", "mlp.fc2") and last == "weight"
                out[f"{base}{names[rest]}.{last}"] = t[:, :, None, None] if pointwise else t
        elif head[0].startswith("patch_embed"):
            out[f"layers.{int(head[0][11]) - 1}.0.{'projection' if head[1] == 'proj' else 'norm'}.{last}"] = t
        else:
            out[f"layers.{int(head[0][4]) - 1}.2.{last}"] = t
    return out


def prefixed(prefix, state):
    return OrderedDict((prefix + key, t) for key, t in state.items())


def fixtures():
    net, averaged = model(1), model(2)
    state, ema = net.state_dict(), averaged.state_dict()
    x = picture()
    with torch.no_grad():
        logits, ema_logits = net(x), averaged(x)
        hf = HfSegformer(CFG).eval()
        hf.load_state_dict(to_hf(state))
        mmseg = MmsegBackbone(CFG).eval()
        mmseg.load_state_dict(to_mmseg(state))
        hf_error = (hf(x) - logits).abs().max().item()
        mmseg_error = max((a - b).abs().max().item() for a, b in zip(mmseg(x), net.backbone(x)))
    assert hf_error < 1e-5 and mmseg_error < 1e-5, (hf_error, mmseg_error)
    save_safetensors("own.safetensors", {**{k: v for k, v in state.items() if not k.endswith("num_batches_tracked")}})
    save_safetensors("expected.safetensors", {"logits": sampled(logits), "ema_logits": sampled(ema_logits)},
                     {"config": json.dumps(CFG), "hfError": str(hf_error), "mmsegError": str(mmseg_error)})

    # A training script's whole checkpoint: DDP names, optimizer, averaged weights, odds and ends.
    few = [p for n, p in net.named_parameters() if "linear_pred" in n]
    optimizer = torch.optim.AdamW(few, lr=1e-4)
    sum(p.sum() for p in few).backward()
    before = [p.detach().clone() for p in few]
    optimizer.step()
    with torch.no_grad():
        for p, old in zip(few, before):
            p.copy_(old)
    whole = {"epoch": 7, "best": 61.25, "lr": [1e-4, 1e-5], "args": {"name": "tiny", "amp": False, "size": (64, 64), "none": None},
             "state_dict": prefixed("module.", net.state_dict()), "optimizer": optimizer.state_dict(), "ema": {"module": ema, "decay": 0.999},
             "classes": {"a", "b"}, "big": 2 ** 77}
    torch.save(whole, path("whole-nvidia.pth"))
    whole["model"] = whole.pop("state_dict")
    del whole["ema"]
    torch.save(whole, path("whole-nvidia-legacy.pth"), _use_new_zipfile_serialization=False)
    # mit_b*.pth: bare, without prefix, with the ImageNet classifier.
    bare = OrderedDict((k[len("backbone."):], v) for k, v in state.items() if k.startswith("backbone."))
    bare["head.weight"], bare["head.bias"] = torch.zeros(10, 8), torch.zeros(10)
    torch.save(bare, path("bare-nvidia-legacy.pth"), _use_new_zipfile_serialization=False, pickle_protocol=4)
    # mmseg: {meta, state_dict}, its own head.
    full = prefixed("backbone.", to_mmseg(state))
    full.update(prefixed("decode_head.", MmsegHead(CFG, 8).state_dict()))
    torch.save({"meta": {"epoch": 200, "CLASSES": ("a", "b", "c", "d", "e")}, "state_dict": full}, path("mmseg.pth"), pickle_protocol=4)
    # Hugging Face: segmentation as safetensors with another number of classes, ImageNet classification as .bin in float16.
    other = to_hf(state)
    other["decode_head.classifier.weight"], other["decode_head.classifier.bias"] = torch.ones(7, 8, 1, 1), torch.ones(7)
    other.pop("decode_head.batch_norm.num_batches_tracked")
    save_safetensors("hf-seven-classes.safetensors", other, {"format": "pt"})
    classification = OrderedDict((k, v.half()) for k, v in to_hf(state).items() if k.startswith("segformer."))
    classification["classifier.weight"], classification["classifier.bias"] = torch.zeros(10, 8).half(), torch.zeros(10).half()
    torch.save(classification, path("hf-imagenet.bin"), pickle_protocol=3)


def types():
    """Every element type and layout, and what the numbers are as float32."""
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 4
    tensors = OrderedDict(
        half=torch.tensor([1.5, -2.0, 6e-8, 65504.0]).half(),
        bfloat=torch.tensor([1.0, -2.5, 3e38]).bfloat16(),
        double=torch.tensor([1e-3, -1.0 / 3], dtype=torch.float64),
        long=torch.tensor([[-3, 2 ** 40]]),
        int=torch.tensor([7], dtype=torch.int32),
        short=torch.tensor([-300], dtype=torch.int16),
        char=torch.tensor([-5], dtype=torch.int8),
        byte=torch.tensor([200], dtype=torch.uint8),
        bool=torch.tensor([True, False]),
        scalar=torch.tensor(2.5),
        empty=torch.zeros(0, 3),
        base=base,
        transposed=base.t(),
        row=base[2],
        column=base[:, 1],
        corner=base[1:3, 2:5],
        every=base[::2, ::3],
        cube=torch.arange(24, dtype=torch.float64).reshape(2, 3, 4).permute(2, 0, 1),
        parameter=torch.nn.Parameter(torch.tensor([0.25])),
    )
    torch.save(tensors, path("types.pth"))
    torch.save(tensors, path("types-legacy.pth"), _use_new_zipfile_serialization=False)
    with open(path("types.json"), "w") as f:
        json.dump({k: {"shape": list(t.shape), "values": t.detach().float().flatten().tolist()} for k, t in tensors.items()}, f, indent=1)
        f.write("\n")


class Calls:
    """Pickles as a call of `what` with `args`; it is only ever written."""

    def __init__(self, what, *args, state=None):
        self.what, self.args, self.state = what, args, state

    def __call__(self):
        raise RuntimeError("only the pickler asks whether it could be called")

    def __reduce__(self):
        return (self.what, self.args) if self.state is None else (self.what, self.args, self.state)


def zipped(name, payload):
    with zipfile.ZipFile(path(name), "w") as z:
        z.writestr("archive/data.pkl", payload)
        z.writestr("archive/version", b"3\n")


def malicious():
    names = {}

    def evil(name, value, expected, protocol=2):
        zipped(f"evil-{name}.pth", pickle.dumps(value, protocol=protocol))
        names[f"evil-{name}.pth"] = expected

    evil("system", {"state_dict": Calls(os.system, "touch /tmp/maskwright-was-here")}, "posix.system")
    evil("system-protocol4", Calls(os.system, "touch /tmp/maskwright-was-here"), "posix.system", 4)
    evil("nested", OrderedDict(w=Calls(torch._utils._rebuild_parameter, Calls(eval, "__import__('os').system('id')"), True, OrderedDict())), "builtins.eval", 4)
    evil("getattr", Calls(Calls(getattr, Calls(__import__, "os"), "system"), "id"), "builtins.getattr", 4)
    # REDUCE on what came out of a call, written by hand: OrderedDict()() is no call of an allowed global.
    zipped("evil-call-result.pth", b"\x80\x02ccollections\nOrderedDict\n)R)R.")
    names["evil-call-result.pth"] = "a dictionary"
    zipped("evil-call-type.pth", b"\x80\x02cbuiltins\nlist\n)R.")
    names["evil-call-type.pth"] = "builtins.list"
    zipped("evil-build.pth", pickle.dumps(Calls(OrderedDict, state={"update": 1}), protocol=2))
    names["evil-build.pth"] = "a dictionary"
    zipped("evil-attribute.pth", b"\x80\x04\x8c\x08builtins\x8c\x11str.__class__.mro\x93.")
    names["evil-attribute.pth"] = "builtins.str.__class__.mro"
    legacy = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, Calls(os.system, "id"), []):
        pickle.dump(part, legacy, protocol=2)
    with open(path("evil-legacy.pth"), "wb") as f:
        f.write(legacy.getvalue())
    names["evil-legacy.pth"] = "posix.system"
    with open(path("evil.json"), "w") as f:
        json.dump(names, f, indent=1)
        f.write("\n")


def onnx_files():
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    state = {k: v.numpy() for k, v in model(1).state_dict().items() if not k.endswith("num_batches_tracked")}
    raw, typed = lambda k, a: numpy_helper.from_array(a, k), lambda k, a: helper.make_tensor(k, TensorProto.FLOAT, a.shape, a.flatten().tolist())
    tensors = [(raw if i % 2 else typed)(k, a) for i, (k, a) in enumerate(state.items())]
    graph = lambda initializers: helper.make_model(helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])], initializers))
    onnx.save(graph(tensors), path("nvidia.onnx"))

    def external(name, location, offset, length, shape):
        t = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", location), ("offset", str(offset)), ("length", str(length))):
            t.external_data.add(key=key, value=value)
        return t

    with open(path("external.bin"), "wb") as f:
        f.write(np.arange(8, dtype="<f4").tobytes())
    half = helper.make_tensor("half", TensorProto.FLOAT16, [2], [1.5, -0.25])
    double, long = numpy_helper.from_array(np.array([0.1]), "double"), helper.make_tensor("long", TensorProto.INT64, [2], [-4, 9])
    onnx.save(graph([half, numpy_helper.from_array(np.array([3.0], np.float16), "rawHalf"), double, long, external("outside", "external.bin", 8, 16, [2, 2])]), path("types.onnx"))
    onnx.save(graph([external("stolen", "../../../package.json", 0, 16, [4])]), path("evil-external.onnx"))
    onnx.save(graph([external("late", "external.bin", 24, 16, [4])]), path("evil-external-range.onnx"))


def check(folder):
    x, verdict = picture(), {}
    net = model(1)
    with torch.no_grad():
        logits, levels = net(x), net.backbone(x)
        for naming in ("own", "nvidia", "hf", "mmseg"):
            file = os.path.join(folder, f"{naming}.safetensors")
            tensors = load_safetensors(file)
            if naming == "mmseg":
                target = MmsegBackbone(CFG).eval()
                target.load_state_dict({k[len("backbone."):]: t for k, t in tensors.items()}, strict=True)
                error = max((a - b).abs().max().item() for a, b in zip(target(x), levels))
            else:
                target = (HfSegformer if naming == "hf" else SegFormer)(CFG).eval()
                target.load_state_dict(tensors, strict=True)
                error = (target(x) - logits).abs().max().item()
            assert error < 1e-5, (naming, error)
            with open(file, "rb") as f:
                verdict[naming] = {"sha256": hashlib.sha256(f.read()).hexdigest(), "tensors": len(tensors), "maxError": error}
    with open(path("exports.json"), "w") as f:
        json.dump({"torch": torch.__version__, **verdict}, f, indent=1)
        f.write("\n")
    print(json.dumps(verdict, indent=1))


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        check(sys.argv[2])
    else:
        os.makedirs(OUT, exist_ok=True)
        fixtures()
        types()
        malicious()
        onnx_files()
