import type { Value } from '../../graph/graph.ts'
import { convInit, ones, zeros, type Init } from '../../nn/init.ts'
import { layerNorm, sizeAt } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { gelu, relu } from '../../ops/activation.ts'
import { add } from '../../ops/elementwise.ts'
import { attention, linear as linearOp, matMul } from '../../ops/matmul.ts'
import { layerNorm as layerNormOp } from '../../ops/norm.ts'
import { concat, expand, reshape, slice, squeeze, transpose, unsqueeze } from '../../ops/shape.ts'
import { equalDims } from '../../tensor/dim.ts'

export interface TwoWayDecoderConfig {
  /** Width of tokens and of the image embedding, a multiple of eight and of `heads`. */
  readonly width: number
  /** Side of the square embedding grid. */
  readonly grid: number
  readonly depth: number
  readonly heads: number
  readonly mlpWidth: number
  /** Width inside the attentions between tokens and image; the self-attention of the tokens has `width`. */
  readonly crossWidth: number
  /** Mask tokens; the first one is for prompts that leave no doubt. */
  readonly masks: number
  readonly iouDepth: number
  readonly iouWidth: number
}

export interface DecoderInputs {
  /** Image embedding as tokens of the grid, `[1 or B, grid*grid, width]`. */
  readonly image: Value
  /** Positions of the grid, `[1, grid*grid, width]` (`PromptEncoder.positions`). */
  readonly positions: Value
  /** What is added to the image, broadcast over it: the code of a mask or of none. */
  readonly dense: Value
  /** Prompt tokens `[B,N,width]`. */
  readonly prompts: Value
}

export interface DecoderOutputs {
  /** Logits `[B, masks, 4*grid, 4*grid]`. */
  readonly masks: Value
  /** What the decoder believes the IoU of each mask to be, `[B, masks]`; not limited to [0,1]. */
  readonly iou: Value
}

const root = 'mask_decoder'
const normEps = 1e-5
const upscalingNormEps = 1e-6
const embeddingInit: Init = { kind: 'normal', std: 1 }

/** torch nn.Linear: uniform within 1 / sqrt(in), here a normal of the same deviation. */
const linearInit = (inputs: number): Init => ({ kind: 'normal', std: 1 / Math.sqrt(3 * inputs) })

/**
 * Mask decoder of Kirillov et al. 2023, appendix A: prompt and output tokens attend to the image and the image to them, then the image is upscaled
 * four times and each mask token becomes a linear classifier of its pixels. Parameter names of facebookresearch/segment-anything (`mask_decoder.`).
 */
export function twoWayDecoder(net: Net, config: TwoWayDecoderConfig, inputs: DecoderInputs): DecoderOutputs {
  const { b } = net
  const { width, masks } = config
  const [batch] = inputs.prompts.shape
  const iouToken = net.param(`${root}.iou_token.weight`, [1, width], embeddingInit)
  const maskTokens = net.param(`${root}.mask_tokens.weight`, [masks, width], embeddingInit)
  const own = expand(b, unsqueeze(b, concat(b, [iouToken, maskTokens], 0), 0), [batch!, 1 + masks, width])
  const tokens = concat(b, [own, inputs.prompts], 1)
  const source = add(b, inputs.image, inputs.dense)
  // Each prompt set changes an image of its own.
  const image = equalDims(source.shape[0]!, batch!) ? source : expand(b, source, [batch!, ...source.shape.slice(1)])
  const after = twoWayTransformer(net, config, { tokens, image, positions: inputs.positions })
  const token = (i: number): Value => squeeze(b, slice(b, after.tokens, { axes: [1], starts: [i], ends: [i + 1] }), 1)
  const classifiers = Array.from({ length: masks }, (_, i) =>
    unsqueeze(b, mlp(net, `${root}.output_hypernetworks_mlps.${i}`, token(1 + i), [width, width, width / 8]), 1),
  )
  const iouWidths = [...Array.from({ length: config.iouDepth - 1 }, () => config.iouWidth), masks]
  return {
    masks: upscaledMasks(net, config, after.image, concat(b, classifiers, 1)),
    iou: mlp(net, `${root}.iou_prediction_head`, token(0), iouWidths),
  }
}

interface TwoWay {
  readonly tokens: Value
  readonly image: Value
  readonly positions: Value
}

