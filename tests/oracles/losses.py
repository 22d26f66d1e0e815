"""Reference values of the losses and their gradients, for src/compute/losses/losses.test.ts.

Run with Debian's python3-torch:  python3 tests/oracles/losses.py tests/fixtures/losses/losses.safetensors
Everything is computed in float64 by autograd, straight from the published formulas (MMSegmentation's meanings where they have one), and stored
as float32. The cases, with the configs the studio is given, are in the file's metadata.
"""

import json
import struct
import sys

import torch
import torch.nn.functional as F

IGNORE = 255
N, K, H, W = 2, 4, 6, 7


# ---- pictures -------------------------------------------------------------------------------------------------------------------------------


def blocky_labels(generator, classes=K):
    """Blocks of 2 x 3 pixels, so that there are borders and insides."""
    blocks = torch.randint(0, classes, (N, 3, 3), generator=generator)
    return blocks.repeat_interleave(2, 1).repeat_interleave(3, 2)[:, :H, :W].contiguous()


def make_inputs():
    g = torch.Generator().manual_seed(7)
    normal = lambda: torch.randn(N, K, H, W, generator=g, dtype=torch.float64) * 2
    inputs = {}
    inputs["plain"] = (normal(), blocky_labels(g))
    labels = blocky_labels(g)
    labels[torch.rand(N, H, W, generator=g) < 0.25] = IGNORE
    inputs["ignored"] = (normal(), labels)
    labels = blocky_labels(g)
    labels[1] = IGNORE
    inputs["oneVoid"] = (normal(), labels)
    inputs["allVoid"] = (normal(), torch.full((N, H, W), IGNORE))
    labels = blocky_labels(g, K - 1)
    labels[0, :2] = IGNORE
    inputs["absent"] = (normal(), labels)
    labels = blocky_labels(g)
    labels[:, 3] = IGNORE
    sign = torch.randint(0, 2, (N, K, H, W), generator=g) * 2 - 1
    inputs["extreme"] = (sign * 50 + torch.randn(N, K, H, W, generator=g, dtype=torch.float64), labels)
    # What the studio is given is float32; the reference starts from the very same numbers.
    return {name: (x.float().double(), y) for name, (x, y) in inputs.items()}


# ---- pieces ---------------------------------------------------------------------------------------------------------------------------------


def class_weights(config, labels):
    weights = config.get("classWeights")
    if weights is None:
        return None
    if weights == "balanced":
        counts = torch.tensor(PIXEL_COUNTS, dtype=torch.float64)
        weights = torch.clamp(counts.sum() / ((counts > 0).sum() * counts), max=100)
        weights[counts == 0] = 1
        return weights
    return torch.tensor(weights, dtype=torch.float64)


PIXEL_COUNTS = [1000, 10, 0, 90000]


def boundary_map(labels, boundary):
    """Pixel by pixel: does a square of this radius hold two classes?"""
    factors = torch.ones(labels.shape, dtype=torch.float64)
    if boundary is None:
        return factors
    r = boundary["width"]
    for n in range(labels.shape[0]):
        for y in range(H):
            for x in range(W):
                window = labels[n, max(0, y - r) : y + r + 1, max(0, x - r) : x + r + 1]
                if len(set(window[window != IGNORE].tolist())) > 1:
                    factors[n, y, x] = boundary["weight"]
    return factors


def pixel_mean(per_pixel, labels, avg_non_ignore):
    valid = (labels != IGNORE).sum()
    return per_pixel.sum() / (max(int(valid), 1) if avg_non_ignore else labels.numel())


# ---- cross entropy --------------------------------------------------------------------------------------------------------------------------


def ohem(logits, labels, per_pixel, config):
    """MMSegmentation's OHEMPixelSampler: which pixels count."""
    threshold, batch_kept = config["threshold"], config["minKept"] * labels.shape[0]
    valid = labels != IGNORE
    chosen = torch.zeros(labels.shape, dtype=torch.float64)
    if not valid.any():
        return chosen
    picked = chosen[valid]
    if threshold is None:
        picked[per_pixel[valid].sort(descending=True).indices[:batch_kept]] = 1
    else:
        known = labels.masked_fill(~valid, 0)
        probability = logits.softmax(1).gather(1, known[:, None])[:, 0][valid]
        ordered = probability.sort().values
        limit = max(float(ordered[min(batch_kept, ordered.numel() - 1)]), threshold)
        picked[probability < limit] = 1
    chosen[valid] = picked
    return chosen


