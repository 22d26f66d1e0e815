"""Writes tests/fixtures/pil/resize.json: what PIL's antialiased bilinear resize does with small pictures, for src/compute/data/resizeAntialias.ts.

Run with Debian's python3-pil and python3-numpy: /usr/bin/python3 tests/oracles/pil.py
"""
import base64
import json
import os

import numpy as np
import PIL
from PIL import Image

OUT = os.path.join(os.path.dirname(__file__), '..', 'fixtures', 'pil')
rng = np.random.RandomState(20261122)


def b64(a):
    return base64.b64encode(np.ascontiguousarray(a, dtype=np.uint8).tobytes()).decode()


def picture(h, w):
    """Smooth gradients with noise on top, so that both rounding and sampling positions show."""
    y, x = np.mgrid[0:h, 0:w]
    base = np.stack([127 + 120 * np.sin(x / 3.1 + y / 5.0), 255.0 * x / max(w - 1, 1), 255.0 * y / max(h - 1, 1)], -1)
    return np.clip(base + rng.randint(-60, 61, (h, w, 3)), 0, 255).astype(np.uint8)


cases = []
for (h, w), targets in [
    ((17, 23), [(17, 23), (29, 39), (9, 11), (5, 40), (1, 1), (17, 8), (40, 23)]),
    ((41, 30), [(10, 7), (13, 9), (64, 47)]),
    ((1, 7), [(3, 11), (1, 3)]),
    ((31, 2), [(47, 3), (8, 1)]),
    ((60, 80), [(48, 64), (3, 4)]),
]:
    image = picture(h, w)
    for th, tw in targets:
        resized = np.asarray(Image.fromarray(image).resize((tw, th), Image.BILINEAR))
        cases.append({'height': h, 'width': w, 'image': b64(image), 'toHeight': th, 'toWidth': tw, 'resized': b64(resized)})

os.makedirs(OUT, exist_ok=True)
with open(os.path.join(OUT, 'resize.json'), 'w') as f:
    json.dump({'pillow': PIL.__version__, 'cases': cases}, f, indent=1)
    f.write('\n')
