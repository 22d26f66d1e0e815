import { BugError } from '../../../shared/errors.ts'
import type { Value } from '../../graph/graph.ts'
import { efficientAttention } from '../../nn/attention.ts'
import { conv2d, dropPath, imageToTokens, layerNorm, layerNormUnbiased, tokensToImage } from '../../nn/layers.ts'
import { mixFfn } from '../../nn/mixFfn.ts'
import type { Net } from '../../nn/net.ts'
import { add } from '../../ops/elementwise.ts'
import type { Dim } from '../../tensor/dim.ts'
import type { SegformerConfig } from './config.ts'

interface Grid {
  readonly height: Dim
  readonly width: Dim
}

export interface MitFeatures {
  /** `[N, dims[s], H/2^(s+2), W/2^(s+2)]`; the last one lacks `lastBias`. */
  readonly levels: readonly Value[]
  /** Bias of the last stage's norm, `[dims[3]]`: a head that starts with a linear layer and a batch norm must not add it (see `batchNorm`). */
  readonly lastBias: Value
}

/** Mix Transformer, `[N,3,H,W]` -> four levels; parameter names of NVlabs/SegFormer (`backbone.`). */
export function mitBackbone(net: Net, config: SegformerConfig, image: Value): MitFeatures {
  const total = config.depths.reduce((a, b) => a + b, 0)
  const rate = (stage: number, block: number): number =>
    total > 1 && stage >= config.frozenStages ? (config.dropPath * block) / (total - 1) : 0
  const levels: Value[] = []
  let x = image
  let block = 0
  for (let s = 0; s < 4; s++) {
    const patch = s === 0 ? { kernel: 7, stride: 4, pad: 3 } : { kernel: 3, stride: 2, pad: 1 }
    const name = `backbone.patch_embed${s + 1}`
    const embedded = conv2d(net, `${name}.proj`, x, { out: config.dims[s]!, ...patch })
    const grid: Grid = { height: embedded.shape[2]!, width: embedded.shape[3]! }
    let tokens = layerNorm(net, `${name}.norm`, imageToTokens(net, embedded), config.eps.embed)
    for (let j = 0; j < config.depths[s]!; j++)
      tokens = mitBlock(net, `backbone.block${s + 1}.${j}`, tokens, { config, stage: s, grid, rate: rate(s, block++) })
    const norm = `backbone.norm${s + 1}`
    if (s === 3) {
      const { normed, bias } = layerNormUnbiased(net, norm, tokens, config.eps.block)
      return { levels: [...levels, tokensToImage(net, normed, grid.height, grid.width)], lastBias: bias }
    }
    x = tokensToImage(net, layerNorm(net, norm, tokens, config.eps.block), grid.height, grid.width)
    levels.push(x)
  }
  throw new BugError('a Mix Transformer has four stages')
}

/** One transformer block: x += DropPath(attention(norm1 x)); x += DropPath(MixFFN(norm2 x)). */
function mitBlock(net: Net, name: string, x: Value, at: { config: SegformerConfig; stage: number; grid: Grid; rate: number }): Value {
  const { config, stage, grid, rate } = at
  const options = { heads: config.heads[stage]!, reduction: config.srRatios[stage]!, ...grid, normEps: config.eps.embed }
  const attended = efficientAttention(net, `${name}.attn`, layerNorm(net, `${name}.norm1`, x, config.eps.block), options)
  const middle = add(net.b, x, dropPath(net, `${name}.attn`, attended, rate))
  const fed = mixFfn(net, `${name}.mlp`, layerNorm(net, `${name}.norm2`, middle, config.eps.block), grid.height, grid.width)
  return add(net.b, middle, dropPath(net, `${name}.mlp`, fed, rate))
}
