"""Writes tests/fixtures/opencv/*.json: what OpenCV does with small pictures, for the tests of src/compute/data/transforms.

Run with Debian's python3-opencv: /usr/bin/python3 tests/oracles/opencv.py
"""
import base64
import json
import os

import cv2
import numpy as np

OUT = os.path.join(os.path.dirname(__file__), '..', 'fixtures', 'opencv')
rng = np.random.RandomState(20261120)


def b64(a):
    return base64.b64encode(np.ascontiguousarray(a, dtype=np.uint8).tobytes()).decode()


def write(name, value):
    with open(os.path.join(OUT, name), 'w') as f:
        json.dump({'opencv': cv2.__version__, **value}, f, indent=1)
        f.write('\n')


def picture(h, w):
    """Smooth gradients with noise on top, so that both rounding and sampling positions show."""
    y, x = np.mgrid[0:h, 0:w]
    base = np.stack([127 + 120 * np.sin(x / 3.1 + y / 5.0), 255.0 * x / max(w - 1, 1), 255.0 * y / max(h - 1, 1)], -1)
    return np.clip(base + rng.randint(-60, 61, (h, w, 3)), 0, 255).astype(np.uint8)


def resize():
    cases = []
    for (h, w), targets in [
        ((17, 23), [(17, 23), (29, 39), (34, 46), (9, 11), (5, 40), (1, 1)]),
        ((20, 14), [(10, 7), (40, 28), (13, 9), (6, 5)]),
        ((1, 7), [(3, 11), (1, 3)]),
        ((31, 2), [(47, 3), (8, 1)]),
    ]:
        image = picture(h, w)
        label = rng.choice([0, 1, 2, 3, 20, 255], (h, w)).astype(np.uint8)
        for th, tw in targets:
            cases.append({
                'height': h, 'width': w, 'image': b64(image), 'label': b64(label), 'toHeight': th, 'toWidth': tw,
                'linear': b64(cv2.resize(image, (tw, th), interpolation=cv2.INTER_LINEAR)),
                'nearest': b64(cv2.resize(label, (tw, th), interpolation=cv2.INTER_NEAREST)),
            })
    write('resize.json', {'cases': cases})


def hsv():
    # width a multiple of 16 per row: OpenCV's vector path for every pixel
    corners = np.array(np.meshgrid([0, 1, 127, 254, 255], [0, 1, 127, 254, 255], [0, 1, 127, 254, 255])).T.reshape(-1, 3)
    bgr = np.concatenate([corners, rng.randint(0, 256, (4096 - len(corners), 3))]).astype(np.uint8).reshape(64, 64, 3)
    to_hsv = cv2.cvtColor(bgr, cv2.COLOR_BGR2HSV)
    grid = np.array(np.meshgrid(np.arange(180), [0, 1, 90, 255], [0, 77, 200, 255], indexing='ij')).reshape(3, -1).T
    grid = grid.astype(np.uint8).reshape(60, 48, 3)
    write('hsv.json', {
        'bgr': b64(bgr), 'bgrToHsv': b64(to_hsv), 'roundTrip': b64(cv2.cvtColor(to_hsv, cv2.COLOR_HSV2BGR)),
        'hsv': b64(grid), 'hsvToBgr': b64(cv2.cvtColor(grid, cv2.COLOR_HSV2BGR)),
    })


def convert(img, alpha=1.0, beta=0.0):
    return np.clip(img.astype(np.float32) * alpha + beta, 0, 255).astype(np.uint8)


def photometric():
    image = picture(32, 32)
    cases = []
    for p in [
        {'brightness': -17.3},
        {'brightness': 31.9, 'contrast': 0.512, 'contrastFirst': True},
        {'contrast': 1.4987, 'contrastFirst': False, 'saturation': 0.61},
        {'saturation': 1.37, 'hue': -18},
        {'brightness': 5.55, 'contrast': 1.21, 'contrastFirst': True, 'saturation': 1.5, 'hue': 17},
        {'brightness': -9.0, 'contrast': 0.8, 'contrastFirst': False, 'saturation': 0.5, 'hue': -3},
    ]:
        out = image
        if 'brightness' in p:
            out = convert(out, beta=p['brightness'])
        if 'contrast' in p and p['contrastFirst']:
            out = convert(out, alpha=p['contrast'])
        if 'saturation' in p:
            t = cv2.cvtColor(out, cv2.COLOR_BGR2HSV)
            t[:, :, 1] = convert(t[:, :, 1], alpha=p['saturation'])
            out = cv2.cvtColor(t, cv2.COLOR_HSV2BGR)
        if 'hue' in p:
            t = cv2.cvtColor(out, cv2.COLOR_BGR2HSV)
            t[:, :, 0] = (t[:, :, 0].astype(int) + p['hue']) % 180
            out = cv2.cvtColor(t, cv2.COLOR_HSV2BGR)
        if 'contrast' in p and not p['contrastFirst']:
            out = convert(out, alpha=p['contrast'])
        cases.append({'params': p, 'result': b64(out)})
    normal = (image[:, :, ::-1].astype(np.float32) - np.array([123.675, 116.28, 103.53], np.float32)) / np.array([58.395, 57.12, 57.375], np.float32)
    first = np.ascontiguousarray(normal.transpose(2, 0, 1)[:, :2, :])
    write('photometric.json', {'width': 32, 'height': 32, 'image': b64(image), 'cases': cases,
                               'normalizedRows': base64.b64encode(first.astype('<f4').tobytes()).decode()})


os.makedirs(OUT, exist_ok=True)
resize()
hsv()
photometric()
