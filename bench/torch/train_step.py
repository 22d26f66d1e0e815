"""PyTorch's side of the step benchmark: reads JSON lines on stdin, answers one line each.

{"do": "load", "file": PATH, "config": {...}, "threads": N, "device": "cpu" | "cuda"} -> {"parameters": N, "torch": VERSION, "device": NAME}
{"do": "steps", "count": N} -> {"ms": [...], "losses": [...], "loss": LAST}
A step is forward, cross entropy over labels that are not 255, backward and AdamW; the batch is ready.
"""
import json
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from segformer import SegFormer


def load(path):
    with open(path, "rb") as f:
        (n,) = struct.unpack("<Q", f.read(8))
        header, data = json.loads(f.read(n)), f.read()
    header.pop("__metadata__", None)
    kinds = {"F32": np.float32, "I64": np.int64, "I32": np.int32}
    return {k: torch.from_numpy(np.frombuffer(data[slice(*v["data_offsets"])], dtype=kinds[v["dtype"]]).reshape(v["shape"]).copy()) for k, v in header.items()}


def main():
    model = optimizer = x = labels = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "load":
            torch.set_num_threads(request["threads"])
            tensors = load(request["file"])
            model = SegFormer(request["config"])
            model.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith("param.")}, strict=False)
            device = torch.device(request.get("device", "cpu"))
            model.to(device).train()
            optimizer = torch.optim.AdamW(model.parameters(), lr=request["lr"], betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
            x, labels = tensors["x"].to(device), tensors["labels"].long().to(device)
            answer = {"parameters": sum(p.numel() for p in model.parameters()), "torch": torch.__version__, "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu"}
        else:
            ms, losses = [], []
            for _ in range(request["count"]):
                start = time.perf_counter()
                optimizer.zero_grad(set_to_none=True)
                loss = F.cross_entropy(model(x), labels, ignore_index=255)
                loss.backward()
                optimizer.step()
                # Waits for the device.
                losses.append(loss.item())
                ms.append((time.perf_counter() - start) * 1e3)
            answer = {"ms": ms, "losses": losses, "loss": losses[-1]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
