"""Reference numbers of a SAM of any size, from PyTorch: python3 sam.py '{"img_size": 160, ...}' OUT.safetensors.

Written from specs/sam.md part 2 for comparison only. Weights are random and named as facebookresearch/segment-anything names them; the file has the
layout of shared/golden/sam-tiny.safetensors. To OUT.pth only the weights are written, under other names (tests/fixtures/weights/sam-module.pth).
"""
import json
import math
import struct
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(20261122)
torch.set_grad_enabled(False)


class Weights(dict):
    """Tensors by name, drawn on first use; a tensor drawn twice would be a slip."""

    def draw(self, name, *shape, std=0.1, mean=0.0):
        if name in self:
            return self[name]
        self[name] = torch.randn(*shape) * std + mean
        return self[name]

    def linear(self, name, x, out):
        w = self.draw(name + ".weight", out, x.shape[-1], std=1 / math.sqrt(x.shape[-1]))
        return x @ w.T + self.draw(name + ".bias", out)

    def norm(self, name, x, eps):
        n = x.shape[-1]
        return F.layer_norm(x, (n,), self.draw(name + ".weight", n, mean=1.0), self.draw(name + ".bias", n), eps)

    def norm2d(self, name, x):
        """Over the channels of each pixel."""
        mean = x.mean(1, keepdim=True)
        var = ((x - mean) ** 2).mean(1, keepdim=True)
        w = self.draw(name + ".weight", x.shape[1], mean=1.0)[:, None, None]
        return (x - mean) / torch.sqrt(var + 1e-6) * w + self.draw(name + ".bias", x.shape[1])[:, None, None]


def erf_gelu(x):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