def cross_entropy(logits, labels, config):
    per_pixel = F.cross_entropy(
        logits,
        labels,
        weight=class_weights(config, labels),
        ignore_index=IGNORE,
        reduction="none",
        label_smoothing=config.get("labelSmoothing", 0),
    )
    if config.get("ohem"):
        per_pixel = per_pixel * ohem(logits.detach(), labels, per_pixel.detach(), config["ohem"])
    per_pixel = per_pixel * boundary_map(labels, config.get("boundary"))
    return pixel_mean(per_pixel, labels, config.get("avgNonIgnore", True))


# ---- focal ----------------------------------------------------------------------------------------------------------------------------------


def one_hot(labels):
    """Zeros where ignored."""
    hot = F.one_hot(labels.masked_fill(labels == IGNORE, K), K + 1)[..., :K]
    return hot.permute(0, 3, 1, 2).double()


def sigmoid_focal(logits, labels, config):
    """MMSegmentation: BCE with logits * (alpha t + (1 - alpha)(1 - t)) * pt^gamma, masked; its mean divides by all pixels and classes."""
    target = one_hot(labels)
    alpha = config.get("classAlphas") or [config.get("alpha", 0.5)] * K
    alpha = torch.tensor(alpha, dtype=torch.float64)[None, :, None, None]
    # pt = (1 - p) t + p (1 - t), written so that it never rounds to 0.
    wrong = (logits * (1 - 2 * target)).sigmoid()
    loss = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    loss = loss * (alpha * target + (1 - alpha) * (1 - target)) * wrong ** config.get("gamma", 2)
    weights = class_weights(config, labels)
    if weights is not None:
        loss = loss * weights[None, :, None, None]
    valid = (labels != IGNORE).double()
    loss = loss * (valid * boundary_map(labels, config.get("boundary")))[:, None]
    if config.get("average", "labelled") == "all":
        return loss.mean()
    return loss.sum() / max(float(valid.sum()), 1)


def softmax_focal(logits, labels, config):
    known = labels.masked_fill(labels == IGNORE, 0)
    log_p = logits.log_softmax(1).gather(1, known[:, None])[:, 0]
    loss = -((-torch.expm1(log_p)) ** config.get("gamma", 2)) * log_p
    weights = class_weights(config, labels)
    if weights is not None:
        loss = loss * weights[known]
    loss = torch.where(labels == IGNORE, torch.zeros_like(loss), loss) * boundary_map(labels, config.get("boundary"))
    return pixel_mean(loss, labels, config.get("avgNonIgnore", True))


# ---- regions: picture by picture, class by class, over the labelled pixels only -------------------------------------------------------------------


def activated(logits, config):
    return logits.sigmoid() if config.get("activation", "softmax") == "sigmoid" else logits.softmax(1)


def per_picture_and_class(probabilities, labels, config, one):
    weights = class_weights(config, labels)
    pictures = []
    for p, y in zip(probabilities, labels):
        valid = y != IGNORE
        if not valid.any():
            continue
        losses = []
        for c in range(K):
            t = (y[valid] == c).double()
            if config.get("classes", "present") == "present" and t.sum() == 0:
                continue
            losses.append(one(p[c][valid], t) * (1 if weights is None else weights[c]))
        pictures.append(sum(losses) / len(losses))
    return sum(pictures) / len(pictures) if pictures else probabilities.sum() * 0


def dice(logits, labels, config):
    p = activated(logits, config)
    if config.get("form", "perClass") == "perClass":
        smooth, exponent = config.get("smooth", 1), config.get("exponent", 2)

        def one(p, t):
            return 1 - (2 * (p * t).sum() + smooth) / ((p**exponent + t**exponent).sum() + smooth)

        return per_picture_and_class(p, labels, config, one)
    eps, pictures = config.get("eps", 1e-3), []
    for q, t, y in zip(p, one_hot(labels), labels):
        valid = y != IGNORE
        if not valid.any():
            continue
        q, t = q[:, valid].flatten(), t[:, valid].flatten()
        if config.get("naive"):
            ratio = (2 * (q * t).sum() + eps) / (q.sum() + t.sum() + eps)
        else:
            ratio = 2 * (q * t).sum() / ((q * q).sum() + eps + (t * t).sum() + eps)
        pictures.append(1 - ratio)
    return sum(pictures) / len(pictures) if pictures else p.sum() * 0


