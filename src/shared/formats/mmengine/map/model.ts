import { configError } from '../../../model/config/origin.ts'
import { mitDefaults, mitVariants } from '../../../model/train/models/mitVariants.ts'
import { imageNet } from '../../../model/train/normalization.ts'
import type { Json } from './account.ts'
import { mapLosses } from './losses.ts'
import type { Mapping } from './mapping.ts'
import type { Part } from './part.ts'
import { mapWeights } from './weights.ts'

/** `model`: the network, its losses, how it looks at a picture, and what it starts from. Errors: config/invalid, config/unknown-type where it is another network. */
export function mapModel(mapping: Mapping): void {
  const { root } = mapping
  const model = root.part('model')
  if (!model) throw configError('config/invalid', root.at, 'model', 'noModel')
  requireType(model, 'EncoderDecoder')
  const backbone = requirePart(model, 'backbone', 'MixVisionTransformer')
  const head = requirePart(model, 'decode_head', 'SegformerHead')
  mapping.account.set('model.type', 'segformer', model.at)
  mapBackbone(backbone)
  mapHead(head)
  mapLosses(head)
  mapPreprocessor(model)
  mapWindow(model)
  mapWeights(mapping, model, backbone)
  if (model.has('auxiliary_head')) model.any('auxiliary_head')!.dropped('SegFormer here has one head')
  model.dropped(['train_cfg'], 'there is nothing to set')
  model.dropped(['neck'], 'SegFormer here has none')
}

function requirePart(model: Part, key: string, type: string): Part {
  const part = model.part(key)
  if (!part) throw configError('config/invalid', model.at, `model.${key}`, 'partMissing')
  requireType(part, type)
  return part
}

function requireType(part: Part, wanted: string): void {
  if (part.type === wanted) part.text('type')?.used('model.type')
  else throw configError('config/unknown-type', part.at, `${part.path}.type`, 'otherNetwork', { type: part.type.slice(0, 80) }, wanted)
}

type Four = [number, number, number, number]

/** mmsegmentation writes the width of one head and multiplies it; its own defaults hold where it says nothing. */
function mapBackbone(backbone: Part): void {
  const four = (key: string) => backbone.numbers(key, 4)
  const width = backbone.number('embed_dims')
  const fields = { heads: four('num_heads'), depths: four('num_layers'), srRatios: four('sr_ratios') }
  const heads = fields.heads?.value ?? [1, 2, 4, 8]
  const shape = {
    dims: heads.map((count) => count * (width?.value ?? 64)) as Four,
    depths: (fields.depths?.value ?? [3, 4, 6, 3]) as Four,
    heads: heads as Four,
    srRatios: (fields.srRatios?.value ?? [8, 4, 2, 1]) as Four,
  }
  const variant = variantOf(shape)
  const { account } = backbone
  account.set('model.variant', variant ?? 'custom', backbone.at)
  if (variant) {
    width?.used('model.variant')
    for (const field of Object.values(fields)) field?.used('model.variant')
  } else {
    for (const [key, value] of Object.entries(shape)) account.set(`model.${key}`, value, backbone.at)
    width?.used('model.dims')
    for (const [key, field] of Object.entries(fields)) field?.used(`model.${key}`)
  }
  const rate = backbone.number('drop_path_rate')
  if (rate) rate.mapped('model.dropPath', rate.value)
  else backbone.fill('drop_path_rate', 'model.dropPath', 0, 'the default of mmsegmentation')
  const frozen = backbone.number('frozen_stages')
  if (frozen) frozen.mapped('model.frozenStages', Math.max(0, frozen.value))
  backbone.fixed('in_channels', [3], 'pictures have three channels here')
  backbone.fixed('num_stages', [4], 'a SegFormer has four stages')
  backbone.fixed('patch_sizes', [[7, 3, 3, 3]], 'the patches are 7, 3, 3, 3 here')
  backbone.fixed('strides', [[4, 2, 2, 2]], 'the strides are 4, 2, 2, 2 here')
  backbone.fixed('out_indices', [[0, 1, 2, 3]], 'the head reads all four stages here')
  backbone.fixed('mlp_ratio', [4], 'the feed-forward layers are four times as wide here')
  backbone.fixed('mlp_ratios', [4, [4, 4, 4, 4]], 'the feed-forward layers are four times as wide here')
  backbone.fixed('qkv_bias', [true], 'queries, keys and values have a bias here')
  backbone.fixed('drop_rate', [0], 'there is no dropout in the encoder here')
  backbone.fixed('attn_drop_rate', [0], 'there is no dropout in the attention here')
  backbone.any('norm_cfg')?.nearly(null, 'layer norms have the eps of the official model: 1e-6, 1e-5 after an embedding')
  backbone.any('act_cfg')?.fixed()
  backbone.dropped(['with_cp'], 'activations are always kept')
}

