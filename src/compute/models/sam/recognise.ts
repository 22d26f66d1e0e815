import type { ErrorData } from '../../../shared/errors.ts'
import { gridOf, samVariants, type SamConfig, type SamEncoderConfig, type SamVariant } from './config.ts'

type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>

/** A SAM found among the tensors of a file. */
export interface RecognisedSam {
  /** What stands before the official names: '', 'module.', 'sam.'. */
  readonly prefix: string
  /** Null for sizes that have no name. */
  readonly variant: SamVariant | null
  readonly config: SamConfig
}

/** Why tensors are no SAM that can be built. */
export interface NoSam {
  readonly problem: string
  /** The same for people: `why` and its facts. */
  readonly data: ErrorData
}

const notBuildable: ErrorData = { why: 'notBuildable' }

const anchor = 'image_encoder.patch_embed.proj.weight'
/** A file of networks has a handful. */
const maxPrefixes = 16
/** Far above any size of the family: shapes beyond these are damage, and would build a graph without end. */
const most = { width: 1 << 14, depth: 256, patch: 256, grid: 512 }

/**
 * Reads the sizes of a SAM off the shapes of its tensors (names of facebookresearch/segment-anything behind any prefix); null where there is none. The
 * windows of the encoder are known by the lengths of the tables of relative positions, its heads by their widths; those of the decoder leave no trace.
 */
export function recogniseSam(all: Shapes, decoderHeads: number): RecognisedSam | NoSam | null {
  const prefixes = [...all.keys()]
    .filter((name) => name === anchor || name.endsWith(`.${anchor}`))
    .map((name) => name.slice(0, -anchor.length))
    .slice(0, maxPrefixes)
  const count = (prefix: string): number => [...all.keys()].filter((name) => name.startsWith(prefix)).length
  const prefix = prefixes.sort((a, b) => count(b) - count(a) || a.length - b.length)[0]
  if (prefix === undefined) return null
  const found = readConfig((name) => all.get(prefix + name)?.shape, decoderHeads)
  if ('problem' in found) return found
  const variant = (Object.keys(samVariants) as SamVariant[]).find((name) => sameSizes(samVariants[name], found))
  return { prefix, variant: variant ?? null, config: found }
}

/** All but the size of the picture, which may be chosen anew. */
function sameSizes(a: SamConfig, b: SamConfig): boolean {
  const sizes = ({ patch, encoder, width, maskChannels, decoder }: SamConfig): unknown => [
    [patch, width, maskChannels],
    [encoder.width, encoder.depth, encoder.heads, encoder.mlpWidth, encoder.window, ...encoder.globalBlocks],
    [decoder.depth, decoder.heads, decoder.mlpWidth, decoder.crossWidth, decoder.masks, decoder.iouDepth, decoder.iouWidth],
  ]
  return JSON.stringify(sizes(a)) === JSON.stringify(sizes(b))
}

type ShapeOf = (name: string) => readonly number[] | undefined

/** So many numbered parts there are, starting at 0. */
function countParts(shapeOf: ShapeOf, name: (i: number) => string): number {
  let n = 0
  while (n <= most.depth && shapeOf(name(n))) n++
  return n
}

function readConfig(shapeOf: ShapeOf, decoderHeads: number): SamConfig | NoSam {
  const missing: string[] = []
  const size = (name: string, axis: number): number => {
    const found = shapeOf(name)?.[axis]
    if (found === undefined) missing.push(name)
    return found ?? 0
  }
  const patch = size(anchor, 2)
  const grid = size('image_encoder.pos_embed', 1)
  const layer = 'mask_decoder.transformer.layers.0'
  const config = {
    imageSize: grid * patch,
    patch,
    width: size('image_encoder.neck.0.weight', 0),
    maskChannels: size('prompt_encoder.mask_downscaling.3.weight', 0),
    decoder: {
      depth: countParts(shapeOf, (i) => `mask_decoder.transformer.layers.${i}.norm1.weight`),
      heads: decoderHeads,
      mlpWidth: size(`${layer}.mlp.lin1.weight`, 0),
      crossWidth: size(`${layer}.cross_attn_token_to_image.q_proj.weight`, 0),
      masks: size('mask_decoder.mask_tokens.weight', 0),
      iouDepth: countParts(shapeOf, (i) => `mask_decoder.iou_prediction_head.layers.${i}.weight`),
      iouWidth: size('mask_decoder.iou_prediction_head.layers.0.weight', 0),
    },
  }
  const mlpWidth = size('image_encoder.blocks.0.mlp.lin1.weight', 0)
  if (missing[0] !== undefined) return { problem: `it has no ${missing[0]}`, data: { why: 'missingTensor', tensor: missing[0] } }
  const encoder = readEncoder(shapeOf, size(anchor, 0), grid, mlpWidth)
  return 'problem' in encoder ? encoder : checked({ ...config, encoder })
}

