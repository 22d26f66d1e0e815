import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { TensorType, Value } from '../graph/graph.ts'
import { sizeOf, staticShape } from '../tensor/shape.ts'
import { defineOp, everywhere, type ProbeInput } from './op.ts'
import { rawAdd, rawDiv, rawMatMul, rawMul, rawReduce, rawReshape, rawScale, rawShift, rawSub, rawUnary } from './raw.ts'

export interface NormAttributes {
  readonly eps: number
}

/**
 * Normalises the last axis, y = (x - mean) / sqrt(var + eps) * scale + bias, [..,C] (ONNX LayerNormalization-17; Ba et al. 2016).
 * Further outputs: mean and 1 / std, [..,1]. With n = (x - mean) / std and g = dy * scale: dx = (g - mean(g) - n mean(g n)) / std,
 * dscale = sum dy n, dbias = sum dy. The row means are products with the vector scale / C, so that g is never stored.
 */
export const layerNormOp = defineOp<NormAttributes>({
  name: 'layerNorm',
  since: 17,
  attributes: { eps: 'float' },
  shapeRule: ([x, scale, bias]) => {
    invariant(
      x!.shape.at(-1) === scale!.shape[0] && scale!.shape[0] === bias!.shape[0],
      'layerNorm: scale and bias have one number per channel',
    )
    const row: TensorType = { dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), 1] }
    return [{ dtype: x!.dtype, shape: x!.shape }, row, row]
  },
  emit: ({ b, inputs, attrs, types }) => b.node('LayerNormalization', inputs, types, { axis: -1, epsilon: { float: attrs.eps } }),
  vjp: ({ b, inputs, outputs, cotangents, needs }) => {
    const [x, scale] = inputs as [Value, Value]
    const [, mean, inverse] = outputs as [Value, Value, Value]
    const dy = cotangents[0]
    invariant(dy && !cotangents[1] && !cotangents[2], 'only the first output of layerNorm is differentiated')
    const n = rawMul(b, rawSub(b, x, mean), inverse)
    const product = rawMul(b, dy, n)
    const leading = [...x.shape.keys()].slice(0, -1)
    const dx = (): Value => {
      const [c] = staticShape(scale.shape)
      const weights = rawReshape(b, rawScale(b, scale, 1 / c!), [c!, 1])
      const shift = rawMatMul(b, dy, weights)
      const slope = rawMatMul(b, product, weights)
      return rawMul(b, inverse, rawSub(b, rawSub(b, rawMul(b, dy, scale), shift), rawMul(b, n, slope)))
    }
    return [
      needs[0] ? dx() : undefined,
      needs[1] ? rawReduce(b, 'ReduceSum', product, leading, false) : undefined,
      needs[2] ? rawReduce(b, 'ReduceSum', dy, leading, false) : undefined,
    ]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 8] }, { shape: [8] }, { shape: [8] }], attrs: { eps: 1e-5 }, bind: { N: 2 } },
    { inputs: [{ shape: [5, 6] }, { shape: [6] }, { shape: [6] }], attrs: { eps: 0.1 } },
  ],
})

const imageAxes = [0, 2, 3]
const perChannel = (b: GraphBuilder, x: Value): Value => rawReshape(b, x, [1, sizeOf(x.shape), 1, 1])

/**
 * Batch normalisation with the batch's own statistics, [N,C,H,W] (Ioffe and Szegedy 2015), composed of means and arithmetic because GPU
 * providers lack the training mode. Outputs: y; mean and biased variance [C] for the running statistics (no gradient); kept for the
 * gradient: x - mean and 1 / std. dx = scale / std * (dy - mean(dy) - n mean(dy n)), dscale = sum dy n, dbias = sum dy.
 */
