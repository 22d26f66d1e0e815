"""SegFormer in PyTorch, written from specs/segformer.md: the reference side of the golden files and of the step benchmark (NVlabs parameter names)."""
import math
import torch
from torch import nn
import torch.nn.functional as F

VARIANTS = {
    "b0": dict(dims=[32, 64, 160, 256], depths=[2, 2, 2, 2], E=256),
    "b1": dict(dims=[64, 128, 320, 512], depths=[2, 2, 2, 2], E=256),
    "b2": dict(dims=[64, 128, 320, 512], depths=[3, 4, 6, 3], E=768),
}


def config(variant, nc):
    return dict(VARIANTS[variant], heads=[1, 2, 5, 8], sr=[8, 4, 2, 1], nc=nc)


class PatchEmbed(nn.Module):
    def __init__(self, cin, cout, k, s):
        super().__init__()
        self.proj = nn.Conv2d(cin, cout, k, s, k // 2)
        self.norm = nn.LayerNorm(cout)

    def forward(self, x):
        x = self.proj(x)
        h, w = x.shape[2:]
        return self.norm(x.flatten(2).transpose(1, 2)), h, w


class Attention(nn.Module):
    def __init__(self, dim, heads, sr):
        super().__init__()
        self.heads, self.scale = heads, (dim // heads) ** -0.5
        self.q = nn.Linear(dim, dim)
        self.kv = nn.Linear(dim, 2 * dim)
        self.proj = nn.Linear(dim, dim)
        self.reduction = sr
        if sr > 1:
            self.sr = nn.Conv2d(dim, dim, sr, sr)
            self.norm = nn.LayerNorm(dim)

    def forward(self, x, h, w):
        b, n, c = x.shape
        q = self.q(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2)
        if self.reduction > 1:
            x = self.sr(x.transpose(1, 2).reshape(b, c, h, w)).flatten(2).transpose(1, 2)
            x = self.norm(x)
        k, v = self.kv(x).reshape(b, -1, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        a = (q @ k.transpose(-2, -1) * self.scale).softmax(-1)
        return self.proj((a @ v).transpose(1, 2).reshape(b, n, c))


class DwConv(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, 3, 1, 1, groups=dim)


class MixFfn(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.dwconv = DwConv(4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x, h, w):
        x = self.fc1(x)
        b, n, c = x.shape
        x = self.dwconv.dwconv(x.transpose(1, 2).reshape(b, c, h, w)).flatten(2).transpose(1, 2)
        return self.fc2(F.gelu(x))


class Block(nn.Module):
    def __init__(self, dim, heads, sr):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, 1e-6)
        self.attn = Attention(dim, heads, sr)
        self.norm2 = nn.LayerNorm(dim, 1e-6)
        self.mlp = MixFfn(dim)

    def forward(self, x, h, w):
        x = x + self.attn(self.norm1(x), h, w)
        return x + self.mlp(self.norm2(x), h, w)


class Mit(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        cin = 3
        for s, dim in enumerate(cfg["dims"]):
            setattr(self, f"patch_embed{s + 1}", PatchEmbed(cin, dim, 7 if s == 0 else 3, 4 if s == 0 else 2))
            setattr(self, f"block{s + 1}", nn.ModuleList(Block(dim, cfg["heads"][s], cfg["sr"][s]) for _ in range(cfg["depths"][s])))
            setattr(self, f"norm{s + 1}", nn.LayerNorm(dim, 1e-6))
            cin = dim

    def forward(self, x):
        levels = []
        for s in range(1, 5):
            x, h, w = getattr(self, f"patch_embed{s}")(x)
            for block in getattr(self, f"block{s}"):
                x = block(x, h, w)
            x = getattr(self, f"norm{s}")(x).transpose(1, 2).reshape(x.shape[0], -1, h, w)
            levels.append(x)
        return levels


class Projection(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.proj = nn.Linear(cin, cout)


class Fuse(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 1, bias=False)
        self.bn = nn.BatchNorm2d(cout)


class Head(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        e = cfg["E"]
        for i, dim in enumerate(cfg["dims"]):
            setattr(self, f"linear_c{i + 1}", Projection(dim, e))
        self.linear_fuse = Fuse(4 * e, e)
        self.linear_pred = nn.Conv2d(e, cfg["nc"], 1)

    def forward(self, levels):
        size = levels[0].shape[2:]
        ups = []
        for i in (3, 2, 1, 0):
            x = levels[i]
            y = getattr(self, f"linear_c{i + 1}").proj(x.flatten(2).transpose(1, 2))
            y = y.transpose(1, 2).reshape(x.shape[0], -1, *x.shape[2:])
            ups.append(F.interpolate(y, size, mode="bilinear", align_corners=False) if i else y)
        return self.linear_pred(F.relu(self.linear_fuse.bn(self.linear_fuse.conv(torch.cat(ups, 1)))))


class SegFormer(nn.Module):
    """Logits at the input's size, bilinear with align_corners false."""

    def __init__(self, cfg):
        super().__init__()
        self.backbone = Mit(cfg)
        self.decode_head = Head(cfg)

    def forward(self, x):
        return F.interpolate(self.decode_head(self.backbone(x)), x.shape[2:], mode="bilinear", align_corners=False)


def seeded_init(model, seed):
    """torch's own initialisation plus noise on every vector, so that no error hides behind a one or a zero."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            if p.dim() == 1:
                p += torch.randn(p.shape, generator=g) * 0.1


def nvidia_init(model, seed):
    """specs/segformer.md section 4."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for m in model.modules():
            if isinstance(m, nn.Linear):
                m.weight.copy_(torch.randn(m.weight.shape, generator=g) * 0.02)
            elif isinstance(m, nn.Conv2d):
                m.weight.copy_(torch.randn(m.weight.shape, generator=g) * math.sqrt(2.0 / (m.kernel_size[0] * m.kernel_size[1] * m.out_channels / m.groups)))
            else:
                continue
            if m.bias is not None:
                m.bias.zero_()