function variantOf(shape: Record<'dims' | 'depths' | 'heads' | 'srRatios', Four>): string | null {
  const same = (a: readonly number[], b: readonly number[]) => a.every((value, i) => value === b[i])
  if (!same(shape.heads, mitDefaults.heads) || !same(shape.srRatios, mitDefaults.srRatios)) return null
  const found = Object.entries(mitVariants).find(([, { dims, depths }]) => same(dims, shape.dims) && same(depths, shape.depths))
  return found?.[0] ?? null
}

function mapHead(head: Part): void {
  const width = head.number('channels')
  if (width) width.mapped('model.embedDim', width.value)
  const dropout = head.number('dropout_ratio')
  if (dropout) dropout.mapped('model.dropout', dropout.value)
  head.any('in_channels')?.used('model.variant')
  head.fixed('in_index', [[0, 1, 2, 3]], 'the head reads all four stages here')
  head.any('num_classes')?.dropped('the classes of the dataset count')
  head.dropped(['out_channels', 'threshold'], 'one output per class of the dataset')
  const norm = head.part('norm_cfg')
  if (norm?.type === 'BN') head.any('norm_cfg')?.fixed()
  else if (norm?.type === 'GN') head.any('norm_cfg')?.mapped('model.headNorm', 'group')
  else head.any('norm_cfg')?.nearly(null, 'batch norm over the pictures of one process; several processes do not synchronise theirs')
  head.fixed('align_corners', [false], 'logits are resized without aligned corners here')
  head.fixed('interpolate_mode', ['bilinear'], 'logits are resized bilinearly here')
  head.fixed('ignore_index', [255], 'the void label is 255 here')
  head.account.note(
    'approximated',
    `${head.path}.type`,
    'model.type',
    'the official head: a linear layer per level, where mmsegmentation has a 1x1 convolution with batch norm and ReLU',
    head.at,
  )
}

/** The size is read with the data. */
function mapPreprocessor(model: Part): void {
  const given = model.part('data_preprocessor')
  if (!given) return
  given.any('type')?.fixed()
  const normalised = (key: 'mean' | 'std') =>
    given.fixed(key, [[...imageNet[key]]], `pictures are normalised by ${imageNet[key].join(', ')} here`)
  normalised('mean')
  normalised('std')
  given.fixed('bgr_to_rgb', [true], 'pictures are RGB here')
  given.fixed('rgb_to_bgr', [false], 'pictures are RGB here')
  given.fixed('pad_val', [0, [0, 0, 0]], 'pictures are filled up with black here')
  given.fixed('seg_pad_val', [255], 'labels are filled up with void here')
  given.any('size_divisor')?.nearly('data.val', 'in validation pictures are stretched to multiples of 32 instead of filled up')
  given.any('test_cfg')?.nearly('data.val', 'in validation pictures are stretched to multiples of 32 instead of filled up')
  given.dropped(['non_blocking', 'batch_augments'], 'there is nothing like it')
}

/** `model.test_cfg`: the whole picture, or windows. */
function mapWindow(model: Part): void {
  const test = model.part('test_cfg')
  if (!test) return
  const mode = test.text('mode')
  if (mode?.value !== 'slide') {
    mode?.mapped('inference.window.type', 'whole')
    test.dropped(['crop_size', 'stride'], 'only for windows')
    return
  }
  mode.mapped('inference.window.type', 'slide')
  for (const [key, to] of [
    ['crop_size', 'crop'],
    ['stride', 'stride'],
  ] as const) {
    const field = test.pair(key)
    if (!field) continue
    const rounded: Json = field.value.map((side) => Math.max(32, Math.round(side / 32) * 32))
    if (JSON.stringify(rounded) === JSON.stringify(field.value)) field.mapped(`inference.window.${to}`, rounded)
    else field.approximated(`inference.window.${to}`, rounded, `${JSON.stringify(field.value)} is no multiple of 32`)
  }
}
