import type { Value } from '../../graph/graph.ts'
import { conv2d, imageToTokens, layerNorm, linear } from '../../nn/layers.ts'
import type { Net } from '../../nn/net.ts'
import { gelu, relu } from '../../ops/activation.ts'
import { add, mul, sub } from '../../ops/elementwise.ts'
import { attention, matMul } from '../../ops/matmul.ts'
import { concat, expand, reshape, slice, transpose } from '../../ops/shape.ts'
import type { Dim } from '../../tensor/dim.ts'
import type { SmallSamConfig } from '../../../shared/model/samTrainConfig.ts'
import { candidateCount } from './config.ts'
import type { Embedding } from './encoder.ts'
import { channelsLast, encodePrompts, gridCode, type Prompts } from './prompts.ts'

const eps = 1e-5
/** Added to the scores of what is not there. */
const excluded = -1e4

/** Masks of `m` objects. */
export interface Decoded {
  /** Logits `[m, 4, H/4, W/4]`. */
  readonly logits: Value
  /** Estimated IoU with what was meant, unbounded, `[m, 4]`. */
  readonly iou: Value
}

interface AttentionInputs {
  readonly q: Value
  readonly k: Value
  readonly v: Value
  /** Added to the scores, or none. */
  readonly bias?: Value
}

/** Multi-head attention between two sets, the products `width` wide, `[n,L,C] x [n,M,C] -> [n,L,C]`. */
function attend(net: Net, name: string, { q, k, v, bias }: AttentionInputs, heads: number, width: number): Value {
  const { b } = net
  const split = (x: Value): Value => transpose(b, reshape(b, x, [x.shape[0]!, x.shape[1]!, heads, width / heads]), [0, 2, 1, 3])
  const [query, key, value] = [
    split(linear(net, `${name}.q_proj`, q, width)),
    split(linear(net, `${name}.k_proj`, k, width)),
    split(linear(net, `${name}.v_proj`, v, width)),
  ]
  const mixed = attention(b, query, key, value, (width / heads) ** -0.5, bias)
  const joined = reshape(b, transpose(b, mixed, [0, 2, 1, 3]), [q.shape[0]!, q.shape[1]!, width])
  return linear(net, `${name}.out_proj`, joined, q.shape[2] as number)
}

/** Linear layers with ReLU between them. */
function mlp(net: Net, name: string, x: Value, widths: readonly number[]): Value {
  return widths.reduce((h, width, i) => {
    const y = linear(net, `${name}.layers.${i}`, h, width)
    return i < widths.length - 1 ? relu(net.b, y) : y
  }, x)
}

/**
 * The two-way decoder of specs/sam.md 2.3 for prompts of `m = n * objects` objects on the embeddings of n pictures: tokens and picture attend to each
 * other, with the codes of their places added before every product; then the picture is brought up to stride 4 with the encoder's finer features and
 * the prompts' maps, and each candidate is the product of these features with the weights its own token gives (one network per candidate).
 */
export function decode(net: Net, config: SmallSamConfig, embedding: Embedding, prompts: Prompts): Decoded {
  const { b } = net
  const dim = config.decoderDim
  const [n, , h, w] = embedding.coarse.shape as [Dim, number, number, number]
  const m = prompts.points.shape[0]!
  const encoded = encodePrompts(net, config, embedding, prompts)
  const own = net.param('mask_decoder.output_tokens.weight', [1 + candidateCount, dim], { kind: 'normal', std: 0.5 })
  const tokens = concat(b, [expand(b, own, [m, 1 + candidateCount, dim]), encoded.tokens], 1)
  const alwaysPresent = expand(b, b.constant(1), [m, 1 + candidateCount])
  const absence = mul(b, sub(b, b.constant(1), concat(b, [alwaysPresent, encoded.present], 1)), excluded)
  const bias = reshape(b, absence, [m, 1, 1, tokens.shape[1]!])
  const image = add(b, perObject(net, imageToTokens(net, embedding.coarse), m, n), imageToTokens(net, encoded.coarse))
  const [found, raised] = twoWay(net, config, { tokens, image, bias, places: gridCode(net, h, w, dim) })

  const token = (i: number): Value => reshape(b, slice(b, found, { axes: [1], starts: [i], ends: [i + 1] }), [m, dim])
  const middle = gelu(
    b,
    layerNorm(
      net,
      'mask_decoder.upscale.norm',
      add(b, doubled(net, 'mask_decoder.upscale.0', raised, h, w, config.middle), besides(net, embedding.middle, encoded.middle, m, n)),
      eps,
    ),
  )
  const mixed = conv2d(net, 'mask_decoder.upscale.mix', transpose(b, middle, [0, 3, 1, 2]), { out: config.middle, kernel: 3, pad: 1 })
  const refined = add(b, middle, gelu(b, channelsLast(net, mixed)))
  const fine = gelu(
    b,
    add(
      b,
      doubled(net, 'mask_decoder.upscale.1', reshape(b, refined, [m, 4 * h * w, config.middle]), 2 * h, 2 * w, config.fine),
      besides(net, embedding.fine, encoded.fine, m, n),
    ),
  )
  const weights = Array.from({ length: candidateCount }, (_, i) =>
    reshape(b, mlp(net, `mask_decoder.output_hypernetworks_mlps.${i}`, token(1 + i), [dim, config.fine]), [m, 1, config.fine]),
  )
  const products = matMul(b, reshape(b, fine, [m, 16 * h * w, config.fine]), concat(b, weights, 1), { transposeY: true })
  return {
    logits: reshape(b, transpose(b, products, [0, 2, 1]), [m, candidateCount, 4 * h, 4 * w]),
    iou: mlp(net, 'mask_decoder.iou_prediction_head', token(0), [dim, candidateCount]),
  }
}

