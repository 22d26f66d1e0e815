"""PyTorch's side of a whole training: the same weights, batches and rates as ours, step by step. Reads JSON lines on stdin, answers one line each.

{"do": "load", "file": PATH, "config": {...}, "threads": N, "optimizer": {...}, "groups": [{"names", "lrMult", "decayMult"}]} -> {"parameters": N}
{"do": "step", "file": PATH, "lr": X} -> {"ms": T, "loss": L}   the file holds image float32 [N,3,H,W] and labels int32 [N,H,W]
{"do": "save", "file": PATH} -> {}                              parameters and running statistics, NVlabs names
"""
import json
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from segformer import SegFormer
from train_step import load


def save(path, tensors):
    header, data, end = {}, [], 0
    for name, t in tensors.items():
        raw = t.detach().contiguous().float().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(t.shape), "data_offsets": [end, end + len(raw)]}
        data.append(raw)
        end += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def main():
    model = optimizer = settings = groups = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if request["do"] == "load":
            torch.set_num_threads(request["threads"])
            model = SegFormer(request["config"])
            missing = model.load_state_dict(load(request["file"]), strict=False).missing_keys
            assert all(name.endswith("num_batches_tracked") for name in missing), missing
            model.train()
            settings, groups = request["optimizer"], request["groups"]
            parameters = dict(model.named_parameters())
            assert sorted(parameters) == sorted(n for g in groups for n in g["names"])
            optimizer = torch.optim.AdamW(
                [{"params": [parameters[n] for n in g["names"]], "weight_decay": settings["weightDecay"] * g["decayMult"]} for g in groups],
                lr=settings["lr"], betas=tuple(settings["betas"]), eps=settings["eps"])
            answer = {"parameters": sum(p.numel() for p in model.parameters())}
        elif request["do"] == "step":
            batch = load(request["file"])
            image, labels = batch["image"], batch["labels"].long()
            start = time.perf_counter()
            for group, g in zip(optimizer.param_groups, groups):
                group["lr"] = request["lr"] * g["lrMult"]
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(image), labels, ignore_index=255)
            loss.backward()
            if settings["clipNorm"] is not None:
                torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clipNorm"])
            optimizer.step()
            answer = {"ms": (time.perf_counter() - start) * 1e3, "loss": loss.item()}
        else:
            save(request["file"], {k: v for k, v in model.state_dict().items() if v.dtype == torch.float32})
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
