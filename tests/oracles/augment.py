"""Writes tests/fixtures/opencv/augment.json: rotation by OpenCV and colour jitter by Pillow on small pictures, for src/compute/data/transforms.

Run with Debian's python3-opencv and python3-pil: /usr/bin/python3 tests/oracles/augment.py
"""
import base64
import json
import os

import cv2
import numpy as np
import PIL
from PIL import Image, ImageEnhance

OUT = os.path.join(os.path.dirname(__file__), '..', 'fixtures', 'opencv', 'augment.json')
rng = np.random.RandomState(20261121)


def b64(a):
    return base64.b64encode(np.ascontiguousarray(a, dtype=np.uint8).tobytes()).decode()


def picture(h, w):
    y, x = np.mgrid[0:h, 0:w]
    base = np.stack([127 + 120 * np.sin(x / 3.1 + y / 5.0), 255.0 * x / max(w - 1, 1), 255.0 * y / max(h - 1, 1)], -1)
    return np.clip(base + rng.randint(-60, 61, (h, w, 3)), 0, 255).astype(np.uint8)


def rotations():
    cases = []
    for (h, w), degrees, fill in [((19, 27), 10.0, 0), ((19, 27), -33.25, 7), ((24, 16), 90.0, 0), ((16, 16), 0.0, 0), ((21, 13), 171.5, 255), ((1, 9), 20.0, 3)]:
        image = picture(h, w)
        label = rng.choice([0, 1, 2, 20, 255], (h, w)).astype(np.uint8)
        # mmcv.imrotate: clockwise for positive angles
        m = cv2.getRotationMatrix2D(((w - 1) * 0.5, (h - 1) * 0.5), -degrees, 1.0)
        turn = lambda a, how, border: cv2.warpAffine(a, m, (w, h), flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=border)
        cases.append({
            'height': h, 'width': w, 'degrees': degrees, 'fill': fill, 'image': b64(image), 'label': b64(label),
            'linear': b64(turn(image, cv2.INTER_LINEAR, (fill, fill, fill))), 'nearest': b64(turn(label, cv2.INTER_NEAREST, 255)),
        })
    return cases


def jitters():
    image = picture(17, 48)
    pil = Image.fromarray(image)
    cases = []
    for step, enhance in [('brightness', ImageEnhance.Brightness), ('contrast', ImageEnhance.Contrast), ('saturation', ImageEnhance.Color)]:
        for amount in [0.0, 0.37, 0.8125, 1.0, 1.29, 1.9]:
            cases.append({'step': step, 'amount': amount, 'result': b64(np.asarray(enhance(pil).enhance(amount)))})
    for turn in [-90, -18, 5, 90]:
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        hsv[:, :, 0] = (hsv[:, :, 0].astype(int) + turn) % 180
        cases.append({'step': 'hue', 'amount': turn / 180, 'result': b64(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))})
    return {'width': 48, 'height': 17, 'image': b64(image), 'cases': cases}


with open(OUT, 'w') as f:
    json.dump({'opencv': cv2.__version__, 'pillow': PIL.__version__, 'rotate': rotations(), 'jitter': jitters()}, f, indent=1)
    f.write('\n')
