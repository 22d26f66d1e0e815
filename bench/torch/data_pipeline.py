"""PyTorch's side of the pipeline benchmark: reads JSON lines on stdin, answers one line each.

{"do": "load", "items": [[IMAGE, LABEL], ...], "size": N, "batch": N} -> {"torch": VERSION, "pillow": VERSION}
{"do": "images", "count": N} -> {"seconds": T, "cpuSeconds": T}
The standard recipe as people write it with Pillow and numpy: RandomResize 0.5..2, RandomCrop with cat_max_ratio 0.75, flip, photometric
distortion, pad, normalise; a DataLoader without workers on one thread, so that it is the rate of one core.
"""
import json
import random
import sys
import time

import numpy as np
import PIL
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch.utils.data import DataLoader, Dataset

MEAN = torch.tensor([123.675, 116.28, 103.53]).view(3, 1, 1)
STD = torch.tensor([58.395, 57.12, 57.375]).view(3, 1, 1)


def fit(w, h, target):
    f = min(max(target) / max(w, h), min(target) / min(w, h))
    return int(w * f + 0.5), int(h * f + 0.5)


def mixed(label):
    counts = np.bincount(label.reshape(-1), minlength=256)[:255]
    counts = counts[counts > 0]
    return len(counts) > 1 and counts.max() / counts.sum() < 0.75


def channel(image, index, table):
    bands = list(image.convert("HSV").split())
    bands[index] = bands[index].point(table)
    return Image.merge("HSV", bands).convert("RGB")


def distort(image):
    if random.random() < 0.5:
        delta = random.uniform(-32, 32)
        image = image.point([int(min(255, max(0, v + delta))) for v in range(256)] * 3)
    first = random.random() < 0.5
    contrast = random.uniform(0.5, 1.5) if random.random() < 0.5 else None
    times = lambda a: [int(min(255, v * a)) for v in range(256)]
    if contrast is not None and first:
        image = image.point(times(contrast) * 3)
    if random.random() < 0.5:
        image = channel(image, 1, times(random.uniform(0.5, 1.5)))
    if random.random() < 0.5:
        turn = random.randrange(-25, 25)
        image = channel(image, 0, [(v + turn) % 256 for v in range(256)])
    if contrast is not None and not first:
        image = image.point(times(contrast) * 3)
    return image


class Recipe(Dataset):
    def __init__(self, items, size):
        self.items, self.size = items, size

    def __len__(self):
        return 1 << 30

    def __getitem__(self, index):
        n = self.size
        paths = self.items[index % len(self.items)]
        image, label = Image.open(paths[0]).convert("RGB"), Image.open(paths[1])
        ratio = random.uniform(0.5, 2)
        to = fit(*image.size, (int(4 * n * ratio), int(n * ratio)))
        image, label = image.resize(to, Image.BILINEAR), np.asarray(label.resize(to, Image.NEAREST))
        for _ in range(11):
            x, y = random.randint(0, max(to[0] - n, 0)), random.randint(0, max(to[1] - n, 0))
            cut = label[y:y + n, x:x + n]
            if mixed(cut):
                break
        image, label = image.crop((x, y, min(x + n, to[0]), min(y + n, to[1]))), cut
        if random.random() < 0.5:
            image, label = ImageOps.mirror(image), label[:, ::-1]
        image = distort(image)
        bottom, right = n - label.shape[0], n - label.shape[1]
        if bottom or right:
            image = ImageOps.expand(image, (0, 0, right, bottom))
            label = np.pad(label, ((0, bottom), (0, right)), constant_values=255)
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).float()
        return (pixels - MEAN) / STD, torch.from_numpy(np.ascontiguousarray(label)).long()


def main():
    batches = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "load":
            torch.set_num_threads(1)
            random.seed(0)
            batch = request["batch"]
            batches = iter(DataLoader(Recipe(request["items"], request["size"]), batch_size=batch, num_workers=0))
            answer = {"torch": torch.__version__, "pillow": PIL.__version__}
        else:
            started, cpu = time.perf_counter(), time.process_time()
            for _ in range(request["count"] // batch):
                next(batches)
            answer = {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - cpu}
        print(json.dumps(answer), flush=True)


main()