def tversky(logits, labels, config):
    alpha, beta, smooth = config.get("alpha", 0.3), config.get("beta", 0.7), config.get("smooth", 1)

    def one(p, t):
        hits, false_alarms, misses = (p * t).sum(), (p * (1 - t)).sum(), ((1 - p) * t).sum()
        index = (hits + smooth) / (hits + alpha * false_alarms + beta * misses + smooth)
        return (1 - index) ** config.get("gamma", 1)

    return per_picture_and_class(logits.softmax(1), labels, config, one)


# ---- Lovasz -----------------------------------------------------------------------------------------------------------------------------------


def lovasz_one(p, t):
    """Berman et al. 2018, algorithm 1, with the Jaccard loss evaluated set by set."""
    errors = (t - p).abs()
    order = errors.detach().sort(descending=True, stable=True).indices
    steps, before = [], 0.0
    wrong_inside = wrong_outside = 0
    for i in order.tolist():
        wrong_inside += int(t[i] == 1)
        wrong_outside += int(t[i] == 0)
        jaccard = 1 - (float(t.sum()) - wrong_inside) / (float(t.sum()) + wrong_outside)
        steps.append(jaccard - before)
        before = jaccard
    return (errors[order] * torch.tensor(steps, dtype=torch.float64)).sum()


