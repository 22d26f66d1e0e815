import type { WeightNaming } from '../../../shared/model/weights.ts'
import type { NameRule } from './rule.ts'

/** A naming of SegFormer: where its two parts begin, how to find them, and what their tensors are called in there. */
export interface NamingTable {
  readonly backbone: NamedPart
  readonly head: NamedPart
}

interface NamedPart {
  /** What stands before the names in files of this naming. */
  readonly root: string
  /** A name by which the part is found behind any prefix. */
  readonly anchor: string
  /** Empty for a head that is another network. */
  readonly rules: readonly NameRule[]
}

export const ownRoots = { backbone: 'backbone.', head: 'decode_head.' } as const

const same = (name: string): NameRule => ({ own: [name], other: [name] })
const renamed = (own: string, other: string): NameRule => ({ own: [own], other: [other] })

// Ours are the names of NVlabs/SegFormer.
const block = 'block{n}.{j}'
const backboneNames = [
  'patch_embed{n}.proj.{p}',
  'patch_embed{n}.norm.{p}',
  `${block}.norm1.{p}`,
  `${block}.attn.q.{p}`,
  `${block}.attn.kv.{p}`,
  `${block}.attn.sr.{p}`,
  `${block}.attn.norm.{p}`,
  `${block}.attn.proj.{p}`,
  `${block}.norm2.{p}`,
  `${block}.mlp.fc1.{p}`,
  `${block}.mlp.dwconv.dwconv.{p}`,
  `${block}.mlp.fc2.{p}`,
  'norm{n}.{p}',
]
const headNames = ['linear_c{n}.proj.{p}', 'linear_fuse.conv.{p}', 'linear_fuse.bn.{p}', 'linear_fuse.norm.{p}', 'linear_pred.{p}']

const nvidia: NamingTable = {
  backbone: { root: ownRoots.backbone, anchor: 'patch_embed1.proj.weight', rules: backboneNames.map(same) },
  head: { root: ownRoots.head, anchor: 'linear_c1.proj.weight', rules: headNames.map(same) },
}

const hfBlock = 'block.{s}.{j}'
const hf: NamingTable = {
  backbone: {
    root: 'segformer.encoder.',
    anchor: 'patch_embeddings.0.proj.weight',
    rules: [
      renamed('patch_embed{n}.proj.{p}', 'patch_embeddings.{s}.proj.{p}'),
      renamed('patch_embed{n}.norm.{p}', 'patch_embeddings.{s}.layer_norm.{p}'),
      renamed(`${block}.norm1.{p}`, `${hfBlock}.layer_norm_1.{p}`),
      renamed(`${block}.attn.q.{p}`, `${hfBlock}.attention.self.query.{p}`),
      { own: [`${block}.attn.kv.{p}`], other: [`${hfBlock}.attention.self.key.{p}`, `${hfBlock}.attention.self.value.{p}`] },
      renamed(`${block}.attn.sr.{p}`, `${hfBlock}.attention.self.sr.{p}`),
      renamed(`${block}.attn.norm.{p}`, `${hfBlock}.attention.self.layer_norm.{p}`),
      renamed(`${block}.attn.proj.{p}`, `${hfBlock}.attention.output.dense.{p}`),
      renamed(`${block}.norm2.{p}`, `${hfBlock}.layer_norm_2.{p}`),
      renamed(`${block}.mlp.fc1.{p}`, `${hfBlock}.mlp.dense1.{p}`),
      renamed(`${block}.mlp.dwconv.dwconv.{p}`, `${hfBlock}.mlp.dwconv.dwconv.{p}`),
      renamed(`${block}.mlp.fc2.{p}`, `${hfBlock}.mlp.dense2.{p}`),
      renamed('norm{n}.{p}', 'layer_norm.{s}.{p}'),
    ],
  },
  head: {
    root: 'decode_head.',
    anchor: 'linear_c.0.proj.weight',
    // The columns of the fused convolution are c4|c3|c2|c1, as ours.
    rules: [
      renamed('linear_c{n}.proj.{p}', 'linear_c.{s}.proj.{p}'),
      renamed('linear_fuse.conv.{p}', 'linear_fuse.{p}'),
      renamed('linear_fuse.bn.{p}', 'batch_norm.{p}'),
      renamed('linear_pred.{p}', 'classifier.{p}'),
    ],
  },
}

const mmsegBlock = 'layers.{s}.1.{j}'
const mmseg: NamingTable = {
  backbone: {
    root: 'backbone.',
    anchor: 'layers.0.0.projection.weight',
    rules: [
      renamed('patch_embed{n}.proj.{p}', 'layers.{s}.0.projection.{p}'),
      renamed('patch_embed{n}.norm.{p}', 'layers.{s}.0.norm.{p}'),
      renamed(`${block}.norm1.{p}`, `${mmsegBlock}.norm1.{p}`),
      // One third of the rows are queries, then keys and values.
      { own: [`${block}.attn.q.{p}`, `${block}.attn.kv.{p}`], other: [`${mmsegBlock}.attn.attn.in_proj_{p}`], ownShares: [1, 2] },
      renamed(`${block}.attn.sr.{p}`, `${mmsegBlock}.attn.sr.{p}`),
      renamed(`${block}.attn.norm.{p}`, `${mmsegBlock}.attn.norm.{p}`),
      renamed(`${block}.attn.proj.{p}`, `${mmsegBlock}.attn.attn.out_proj.{p}`),
      renamed(`${block}.norm2.{p}`, `${mmsegBlock}.norm2.{p}`),
      { ...renamed(`${block}.mlp.fc1.{p}`, `${mmsegBlock}.ffn.layers.0.{p}`), pointwise: true },
      renamed(`${block}.mlp.dwconv.dwconv.{p}`, `${mmsegBlock}.ffn.layers.1.{p}`),
      { ...renamed(`${block}.mlp.fc2.{p}`, `${mmsegBlock}.ffn.layers.4.{p}`), pointwise: true },
      renamed('norm{n}.{p}', 'layers.{s}.2.{p}'),
    ],
  },
  // A convolution, batch norm and ReLU per level, concatenated c1|c2|c3|c4: no reordering makes the official head of it.
  head: { root: 'decode_head.', anchor: 'fusion_conv.conv.weight', rules: [] },
}

/** specs/segformer.md section 5; `own` is NVIDIA's with exactly our prefixes. */
export const segformerNamings: Readonly<Record<WeightNaming, NamingTable>> = { own: nvidia, nvidia, mmseg, hf }
