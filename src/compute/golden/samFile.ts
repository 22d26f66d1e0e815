import { AppError } from '../../shared/errors.ts'
import type { SamConfig } from '../models/sam/config.ts'
import type { SafeTensors } from '../weights/safetensors.ts'
import { integers, tensor } from './goldenFile.ts'

/** One way of prompting of a golden file, as the official decoder takes it. */
export interface GoldenPrompt {
  /** What its tensors begin with: 'points', 'box'. */
  readonly kind: string
  /** `[N,2]` */
  readonly coordinates: Float32Array
  readonly labels: Float32Array
  readonly mask: Float32Array | null
}

/** Far above any size of the family: a number beyond these is damage, and would build a graph without end. */
const largest = {
  img_size: 8192,
  patch_size: 256,
  encoder_embed_dim: 16384,
  encoder_depth: 256,
  encoder_num_heads: 256,
  prompt_embed_dim: 4096,
  mask_in_chans: 4096,
  decoder_depth: 256,
  decoder_mlp_dim: 65536,
  decoder_num_heads: 256,
  iou_head_depth: 256,
  iou_head_hidden_dim: 16384,
} as const
type SizeName = keyof typeof largest
const maxGrid = 512

const badConfig = (text: string | undefined): AppError =>
  new AppError('weights/bad-file', `the metadata's config is not understood: ${text ?? 'absent'}`, { key: 'config' })

/** The sizes in the metadata of a SAM file. Errors: weights/bad-file. */
export function readSamConfig({ metadata, tensors }: SafeTensors): SamConfig {
  const text = metadata['config']
  const config = parse(text)
  const size = (name: SizeName): number => config[name] as number
  const window = config['window_size'] as number
  const width = size('prompt_embed_dim')
  const encoder = {
    width: size('encoder_embed_dim'),
    depth: size('encoder_depth'),
    heads: size('encoder_num_heads'),
    mlpWidth: size('encoder_embed_dim') * ((config['mlp_ratio'] as number | undefined) ?? 4),
    // A window of 0 stands for none.
    globalBlocks: window === 0 ? [...Array(size('encoder_depth')).keys()] : (config['encoder_global_attn_indexes'] as number[]),
    window,
    relativePositions: (config['use_rel_pos'] as boolean | undefined) ?? true,
  }
  const decoder = {
    depth: size('decoder_depth'),
    heads: size('decoder_num_heads'),
    mlpWidth: size('decoder_mlp_dim'),
    crossWidth: width / ((config['attention_downsample_rate'] as number | undefined) ?? 2),
    masks: tensors.get('param.mask_decoder.mask_tokens.weight')?.shape[0] ?? 4,
    iouDepth: size('iou_head_depth'),
    iouWidth: size('iou_head_hidden_dim'),
  }
  const fits =
    size('img_size') % size('patch_size') === 0 &&
    size('img_size') / size('patch_size') <= maxGrid &&
    encoder.width % encoder.heads === 0 &&
    width % 8 === 0 &&
    decoder.crossWidth % decoder.heads === 0 &&
    size('mask_in_chans') % 4 === 0
  if (!fits) throw badConfig(text)
  return { imageSize: size('img_size'), patch: size('patch_size'), encoder, width, maskChannels: size('mask_in_chans'), decoder }
}

/** Errors: weights/bad-file. */
function parse(text: string | undefined): Record<string, unknown> {
  const isSize = (value: unknown, most: number, least = 1): boolean =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
  try {
    const config = JSON.parse(text ?? '') as Record<string, unknown>
    const blocks = config['encoder_global_attn_indexes']
    const known = Object.entries(largest).every(([name, most]) => isSize(config[name], most)) && isSize(config['window_size'], maxGrid, 0)
    if (known && Array.isArray(blocks) && blocks.every((index) => isSize(index, largest.encoder_depth, 0))) return config
  } catch {
    // Said below.
  }
  throw badConfig(text)
}

/** The prompts of a golden file: what each is made of is in its name. Errors: weights/bad-file. */
export function readPrompts(file: SafeTensors): GoldenPrompt[] {
  const kinds = [...file.tensors.keys()].flatMap((name) => (name.endsWith('.sparse') ? [name.slice(0, -'.sparse'.length)] : []))
  if (kinds.length === 0) throw new AppError('weights/bad-file', 'the golden file has no prompts', { tensor: 'sparse' })
  return kinds.map((kind) => {
    const has = (part: string): boolean => kind.includes(part)
    const entries: { x: number; y: number; label: number }[] = []
    if (has('point')) {
      const { data } = tensor(file, 'prompt.points')
      const labels = integers(file, 'prompt.labels')
      const count = has('one_point') ? 1 : labels.length
      for (let i = 0; i < count; i++) entries.push({ x: data[2 * i]!, y: data[2 * i + 1]!, label: labels[i]! })
    }
    if (has('box')) {
      const { data: box } = tensor(file, 'prompt.box')
      entries.push({ x: box[0]!, y: box[1]!, label: 2 }, { x: box[2]!, y: box[3]!, label: 3 })
    } else if (has('point')) entries.push({ x: 0, y: 0, label: -1 })
    return {
      kind,
      coordinates: Float32Array.from(entries.flatMap(({ x, y }) => [x, y])),
      labels: Float32Array.from(entries, ({ label }) => label),
      mask: has('mask') ? tensor(file, 'prompt.mask').data : null,
    }
  })
}