def lovasz(logits, labels, config):
    limit = config.get("maxPixels", 32768)
    step = 1
    while limit is not None and N * -(-H // step) * -(-W // step) > limit:
        step += 1
    logits, labels = logits[:, :, ::step, ::step], labels[:, ::step, ::step]
    p = logits.softmax(1)
    if config.get("per", "batch") == "batch":
        p = p.transpose(0, 1).reshape(1, K, -1, 1)
        labels = labels.reshape(1, -1, 1)
    return per_picture_and_class(p, labels, config, lovasz_one)


LOSSES = {
    "crossEntropy": cross_entropy,
    "sigmoidFocal": sigmoid_focal,
    "softmaxFocal": softmax_focal,
    "dice": dice,
    "tversky": tversky,
    "lovasz": lovasz,
}

ALL = ["plain", "ignored", "oneVoid", "allVoid", "absent", "extreme"]
WEIGHTS = [0.5, 2, 1, 3]
CASES = [
    ("crossEntropy", {}, ALL),
    ("crossEntropy", {"avgNonIgnore": False}, ["ignored", "oneVoid", "allVoid"]),
    ("crossEntropy", {"classWeights": WEIGHTS}, ["plain", "ignored", "absent", "extreme"]),
    ("crossEntropy", {"classWeights": "balanced"}, ["ignored"]),
    ("crossEntropy", {"labelSmoothing": 0.1}, ["plain", "ignored", "allVoid", "extreme"]),
    ("crossEntropy", {"labelSmoothing": 0.2, "classWeights": WEIGHTS, "avgNonIgnore": False}, ["ignored", "absent"]),
    ("crossEntropy", {"ohem": {"threshold": 0.3, "minKept": 5}}, ["plain", "ignored", "allVoid", "extreme"]),
    ("crossEntropy", {"ohem": {"threshold": 0.05, "minKept": 8}}, ["plain", "ignored"]),
    ("crossEntropy", {"ohem": {"threshold": 0.05, "minKept": 1000}}, ["plain", "ignored", "oneVoid"]),
    ("crossEntropy", {"ohem": {"threshold": None, "minKept": 7}}, ["plain", "ignored", "oneVoid", "allVoid"]),
    ("crossEntropy", {"ohem": {"threshold": None, "minKept": 40}, "classWeights": WEIGHTS}, ["ignored", "oneVoid"]),
    ("crossEntropy", {"boundary": {"width": 1, "weight": 4}}, ["plain", "ignored", "allVoid"]),
    ("crossEntropy", {"boundary": {"width": 2, "weight": 0.5}, "classWeights": WEIGHTS}, ["ignored", "absent"]),
    ("sigmoidFocal", {}, ALL),
    ("sigmoidFocal", {"average": "all"}, ["plain", "ignored", "allVoid", "extreme"]),
    ("sigmoidFocal", {"gamma": 0.5, "alpha": 0.25}, ["plain", "ignored", "extreme"]),
    ("sigmoidFocal", {"gamma": 0, "alpha": 1}, ["plain", "extreme"]),
    ("sigmoidFocal", {"classAlphas": [0.1, 0.9, 0.5, 0.3], "classWeights": WEIGHTS, "average": "all"}, ["ignored", "absent"]),
    ("sigmoidFocal", {"gamma": 3, "boundary": {"width": 1, "weight": 3}}, ["ignored"]),
    ("softmaxFocal", {}, ALL),
    ("softmaxFocal", {"gamma": 0.5, "classWeights": WEIGHTS}, ["plain", "ignored"]),
    ("softmaxFocal", {"gamma": 1, "avgNonIgnore": False}, ["ignored", "oneVoid"]),
    ("softmaxFocal", {"gamma": 3, "boundary": {"width": 2, "weight": 2}}, ["absent"]),
    ("dice", {}, ALL),
    ("dice", {"classes": "all"}, ALL),
    ("dice", {"activation": "sigmoid", "exponent": 1, "smooth": 10, "classWeights": WEIGHTS}, ["plain", "ignored", "extreme"]),
    ("dice", {"exponent": 1.5, "smooth": 1e-3}, ["ignored", "absent"]),
    ("dice", {"form": "global", "activation": "sigmoid"}, ALL),
    ("dice", {"form": "global"}, ["plain", "ignored", "oneVoid", "absent"]),
    ("dice", {"form": "global", "naive": True, "eps": 1, "activation": "sigmoid"}, ["plain", "ignored", "allVoid", "extreme"]),
    ("tversky", {}, ALL),
    ("tversky", {"classes": "all", "alpha": 0.5, "beta": 0.5}, ["plain", "ignored", "oneVoid", "absent"]),
    ("tversky", {"gamma": 0.75, "classWeights": WEIGHTS, "smooth": 0.1}, ["plain", "ignored", "allVoid"]),
    ("lovasz", {}, ALL),
    ("lovasz", {"classes": "all"}, ["plain", "ignored", "absent", "allVoid"]),
    ("lovasz", {"per": "image"}, ["plain", "ignored", "oneVoid", "allVoid", "absent"]),
    ("lovasz", {"per": "image", "classes": "all", "classWeights": WEIGHTS}, ["ignored", "absent"]),
    ("lovasz", {"maxPixels": 64}, ["plain", "ignored"]),
]


# ---- file -----------------------------------------------------------------------------------------------------------------------------------


def write_safetensors(path, tensors, metadata):
    header, pieces, at = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        kind = "I32" if tensor.dtype == torch.int32 else "F32"
        data = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, at + len(data)]}
        pieces.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(pieces))


def main():
    inputs = make_inputs()
    tensors, cases = {}, []
    for name, (logits, labels) in inputs.items():
        tensors[f"{name}.logits"] = logits.float()
        tensors[f"{name}.labels"] = labels.int()
    for kind, config, names in CASES:
        for name in names:
            logits, labels = inputs[name]
            x = logits.clone().requires_grad_(True)
            loss = LOSSES[kind](x, labels, config)
            gradient = torch.autograd.grad(loss, x, allow_unused=True)[0] if loss.requires_grad else None
            gradient = torch.zeros_like(x) if gradient is None else gradient
            assert torch.isfinite(loss) and torch.isfinite(gradient).all(), (kind, config, name)
            tensors[f"{len(cases)}.gradient"] = gradient.float()
            cases.append({"input": name, "config": {"type": kind, **config}, "loss": float(loss)})
    write_safetensors(sys.argv[1], tensors, {"cases": json.dumps(cases), "pixelCounts": json.dumps(PIXEL_COUNTS)})
    print(len(cases), "cases")


main()
