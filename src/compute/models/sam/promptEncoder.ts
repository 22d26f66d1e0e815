import type { Value } from '../../graph/graph.ts'
import { convInit, ones, zeros, type Init } from '../../nn/init.ts'
import type { Net } from '../../nn/net.ts'
import { gelu } from '../../ops/activation.ts'
import { cast, equal, where } from '../../ops/compare.ts'
import { add, cos, mul, sin, sub } from '../../ops/elementwise.ts'
import { linear, matMul } from '../../ops/matmul.ts'
import { layerNorm } from '../../ops/norm.ts'
import { concat, reshape, transpose, unsqueeze } from '../../ops/shape.ts'

export interface PromptEncoderConfig {
  /** Width of tokens and of the image embedding; even. */
  readonly width: number
  /** Side of the square model input, in its pixels. */
  readonly imageSize: number
  /** Side of the square embedding grid. */
  readonly grid: number
  /** Channels inside the mask encoder, a multiple of four. */
  readonly maskChannels: number
}

/** Labels of points as every SAM decoder takes them. */
export const pointLabels = { padding: -1, negative: 0, positive: 1, boxStart: 2, boxEnd: 3 } as const

/** The prompt encoder of one graph: its tensors are declared once, its parts may be used any number of times. */
export interface PromptEncoder {
  /** Points `[B,N,2]` (x, y in pixels of the model input; the centre of the first one is 0) with labels `[B,N]` (`pointLabels`) -> tokens `[B,N,width]`. */
  points(coordinates: Value, labels: Value): Value
  /** Logits `[B,1,4*grid,4*grid]` -> tokens of the grid `[B,grid*grid,width]`. */
  mask(logits: Value): Value
  /** What stands for no mask, `[1,width]`. */
  readonly noMask: Value
  /** Where each cell of the grid lies, `[1,grid*grid,width]`. */
  readonly positions: Value
}

/** The random frequencies of the position code: kept in the checkpoint, never trained. */
export const frequenciesName = 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix'

const maskNormEps = 1e-6
/** torch nn.Embedding. */
const embeddingInit: Init = { kind: 'normal', std: 1 }

/** Prompt encoder of Kirillov et al. 2023, appendix A, with the parameter names of facebookresearch/segment-anything (`prompt_encoder.`). */
export function promptEncoder(net: Net, config: PromptEncoderConfig): PromptEncoder {
  const { width, imageSize, grid } = config
  const { b } = net
  // No gradient: a model that has this part freezes the tensor as well.
  const frequencies = b.stopGradient(net.param(frequenciesName, [2, width / 2], embeddingInit))
  const row = (name: string): Value => net.param(`prompt_encoder.${name}.weight`, [1, width], embeddingInit)
  const kinds = [0, 1, 2, 3].map((i) => row(`point_embeddings.${i}`))
  const table = concat(b, [row('not_a_point_embed'), ...kinds], 0)
  const centres = Float32Array.from({ length: 2 * grid * grid }, (_, i) => {
    const cell = i >> 1
    return ((i % 2 === 0 ? cell % grid : Math.floor(cell / grid)) + 0.5) / grid
  })
  return {
    points(coordinates, labels) {
      const code = positionCode(net, frequencies, mul(b, add(b, coordinates, 0.5), 1 / imageSize))
      const column = unsqueeze(b, labels, 2)
      const placed = where(b, equal(b, column, pointLabels.padding), 0, code)
      const kind = cast(b, equal(b, column, b.constant([-1, 0, 1, 2, 3], [1, 1, 5])), 'float32')
      return add(b, placed, matMul(b, kind, table))
    },
    mask: maskEncoder(net, config),
    noMask: row('no_mask_embed'),
    positions: positionCode(net, frequencies, b.constant(centres, [1, grid * grid, 2])),
  }
}

/** Random Fourier features (Tancik et al. 2020), places in [0,1] `[B,N,2]` -> `[sin, cos](2 pi (2 c - 1) G)` `[B,N,2*F]`. */
function positionCode({ b }: Net, frequencies: Value, places: Value): Value {
  const angles = mul(b, matMul(b, sub(b, mul(b, places, 2), 1), frequencies), 2 * Math.PI)
  return concat(b, [sin(b, angles), cos(b, angles)], -1)
}

/**
 * The mask encoder: two convolutions 2x2 with stride 2, each with norm and GELU, then one 1x1. Everything after the first rearrangement works on
 * a pixel of its own stage alone, so all of it is matrix products over 4x4 patches: the patch of a cell is ordered (outer 2x2, inner 2x2).
 */
function maskEncoder(net: Net, { width, grid, maskChannels }: PromptEncoderConfig): PromptEncoder['mask'] {
  const { b } = net
  const name = 'prompt_encoder.mask_downscaling'
  const narrow = maskChannels / 4
  const kernel = (layer: number, shape: readonly [number, number, number, number]): Value =>
    net.param(`${name}.${layer}.weight`, shape, convInit(shape, 1))
  const vector = (layer: number, part: 'weight' | 'bias', size: number, init: Init): Value =>
    net.param(`${name}.${layer}.${part}`, [size], init)
  const convs = {
    first: { weight: kernel(0, [narrow, 1, 2, 2]), bias: vector(0, 'bias', narrow, zeros) },
    second: { weight: kernel(3, [maskChannels, narrow, 2, 2]), bias: vector(3, 'bias', maskChannels, zeros) },
    last: { weight: kernel(6, [width, maskChannels, 1, 1]), bias: vector(6, 'bias', width, zeros) },
  }
  const norms = ([1, 4] as const).map((layer, i) => {
    const size = i === 0 ? narrow : maskChannels
    return { scale: vector(layer, 'weight', size, ones), bias: vector(layer, 'bias', size, zeros) }
  })
  const normed = (x: Value, i: number): Value => gelu(b, layerNorm(b, x, norms[i]!.scale, norms[i]!.bias, maskNormEps))
  return (logits) => {
    const n = logits.shape[0]!
    const pixels = reshape(b, logits, [n, grid, 2, 2, grid, 2, 2])
    const patches = reshape(b, transpose(b, pixels, [0, 1, 4, 2, 5, 3, 6]), [n, grid * grid, 4, 4])
    const inner = normed(linear(b, patches, reshape(b, convs.first.weight, [narrow, 4]), convs.first.bias), 0)
    // A 2x2 kernel sees its pixels with their channels together: (row, column, channel).
    const matrix = reshape(b, transpose(b, convs.second.weight, [0, 2, 3, 1]), [maskChannels, 4 * narrow])
    const outer = normed(linear(b, reshape(b, inner, [n, grid * grid, 4 * narrow]), matrix, convs.second.bias), 1)
    return linear(b, outer, reshape(b, convs.last.weight, [width, maskChannels]), convs.last.bias)
  }
}
