"""SegFormer twice more, put together so that torch itself gives the parameters the names of Hugging Face and of MMSegmentation (specs/segformer.md
section 5). Same eps everywhere as bench/torch/segformer.py, so that equal weights give equal logits."""
import torch
from torch import nn
import torch.nn.functional as F


def tokens(x):
    return x.flatten(2).transpose(1, 2)


def grid(x, h, w):
    return x.transpose(1, 2).reshape(x.shape[0], -1, h, w)


class Node(nn.Module):
    """A module that only holds others: Node(name=module, ...)."""

    def __init__(module, /, **parts):
        super(Node, module).__init__()
        for name, part in parts.items():
            module.add_module(name, part)


def heads_of(x, heads):
    b, n, c = x.shape
    return x.reshape(b, n, heads, c // heads).transpose(1, 2)


# Hugging Face

def hf_block(dim, heads, sr):
    own = dict(query=nn.Linear(dim, dim), key=nn.Linear(dim, dim), value=nn.Linear(dim, dim))
    if sr > 1:
        own.update(sr=nn.Conv2d(dim, dim, sr, sr), layer_norm=nn.LayerNorm(dim))
    mlp = Node(dense1=nn.Linear(dim, 4 * dim), dwconv=Node(dwconv=nn.Conv2d(4 * dim, 4 * dim, 3, 1, 1, groups=4 * dim)), dense2=nn.Linear(4 * dim, dim))
    attention = Node(**{"self": Node(**own), "output": Node(dense=nn.Linear(dim, dim))})
    block = Node(layer_norm_1=nn.LayerNorm(dim, 1e-6), attention=attention, layer_norm_2=nn.LayerNorm(dim, 1e-6), mlp=mlp)
    block.heads, block.reduction = heads, sr
    return block


def run_hf_block(block, x, h, w):
    a = block.attention._modules["self"]
    y = block.layer_norm_1(x)
    q = heads_of(a.query(y), block.heads)
    if block.reduction > 1:
        y = a.layer_norm(tokens(a.sr(grid(y, h, w))))
    k, v = heads_of(a.key(y), block.heads), heads_of(a.value(y), block.heads)
    y = ((q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5).softmax(-1) @ v).transpose(1, 2).reshape(x.shape)
    x = x + block.attention.output.dense(y)
    y = block.mlp.dense1(block.layer_norm_2(x))
    return x + block.mlp.dense2(F.gelu(tokens(block.mlp.dwconv.dwconv(grid(y, h, w)))))


class HfSegformer(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        dims, e = cfg["dims"], cfg["E"]
        embeddings, blocks, norms = [], [], []
        for s, dim in enumerate(dims):
            k, stride = (7, 4) if s == 0 else (3, 2)
            embeddings.append(Node(proj=nn.Conv2d([3, *dims][s], dim, k, stride, k // 2), layer_norm=nn.LayerNorm(dim)))
            blocks.append(nn.ModuleList(hf_block(dim, cfg["heads"][s], cfg["sr"][s]) for _ in range(cfg["depths"][s])))
            norms.append(nn.LayerNorm(dim, 1e-6))
        encoder = Node(patch_embeddings=nn.ModuleList(embeddings), block=nn.ModuleList(blocks), layer_norm=nn.ModuleList(norms))
        self.segformer = Node(encoder=encoder)
        self.decode_head = Node(
            linear_c=nn.ModuleList(Node(proj=nn.Linear(dim, e)) for dim in dims),
            linear_fuse=nn.Conv2d(4 * e, e, 1, bias=False),
            batch_norm=nn.BatchNorm2d(e),
            classifier=nn.Conv2d(e, cfg["nc"], 1),
        )

    def forward(self, image):
        encoder, head, levels, x = self.segformer.encoder, self.decode_head, [], image
        for s in range(4):
            x = encoder.patch_embeddings[s].proj(x)
            h, w = x.shape[2:]
            x = encoder.patch_embeddings[s].layer_norm(tokens(x))
            for block in encoder.block[s]:
                x = run_hf_block(block, x, h, w)
            x = grid(encoder.layer_norm[s](x), h, w)
            levels.append(x)
        ups = []
        for i in (3, 2, 1, 0):
            y = grid(head.linear_c[i].proj(tokens(levels[i])), *levels[i].shape[2:])
            ups.append(F.interpolate(y, levels[0].shape[2:], mode="bilinear", align_corners=False))
        logits = head.classifier(F.relu(head.batch_norm(head.linear_fuse(torch.cat(ups, 1)))))
        return F.interpolate(logits, image.shape[2:], mode="bilinear", align_corners=False)


# MMSegmentation

def mmseg_block(dim, heads, sr):
    attn = dict(attn=nn.MultiheadAttention(dim, heads, batch_first=True))
    if sr > 1:
        attn.update(sr=nn.Conv2d(dim, dim, sr, sr), norm=nn.LayerNorm(dim))
    # layers: 1x1 convolution, depthwise convolution, activation, dropout, 1x1 convolution, dropout
    layers = [nn.Conv2d(dim, 4 * dim, 1), nn.Conv2d(4 * dim, 4 * dim, 3, 1, 1, groups=4 * dim), nn.GELU(), nn.Identity(), nn.Conv2d(4 * dim, dim, 1), nn.Identity()]
    block = Node(norm1=nn.LayerNorm(dim, 1e-6), attn=Node(**attn), norm2=nn.LayerNorm(dim, 1e-6), ffn=Node(layers=nn.Sequential(*layers)))
    block.reduction = sr
    return block


def run_mmseg_block(block, x, h, w):
    y = block.norm1(x)
    kv = block.attn.norm(tokens(block.attn.sr(grid(y, h, w)))) if block.reduction > 1 else y
    x = x + block.attn.attn(y, kv, kv, need_weights=False)[0]
    return x + tokens(block.ffn.layers(grid(block.norm2(x), h, w)))


class MmsegBackbone(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        dims = cfg["dims"]
        layers = []
        for s, dim in enumerate(dims):
            k, stride = (7, 4) if s == 0 else (3, 2)
            embed = Node(projection=nn.Conv2d([3, *dims][s], dim, k, stride, k // 2), norm=nn.LayerNorm(dim))
            blocks = nn.ModuleList(mmseg_block(dim, cfg["heads"][s], cfg["sr"][s]) for _ in range(cfg["depths"][s]))
            layers.append(nn.ModuleList([embed, blocks, nn.LayerNorm(dim, 1e-6)]))
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        levels = []
        for embed, blocks, norm in self.layers:
            x = embed.projection(x)
            h, w = x.shape[2:]
            x = embed.norm(tokens(x))
            for block in blocks:
                x = run_mmseg_block(block, x, h, w)
            x = grid(norm(x), h, w)
            levels.append(x)
        return levels


class MmsegHead(nn.Module):
    """The other design: a convolution with batch norm per level, concatenated c1 to c4."""

    def __init__(self, cfg, width):
        super().__init__()
        conv = lambda cin: Node(conv=nn.Conv2d(cin, width, 1, bias=False), bn=nn.BatchNorm2d(width))
        self.conv_seg = nn.Conv2d(width, cfg["nc"], 1)
        self.convs = nn.ModuleList(conv(dim) for dim in cfg["dims"])
        self.fusion_conv = conv(4 * width)