/** What n pictures have, once for each of their objects: `[n,..] -> [m,..]`. */
function perObject(net: Net, x: Value, m: Dim, n: Dim): Value {
  if (m === n) return x
  const rest = x.shape.slice(1)
  const each = n === 1 ? m : (m as number) / (n as number)
  return reshape(net.b, expand(net.b, reshape(net.b, x, [n, 1, ...rest]), [n, each, ...rest]), [m, ...rest])
}

/** The picture's features and the prompts' maps at one stride, channel-last. */
function besides(net: Net, picture: Value, maps: Value, m: Dim, n: Dim): Value {
  return add(net.b, perObject(net, channelsLast(net, picture), m, n), channelsLast(net, maps))
}

/** A transposed convolution of kernel and stride 2 on tokens: `[m,h*w,C] -> [m,2h,2w,out]`. */
function doubled(net: Net, name: string, x: Value, h: number, w: number, out: number): Value {
  const { b } = net
  const m = x.shape[0]!
  const quads = reshape(b, linear(net, name, x, 4 * out), [m, h, w, 2, 2, out])
  return reshape(b, transpose(b, quads, [0, 1, 3, 2, 4, 5]), [m, 2 * h, 2 * w, out])
}

interface TwoWay {
  readonly tokens: Value
  readonly image: Value
  readonly bias: Value
  readonly places: Value
}

/** The layers of specs/sam.md 2.3 (post-norm; in the first one attention among the tokens replaces them) and the last look of the tokens at the picture. */
function twoWay(net: Net, config: SmallSamConfig, { tokens, image, bias, places }: TwoWay): [tokens: Value, image: Value] {
  const { b } = net
  const { decoderDim: dim, decoderHeads: heads } = config
  const half = dim / 2
  const norm = (name: string, x: Value): Value => layerNorm(net, name, x, eps)
  const codes = tokens
  let [queries, keys] = [tokens, image]
  for (let i = 0; i < config.decoderLayers; i++) {
    const layer = `mask_decoder.transformer.layers.${i}`
    const coded = i === 0 ? queries : add(b, queries, codes)
    const among = attend(net, `${layer}.self_attn`, { q: coded, k: coded, v: queries, bias }, heads, dim)
    queries = norm(`${layer}.norm1`, i === 0 ? among : add(b, queries, among))
    const look = { q: add(b, queries, codes), k: add(b, keys, places), v: keys }
    queries = norm(`${layer}.norm2`, add(b, queries, attend(net, `${layer}.cross_attn_token_to_image`, look, heads, half)))
    queries = norm(`${layer}.norm3`, add(b, queries, mlp(net, `${layer}.mlp`, queries, [4 * dim, dim])))
    const answer = { q: add(b, keys, places), k: add(b, queries, codes), v: queries, bias }
    keys = norm(`${layer}.norm4`, add(b, keys, attend(net, `${layer}.cross_attn_image_to_token`, answer, heads, half)))
  }
  const last = { q: add(b, queries, codes), k: add(b, keys, places), v: keys }
  const name = 'mask_decoder.transformer'
  return [norm(`${name}.norm_final_attn`, add(b, queries, attend(net, `${name}.final_attn_token_to_image`, last, heads, half))), keys]
}