def encoder_attention(w, name, x, heads):
    """Windows [B,S,S,C]; bias of every pair of cells from the query as it is, pair by pair."""
    batch, size, _, channels = x.shape
    depth = channels // heads
    qkv = w.linear(name + ".qkv", x, 3 * channels).reshape(batch, size * size, 3, heads, depth)
    q, k, v = (qkv[:, :, i].transpose(1, 2) for i in range(3))
    scores = (q * depth ** -0.5) @ k.transpose(-1, -2)
    row_table = w.draw(name + ".rel_pos_h", 2 * size - 1, depth, std=0.5)
    column_table = w.draw(name + ".rel_pos_w", 2 * size - 1, depth, std=0.5)
    for i in range(size * size):
        for j in range(size * size):
            row = row_table[i // size - j // size + size - 1]
            column = column_table[i % size - j % size + size - 1]
            scores[:, :, i, j] += q[:, :, i] @ row + q[:, :, i] @ column
    mixed = (torch.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, size, size, channels)
    return w.linear(name + ".proj", mixed, channels)


def image_encoder(w, c, image):
    dim, grid, window = c["encoder_embed_dim"], c["img_size"] // c["patch_size"], c["window_size"]
    root = "image_encoder."
    kernel = w.draw(root + "patch_embed.proj.weight", dim, 3, c["patch_size"], c["patch_size"], std=0.05)
    x = F.conv2d(image, kernel, w.draw(root + "patch_embed.proj.bias", dim), stride=c["patch_size"]).permute(0, 2, 3, 1)
    x = x + w.draw(root + "pos_embed", 1, grid, grid, dim, std=0.5)
    for i in range(c["encoder_depth"]):
        name = root + f"blocks.{i}."
        y = w.norm(name + "norm1", x, 1e-6)
        if i in c["encoder_global_attn_indexes"] or window == 0:
            y = encoder_attention(w, name + "attn", y, c["encoder_num_heads"])
        else:
            missing = -grid % window
            whole = F.pad(y, (0, 0, 0, missing, 0, missing))
            out = torch.zeros_like(whole)
            # One window after another: no reshaping that could be wrong in the same way as what is tested.
            for top in range(0, grid + missing, window):
                for left in range(0, grid + missing, window):
                    part = whole[:, top : top + window, left : left + window]
                    out[:, top : top + window, left : left + window] = encoder_attention(w, name + "attn", part, c["encoder_num_heads"])
            y = out[:, :grid, :grid]
        x = x + y
        y = w.norm(name + "norm2", x, 1e-6)
        x = x + w.linear(name + "mlp.lin2", erf_gelu(w.linear(name + "mlp.lin1", y, 4 * dim)), dim)
    width = c["prompt_embed_dim"]
    x = F.conv2d(x.permute(0, 3, 1, 2), w.draw(root + "neck.0.weight", width, dim, 1, 1, std=1 / math.sqrt(dim)))
    x = w.norm2d(root + "neck.1", x)
    x = F.conv2d(x, w.draw(root + "neck.2.weight", width, width, 3, 3, std=1 / math.sqrt(9 * width)), padding=1)
    return w.norm2d(root + "neck.3", x)


def position_code(w, width, places):
    matrix = w.draw("prompt_encoder.pe_layer.positional_encoding_gaussian_matrix", 2, width // 2, std=1.0)
    angles = 2 * math.pi * ((2 * places - 1) @ matrix)
    return torch.cat([angles.sin(), angles.cos()], -1)


def prompt_tokens(w, c, entries):
    """entries: (x, y, label) with label -1 for padding."""
    width = c["prompt_embed_dim"]
    tables = [w.draw(f"prompt_encoder.point_embeddings.{i}.weight", 1, width, std=1.0) for i in range(4)]
    padding = w.draw("prompt_encoder.not_a_point_embed.weight", 1, width, std=1.0)
    tokens = []
    for x, y, label in entries:
        place = torch.tensor([[(x + 0.5) / c["img_size"], (y + 0.5) / c["img_size"]]])
        tokens.append(padding if label == -1 else position_code(w, width, place) + tables[int(label)])
    return torch.stack(tokens, 1)


def dense_tokens(w, c, mask):
    width, inner = c["prompt_embed_dim"], c["mask_in_chans"]
    name = "prompt_encoder.mask_downscaling."
    conv = lambda layer, x, out, k: F.conv2d(
        x, w.draw(f"{name}{layer}.weight", out, x.shape[1], k, k, std=0.5), w.draw(f"{name}{layer}.bias", out), stride=k
    )
    none = w.draw("prompt_encoder.no_mask_embed.weight", 1, width, std=1.0).reshape(1, width, 1, 1)
    x = erf_gelu(w.norm2d(name + "1", conv(0, mask, inner // 4, 2)))
    x = erf_gelu(w.norm2d(name + "4", conv(3, x, inner, 2)))
    return conv(6, x, width, 1), none


def attention(w, name, q, k, v, inner, heads):
    split = lambda part, x: w.linear(f"{name}.{part}_proj", x, inner).reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)
    q_, k_, v_ = split("q", q), split("k", k), split("v", v)
    mixed = torch.softmax(q_ @ k_.transpose(-1, -2) / math.sqrt(inner // heads), -1) @ v_
    return w.linear(name + ".out_proj", mixed.transpose(1, 2).flatten(2), q.shape[-1])


def mlp(w, name, x, widths):
    for i, out in enumerate(widths):
        x = w.linear(f"{name}.layers.{i}", x, out)
        if i + 1 < len(widths):
            x = x.clamp(min=0)
    return x


def mask_decoder(w, c, embedding, positions, sparse, dense):
    width, heads, masks = c["prompt_embed_dim"], c["decoder_num_heads"], 4
    root = "mask_decoder."
    own = torch.cat([w.draw(root + "iou_token.weight", 1, width, std=1.0), w.draw(root + "mask_tokens.weight", masks, width, std=1.0)])
    prompt = torch.cat([own[None], sparse], 1)
    flat = lambda x: x.flatten(2).transpose(1, 2)
    image, place = flat(embedding + dense), flat(positions)
    tokens = prompt
    for i in range(c["decoder_depth"]):
        name = f"{root}transformer.layers.{i}."
        if i == 0:
            tokens = attention(w, name + "self_attn", tokens, tokens, tokens, width, heads)
        else:
            tokens = tokens + attention(w, name + "self_attn", tokens + prompt, tokens + prompt, tokens, width, heads)
        tokens = w.norm(name + "norm1", tokens, 1e-5)
        seen = attention(w, name + "cross_attn_token_to_image", tokens + prompt, image + place, image, width // 2, heads)
        tokens = w.norm(name + "norm2", tokens + seen, 1e-5)
        fed = w.linear(name + "mlp.lin2", w.linear(name + "mlp.lin1", tokens, c["decoder_mlp_dim"]).clamp(min=0), width)
        tokens = w.norm(name + "norm3", tokens + fed, 1e-5)
        told = attention(w, name + "cross_attn_image_to_token", image + place, tokens + prompt, tokens, width // 2, heads)
        image = w.norm(name + "norm4", image + told, 1e-5)
    last = root + "transformer.final_attn_token_to_image"
    tokens = tokens + attention(w, last, tokens + prompt, image + place, image, width // 2, heads)
    tokens = w.norm(root + "transformer.norm_final_attn", tokens, 1e-5)
    x = image.transpose(1, 2).reshape(embedding.shape)
    up = lambda layer, x, out: F.conv_transpose2d(
        x, w.draw(f"{root}output_upscaling.{layer}.weight", x.shape[1], out, 2, 2, std=0.2), w.draw(f"{root}output_upscaling.{layer}.bias", out), stride=2
    )
    x = erf_gelu(up(3, erf_gelu(w.norm2d(root + "output_upscaling.1", up(0, x, width // 4))), width // 8))
    rows = [mlp(w, f"{root}output_hypernetworks_mlps.{i}", tokens[:, 1 + i], [width, width, width // 8]) for i in range(masks)]
    logits = torch.einsum("bmc,bchw->bmhw", torch.stack(rows, 1), x)
    hidden = [c["iou_head_hidden_dim"]] * (c["iou_head_depth"] - 1)
    return logits, mlp(w, root + "iou_prediction_head", tokens[:, 0], hidden + [masks])


def main(config, out):
    c = json.loads(config)
    size, grid, width = c["img_size"], c["img_size"] // c["patch_size"], c["prompt_embed_dim"]
    height, breadth = c["picture"]
    scale = size / max(height, breadth)
    inner = int(height * scale + 0.5), int(breadth * scale + 0.5)
    w, t = Weights(), {}
    rgb = torch.randint(0, 256, (3, *inner)).float()
    normal = (rgb - torch.tensor([123.675, 116.28, 103.53])[:, None, None]) / torch.tensor([58.395, 57.12, 57.375])[:, None, None]
    t["image_rgb"] = rgb
    t["encoder_input"] = F.pad(normal, (0, size - inner[1], 0, size - inner[0]))[None]
    t["image_embedding"] = image_encoder(w, c, t["encoder_input"])
    y, x = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    t["dense_pe"] = position_code(w, width, torch.stack([x + 0.5, y + 0.5], -1) / grid).permute(2, 0, 1)[None]
    points = [[0.2 * inner[1], 0.3 * inner[0], 1], [0.7 * inner[1], 0.9 * inner[0], 0], [0.5 * inner[1], 0.1 * inner[0], 1]]
    box = [0.1 * inner[1], 0.2 * inner[0], 0.8 * inner[1], 0.7 * inner[0]]
    corners = [[box[0], box[1], 2], [box[2], box[3], 3]]
    t["prompt.points"] = torch.tensor([[p[:2] for p in points]])
    t["prompt.labels"] = torch.tensor([[p[2] for p in points]])
    t["prompt.box"] = torch.tensor([box])
    t["prompt.mask"] = torch.randn(1, 1, 4 * grid, 4 * grid) * 3
    encoded, none = dense_tokens(w, c, t["prompt.mask"])
    pad = [[0.0, 0.0, -1]]
    kinds = {
        "points": (points + pad, none),
        "one_point": (points[:1] + pad, none),
        "box": (corners, none),
        "points_mask": (points + pad, encoded),
        "points_box_mask": (points + corners, encoded),
    }
    for kind, (entries, dense) in kinds.items():
        sparse = prompt_tokens(w, c, entries)
        low, iou = mask_decoder(w, c, t["image_embedding"], t["dense_pe"], sparse, dense)
        large = F.interpolate(low, (size, size), mode="bilinear", align_corners=False)[..., : inner[0], : inner[1]]
        large = F.interpolate(large, (height, breadth), mode="bilinear", align_corners=False)
        t.update({f"{kind}.sparse": sparse, f"{kind}.low_res_masks_all4": low, f"{kind}.iou_all4": iou, f"{kind}.masks_all4": large})
    if out.endswith(".pth"):
        # As somebody's training would save it.
        w["image_encoder.neck.1.bias"] = torch.arange(width).float()
        torch.save({"epoch": 3, "model": {f"module.{name}": tensor for name, tensor in w.items()}}, out)
        return
    t.update({f"param.{name}": tensor for name, tensor in w.items()})
    write(out, t, {"config": config, "names": "facebookresearch/segment-anything state dict"})


def write(out, tensors, metadata):
    header, parts, at = {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        data = tensor.contiguous().numpy().tobytes()
        kind = {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [at, at + len(data)]}
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    with open(out, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


main(*sys.argv[1:])