export const batchNormTrainOp = defineOp<NormAttributes>({
  name: 'batchNormTrain',
  since: 13,
  attributes: { eps: 'float' },
  shapeRule: ([x, scale]) => {
    const channel: TensorType = { dtype: x!.dtype, shape: scale!.shape }
    invariant(x!.shape.length === 4 && x!.shape[1] === scale!.shape[0], 'batchNorm: scale has one number per channel')
    return [
      { dtype: x!.dtype, shape: x!.shape },
      channel,
      channel,
      { dtype: x!.dtype, shape: x!.shape },
      { dtype: x!.dtype, shape: [1, x!.shape[1]!, 1, 1] },
    ]
  },
  emit: ({ b, inputs, attrs }) => {
    const [x, scale, bias] = inputs as [Value, Value, Value]
    const mean = rawReduce(b, 'ReduceMean', x, imageAxes, true)
    const centred = rawSub(b, x, mean)
    const variance = rawReduce(b, 'ReduceMean', rawMul(b, centred, centred), imageAxes, true)
    const inverse = rawDiv(b, b.constant(1, [], x.dtype), rawUnary(b, 'Sqrt', rawShift(b, variance, attrs.eps)))
    const y = rawAdd(b, rawMul(b, centred, rawMul(b, inverse, perChannel(b, scale))), perChannel(b, bias))
    return [y, rawReshape(b, mean, scale.shape), rawReshape(b, variance, scale.shape), centred, inverse]
  },
  vjp: ({ b, inputs, outputs, cotangents, needs }) => {
    const [x, scale] = inputs as [Value, Value]
    const [, , , centred, inverse] = outputs as [Value, Value, Value, Value, Value]
    const dy = cotangents[0]
    invariant(dy && cotangents.slice(1).every((c) => !c), 'only the first output of batchNormTrain is differentiated')
    const sum = rawReduce(b, 'ReduceSum', dy, imageAxes, true)
    const dscale = rawMul(b, rawReduce(b, 'ReduceSum', rawMul(b, dy, centred), imageAxes, true), inverse)
    const dx = (): Value => {
      const [n, , h, w] = staticShape(x.shape) as [number, number, number, number]
      const share = 1 / (n * h * w)
      const gain = rawMul(b, inverse, perChannel(b, scale))
      const slope = rawScale(b, rawMul(b, rawMul(b, gain, inverse), dscale), share)
      const shift = rawScale(b, rawMul(b, gain, sum), share)
      return rawSub(b, rawMul(b, dy, gain), rawAdd(b, rawMul(b, centred, slope), shift))
    }
    return [
      needs[0] ? dx() : undefined,
      needs[1] ? rawReshape(b, dscale, scale.shape) : undefined,
      needs[2] ? rawReshape(b, sum, scale.shape) : undefined,
    ]
  },
  providers: everywhere,
  probes: [{ inputs: [{ shape: ['N', 3, 'H', 4] }, { shape: [3] }, { shape: [3] }], attrs: { eps: 1e-3 }, bind: { N: 2, H: 3 } }],
})

const positive: ProbeInput = { shape: [3], values: 'positive' }

/**
 * Batch normalisation with stored statistics, [N,C,H,W] (ONNX BatchNormalization-15, inference).
 * dx = dy scale / std, dscale = sum dy (x - mean) / std, dbias = sum dy; the statistics are data.
 */
export const batchNormEvalOp = defineOp<NormAttributes>({
  name: 'batchNormEval',
  since: 15,
  attributes: { eps: 'float' },
  shapeRule: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: ({ b, inputs, attrs, types }) => b.node('BatchNormalization', inputs, types, { epsilon: { float: attrs.eps } }),
  vjp: ({ b, inputs, attrs, cotangents, needs }) => {
    const [x, scale, , mean, variance] = inputs as [Value, Value, Value, Value, Value]
    const dy = cotangents[0]!
    const deviation = perChannel(b, rawUnary(b, 'Sqrt', rawShift(b, variance, attrs.eps)))
    const dscale = (): Value =>
      rawReduce(b, 'ReduceSum', rawMul(b, dy, rawDiv(b, rawSub(b, x, perChannel(b, mean)), deviation)), imageAxes, false)
    return [
      needs[0] ? rawMul(b, dy, rawDiv(b, perChannel(b, scale), deviation)) : undefined,
      needs[1] ? dscale() : undefined,
      needs[2] ? rawReduce(b, 'ReduceSum', dy, imageAxes, false) : undefined,
      undefined,
      undefined,
    ]
  },
  providers: everywhere,
  probes: [
    {
      inputs: [
        { shape: ['N', 3, 'H', 4] },
        { shape: [3] },
        { shape: [3] },
        { shape: [3], constant: true },
        { ...positive, constant: true },
      ],
      attrs: { eps: 1e-3 },
      bind: { N: 2, H: 3 },
    },
  ],
})

export function layerNorm(b: GraphBuilder, x: Value, scale: Value, bias: Value, eps: number): Value {
  return b.op(layerNormOp, [x, scale, bias], { eps })
}

/** `variance` is biased (divided by N H W); frameworks store the unbiased one. */
export function batchNormTrain(
  b: GraphBuilder,
  x: Value,
  scale: Value,
  bias: Value,
  eps: number,
): { y: Value; mean: Value; variance: Value } {
  const [y, mean, variance] = b.opAll(batchNormTrainOp, [x, scale, bias], { eps })
  return { y: y!, mean: b.stopGradient(mean!), variance: b.stopGradient(variance!) }
}

export function batchNormEval(b: GraphBuilder, x: Value, scale: Value, bias: Value, mean: Value, variance: Value, eps: number): Value {
  return b.op(batchNormEvalOp, [x, scale, bias, mean, variance], { eps })
}