function readEncoder(shapeOf: ShapeOf, width: number, grid: number, mlpWidth: number): SamEncoderConfig | NoSam {
  const block = (i: number): string => `image_encoder.blocks.${i}`
  const depth = countParts(shapeOf, (i) => `${block(i)}.norm1.weight`)
  const tables = Array.from({ length: depth }, (_, i) => shapeOf(`${block(i)}.attn.rel_pos_h`))
  const known = Object.values(samVariants).find(({ encoder }) => encoder.width === width && encoder.depth === depth)?.encoder
  if (tables.every((table) => table === undefined)) {
    if (!known)
      return {
        problem: 'it has no relative positions, by which windows and heads are known, and is none of vit-b, vit-l, vit-h',
        data: notBuildable,
      }
    return { ...known, mlpWidth, relativePositions: false }
  }
  if (tables.some((table) => table?.length !== 2 || table[0]! % 2 === 0))
    return { problem: 'its tables of relative positions are damaged', data: { why: 'damaged' } }
  const sides = tables.map((table) => (table![0]! + 1) / 2)
  // Blocks that see everything have tables as long as the grid, or, where the picture was another one, the longest; all others are windows of one size.
  const longest = Math.max(...sides)
  const whole = sides.includes(grid) ? grid : longest > grid || new Set(sides).size > 1 ? longest : null
  const windows = new Set(sides.filter((side) => side !== whole))
  if (windows.size > 1) return { problem: `its windows have ${windows.size} sizes`, data: notBuildable }
  return {
    width,
    depth,
    heads: width / (tables[0]![1] || 1),
    mlpWidth,
    globalBlocks: sides.flatMap((side, i) => (side === whole ? [i] : [])),
    window: [...windows][0] ?? grid,
    relativePositions: true,
  }
}

/** Sizes that fit together and can be built. */
function checked(config: SamConfig): SamConfig | NoSam {
  const { encoder, decoder, width, patch, maskChannels } = config
  const counts = [encoder.width, encoder.mlpWidth, encoder.depth, encoder.heads, width, maskChannels, ...Object.values(decoder), patch]
  const limits: [number, number][] = [
    [encoder.width, most.width],
    [encoder.mlpWidth, 8 * most.width],
    [encoder.depth, most.depth],
    [width, most.width],
    [decoder.mlpWidth, 8 * most.width],
    [decoder.depth, most.depth],
    [decoder.masks, 64],
    [decoder.iouDepth, most.depth],
    [patch, most.patch],
    [gridOf(config), most.grid],
  ]
  if (!counts.every((count) => Number.isInteger(count) && count >= 1) || limits.some(([value, limit]) => value > limit))
    return { problem: 'its sizes are those of no SAM', data: notBuildable }
  if (encoder.width % encoder.heads !== 0 || width % 8 !== 0 || maskChannels % 4 !== 0)
    return {
      problem: `its widths ${encoder.width}, ${width} and ${maskChannels} do not divide into heads and channels`,
      data: notBuildable,
    }
  if (decoder.crossWidth % decoder.heads !== 0 || width % decoder.heads !== 0)
    return { problem: `its decoder does not divide into ${decoder.heads} heads`, data: notBuildable }
  return config
}
