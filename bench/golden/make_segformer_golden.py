"""Writes a golden file of any SegFormer in the layout of shared/golden/segformer-tiny.safetensors. Runs on Debian's /usr/bin/python3 with python3-torch.

usage: make_segformer_golden.py OUT [--variant b0] [--config JSON] [--nc N] [--size HxW] [--batch N] [--ignore SHARE] [--seed N] [--lr LR] [--double]

Five AdamW steps magnify rounding: for B2 with 150 classes on 64x64, torch's float32 with one thread lies 1.6e-3 from torch's float32 with two
(linear_fuse.conv.weight) and 1.3e-3 to 1.8e-3 from its float64. --double computes in float64 and stores float32: then the file is the truth, and
what the table shows is the error of the replay alone.
"""
import argparse
import json
import os
import struct
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch"))
from segformer import SegFormer, config, nvidia_init, seeded_init  # noqa: E402


def save(path, tensors, metadata):
    header, data, end = {"__metadata__": metadata}, [], 0
    for name, t in tensors.items():
        t = t.float() if t.dtype == torch.float64 else t
        raw = t.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": {torch.float32: "F32", torch.int64: "I64"}[t.dtype], "shape": list(t.shape), "data_offsets": [end, end + len(raw)]}
        data.append(raw)
        end += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def state(model):
    return {k: v.clone() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}


def picture(batch, h, w, nc, ignore, blocks, seed):
    """Noise pictures and random labels, a share of them 255."""
    g = torch.Generator().manual_seed(seed + 1)
    x = torch.randn(batch, 3, h, w, generator=g)
    if blocks:
        coarse = torch.randint(0, nc, (batch, 1, max(1, h // 8), max(1, w // 8)), generator=g).float()
        labels = F.interpolate(coarse, (h, w), mode="nearest")[:, 0].long()
    else:
        labels = torch.randint(0, nc, (batch, h, w), generator=g)
    labels[torch.rand(batch, h, w, generator=g) < ignore] = 255
    return x, labels


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--variant", default="b0")
    parser.add_argument("--config", help="JSON with dims, depths, heads, sr, E, nc")
    parser.add_argument("--nc", type=int, default=21)
    parser.add_argument("--size", default="64x64")
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--ignore", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--nvidia", action="store_true", help="NVIDIA initialisation: its zero biases make five float32 AdamW steps chaotic, torch itself is off by more than the bounds")
    parser.add_argument("--blocks", action="store_true", help="labels in 8x8 blocks instead of pixel noise")
    parser.add_argument("--double", action="store_true", help="compute in float64; the file is float32 all the same")
    parser.add_argument("--void", action="store_true", help="every pixel of the first image is ignored")
    args = parser.parse_args()
    cfg = json.loads(args.config) if args.config else config(args.variant, args.nc)
    h, w = (int(v) for v in args.size.split("x"))

    torch.manual_seed(args.seed)
    model = SegFormer(cfg)
    (nvidia_init if args.nvidia else seeded_init)(model, args.seed)
    x, labels = picture(args.batch, h, w, cfg["nc"], args.ignore, args.blocks, args.seed)
    if args.void:
        labels[0] = 255
    precision = torch.float64 if args.double else torch.float32
    model, x = model.to(precision), x.to(precision)
    out = {f"param.{k}": v for k, v in state(model).items()}
    with torch.no_grad():
        out["eval_logits"] = model.eval()(x)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    losses = []
    for step in range(5):
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, labels, ignore_index=255)
        loss.backward()
        if step == 0:
            out["train_logits"] = logits.detach().clone()
            out.update({f"grad.{k}": p.grad.clone() for k, p in model.named_parameters()})
        optimizer.step()
        losses.append(loss.item())
    out["losses"] = torch.tensor(losses)
    out.update({f"after5.{k}": v for k, v in state(model).items()})
    out["x"], out["labels"] = x, labels
    save(args.out, out, {
        "config": json.dumps(cfg),
        "names": "NVlabs/SegFormer",
        "batchnorm": "eps 1e-5, momentum 0.1",
        "layernorm_eps": "1e-6 in blocks and stage norms, 1e-5 in patch_embed.norm and attn.norm",
        "optimizer": f"AdamW lr {args.lr:g} betas .9 .999 eps 1e-8 weight_decay .01 decoupled, bias-corrected, one group, decay on every parameter",
        "loss": "mean cross entropy over pixels whose label is not 255",
        "dropout": "0, drop path 0",
        "logits": "at label size (bilinear, align_corners false)",
        "keys": "x, labels, eval_logits, train_logits, losses, param.*, grad.*, after5.*",
        "params": str(sum(p.numel() for p in model.parameters())),
    })
    print(f"{args.out}: {sum(p.numel() for p in model.parameters())} parameters, losses {[round(v, 4) for v in losses]}")


main()