/** Layers of attention among the tokens, from tokens to image and back, with norms after each residual; the tokens look at the image once more at the end. */
function twoWayTransformer(net: Net, config: TwoWayDecoderConfig, { tokens, image, positions }: TwoWay): { tokens: Value; image: Value } {
  const { b } = net
  const { heads, crossWidth, width, mlpWidth } = config
  // The code of a token is the token as it came in, output tokens included.
  const coded = (x: Value): Value => add(b, x, tokens)
  const placed = (x: Value): Value => add(b, x, positions)
  let queries = tokens
  let keys = image
  for (let i = 0; i < config.depth; i++) {
    const name = `${root}.transformer.layers.${i}`
    const norm = (which: number, x: Value): Value => layerNorm(net, `${name}.norm${which}`, x, normEps)
    const own = { name: `${name}.self_attn`, inner: width, heads, value: queries }
    // The first layer has no code and no residual: its tokens are replaced.
    const mixed =
      i === 0
        ? projectedAttention(net, { ...own, query: queries, key: queries })
        : add(b, queries, projectedAttention(net, { ...own, query: coded(queries), key: coded(queries) }))
    queries = norm(1, mixed)
    const toImage = { name: `${name}.cross_attn_token_to_image`, inner: crossWidth, heads }
    const seen = projectedAttention(net, { ...toImage, query: coded(queries), key: placed(keys), value: keys })
    queries = norm(2, add(b, queries, seen))
    queries = norm(3, add(b, queries, feedForward(net, `${name}.mlp`, queries, mlpWidth)))
    const toTokens = { name: `${name}.cross_attn_image_to_token`, inner: crossWidth, heads }
    const told = projectedAttention(net, { ...toTokens, query: placed(keys), key: coded(queries), value: queries })
    keys = norm(4, add(b, keys, told))
  }
  const last = { name: `${root}.transformer.final_attn_token_to_image`, inner: crossWidth, heads }
  const seen = projectedAttention(net, { ...last, query: coded(queries), key: placed(keys), value: keys })
  return { tokens: layerNorm(net, `${root}.transformer.norm_final_attn`, add(b, queries, seen), normEps), image: keys }
}

interface ProjectedAttention {
  readonly name: string
  /** Width the heads share. */
  readonly inner: number
  readonly heads: number
  /** `[B,L,C]` */
  readonly query: Value
  /** `[B,M,C]`, as `value`. */
  readonly key: Value
  readonly value: Value
}

/** Attention with a projection for each operand and the result, `[B,L,C] x [B,M,C] -> [B,L,C]`. */
function projectedAttention(net: Net, { name, inner, heads, query, key, value }: ProjectedAttention): Value {
  const { b } = net
  const depth = inner / heads
  const split = (part: string, x: Value): Value => {
    const projected = layer(net, `${name}.${part}_proj`, x, inner)
    return transpose(b, reshape(b, projected, [x.shape[0]!, x.shape[1]!, heads, depth]), [0, 2, 1, 3])
  }
  const mixed = attention(b, split('q', query), split('k', key), split('v', value), depth ** -0.5)
  const joined = reshape(b, transpose(b, mixed, [0, 2, 1, 3]), [query.shape[0]!, query.shape[1]!, inner])
  return layer(net, `${name}.out_proj`, joined, sizeAt(query, -1))
}

function layer(net: Net, name: string, x: Value, out: number): Value {
  const inputs = sizeAt(x, -1)
  return linearOp(net.b, x, net.param(`${name}.weight`, [out, inputs], linearInit(inputs)), net.param(`${name}.bias`, [out], zeros))
}

function feedForward(net: Net, name: string, x: Value, inner: number): Value {
  return layer(net, `${name}.lin2`, relu(net.b, layer(net, `${name}.lin1`, x, inner)), sizeAt(x, -1))
}

/** Linear layers of the given widths with ReLU between them, `[B,C] -> [B, last]`. */
function mlp(net: Net, name: string, x: Value, widths: readonly number[]): Value {
  return widths.reduce((hidden, out, i) => {
    const made = layer(net, `${name}.layers.${i}`, hidden, out)
    return i + 1 < widths.length ? relu(net.b, made) : made
  }, x)
}

/**
 * The image four times as large, classified: a transposed convolution whose kernel is its stride gives each pixel 2x2 new ones of its own, and norm,
 * GELU and classifier look at one pixel, so the pixels are put in their places only at the end, when a mask is all that is left of the channels.
 */
function upscaledMasks(net: Net, { width, grid, masks }: TwoWayDecoderConfig, image: Value, classifiers: Value): Value {
  const { b } = net
  const name = `${root}.output_upscaling`
  const batch = image.shape[0]!
  const cells = grid * grid
  const first = reshape(b, quadrupled(net, `${name}.0`, image, width / 4), [batch, 4 * cells, width / 4])
  const scale = net.param(`${name}.1.weight`, [width / 4], ones)
  const bias = net.param(`${name}.1.bias`, [width / 4], zeros)
  const middle = gelu(b, layerNormOp(b, first, scale, bias, upscalingNormEps))
  const pixels = gelu(b, reshape(b, quadrupled(net, `${name}.3`, middle, width / 8), [batch, 16 * cells, width / 8]))
  const logits = matMul(b, classifiers, pixels, { transposeY: true })
  const spread = transpose(b, reshape(b, logits, [batch, masks, grid, grid, 2, 2, 2, 2]), [0, 1, 2, 4, 6, 3, 5, 7])
  return reshape(b, spread, [batch, masks, 4 * grid, 4 * grid])
}

/** The four pixels (row, column) of each one, `[B,L,C] -> [B,L,4*out]`; weight `[C,out,2,2]` (torch nn.ConvTranspose2d). */
function quadrupled(net: Net, name: string, x: Value, out: number): Value {
  const { b } = net
  const inputs = sizeAt(x, -1)
  const shape = [inputs, out, 2, 2] as const
  const weight = net.param(`${name}.weight`, shape, convInit(shape, 1))
  const bias = net.param(`${name}.bias`, [out], zeros)
  const matrix = reshape(b, transpose(b, weight, [2, 3, 1, 0]), [4 * out, inputs])
  return linearOp(b, x, matrix, reshape(b, expand(b, reshape(b, bias, [1, out]), [4, out]), [4 * out]))
}
