import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { Value } from '../graph/graph.ts'
import { mulDims } from '../tensor/dim.ts'
import { broadcastShapes, shapeText, type Shape } from '../tensor/shape.ts'
import { defineOp, everywhere, noAttributes, type NoAttributes } from './op.ts'
import {
  matMulShape,
  rawAdd,
  rawGemm,
  rawMatMul,
  rawMul,
  rawReduce,
  rawReshape,
  rawScale,
  rawSub,
  rawSwap,
  rawUnary,
  sumTo,
} from './raw.ts'

export interface MatMulAttributes {
  readonly transposeX: boolean
  readonly transposeY: boolean
}

const swapped = (shape: Shape, swap: boolean): Shape => (swap ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape)
const maybeSwap = (b: GraphBuilder, x: Value, swap: boolean): Value => (swap ? rawSwap(b, x) : x)

/**
 * Batched matrix product, [..,M,K] x [..,K,N] -> [..,M,N], either operand read transposed (ONNX MatMul-13; ORT fuses the transposes).
 * With Z = X Y: dX = dZ Y', dY = X' dZ.
 */
export const matMulOp = defineOp<MatMulAttributes>({
  name: 'matMul',
  since: 13,
  attributes: { transposeX: 'flag', transposeY: 'flag' },
  shapeRule: ([x, y], attrs) => [
    { dtype: x!.dtype, shape: matMulShape(swapped(x!.shape, attrs.transposeX), swapped(y!.shape, attrs.transposeY)) },
  ],
  emit: ({ b, inputs: [x, y], attrs }) => [rawMatMul(b, maybeSwap(b, x!, attrs.transposeX), maybeSwap(b, y!, attrs.transposeY))],
  vjp: ({ b, inputs, attrs: { transposeX, transposeY }, cotangents, needs }) => {
    const [x, y] = inputs as [Value, Value]
    const dz = cotangents[0]!
    const dx = (): Value =>
      transposeX ? rawMatMul(b, maybeSwap(b, y, transposeY), rawSwap(b, dz)) : rawMatMul(b, dz, maybeSwap(b, y, !transposeY))
    const dy = (): Value =>
      transposeY ? rawMatMul(b, rawSwap(b, dz), maybeSwap(b, x, transposeX)) : rawMatMul(b, maybeSwap(b, x, !transposeX), dz)
    return [needs[0] ? sumTo(b, dx(), x.shape) : undefined, needs[1] ? sumTo(b, dy(), y.shape) : undefined]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 3, 4] }, { shape: ['N', 4, 5] }], attrs: { transposeX: false, transposeY: false }, bind: { N: 2 } },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [5, 4] }], attrs: { transposeX: false, transposeY: true } },
    { inputs: [{ shape: [4, 3] }, { shape: [2, 4, 5] }], attrs: { transposeX: true, transposeY: false } },
    { inputs: [{ shape: [2, 1, 4, 3] }, { shape: [3, 5, 4] }], attrs: { transposeX: true, transposeY: true } },
  ],
})

const linearRows = (shape: Shape): Shape => [mulDims(...shape.slice(0, -1)), shape.at(-1)!]

/**
 * x W' + bias on the last axis, [..,I] -> [..,O] with W [O,I] (ONNX Gemm-13).
 * dx = dy W, dW = dy' x over all rows, dbias = sum of dy over all rows.
 */
export const linearOp = defineOp<NoAttributes>({
  name: 'linear',
  since: 13,
  attributes: {},
  shapeRule: ([x, w, bias]) => {
    invariant(
      w!.shape.length === 2 && x!.shape.at(-1) === w!.shape[1],
      `linear: ${shapeText(x!.shape)} does not fit weight ${shapeText(w!.shape)}`,
    )
    invariant(!bias || bias.shape[0] === w!.shape[0], 'linear: the bias has one number per output')
    return [{ dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), w!.shape[0]!] }]
  },
  emit: ({ b, inputs: [x, w, bias], types }) => {
    const rows = rawReshape(b, x!, linearRows(x!.shape))
    return [rawReshape(b, rawGemm(b, rows, w!, bias, { transB: true }), types[0]!.shape)]
  },
  vjp: ({ b, inputs: [x, w, bias], cotangents, needs }) => {
    const dy = rawReshape(b, cotangents[0]!, linearRows(cotangents[0]!.shape))
    const dx = needs[0] ? rawReshape(b, rawGemm(b, dy, w!, undefined, {}), x!.shape) : undefined
    const dw = needs[1] ? rawGemm(b, dy, rawReshape(b, x!, linearRows(x!.shape)), undefined, { transA: true }) : undefined
    return [dx, dw, bias && needs[2] ? rawReduce(b, 'ReduceSum', dy, [0], false) : undefined]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 'L', 4] }, { shape: [5, 4] }, { shape: [5] }], attrs: {}, bind: { N: 2, L: 3 } },
    { inputs: [{ shape: [3, 4] }, { shape: [2, 4] }, undefined], attrs: {} },
  ],
})

export interface AttentionAttributes {
  readonly scale: number
}

/**
 * softmax(scale Q K' + bias) V, [..,L,d] x [..,M,d] x [..,M,e] -> [..,L,e] (Vaswani et al. 2017, section 3.2.1); second output: the weights.
 * dV = P' dO, dP = dO V', dS = P * (dP - rowsum(dO * O)), dQ = scale dS K, dK = scale dS' Q, dbias = dS (Dao et al. 2022, appendix B.2).
 */
export const attentionOp = defineOp<AttentionAttributes>({
  name: 'attention',
  since: 13,
  attributes: { scale: 'float' },
  shapeRule: ([q, k, v, bias]) => {
    const scores = matMulShape(q!.shape, swapped(k!.shape, true))
    invariant(!bias || String(broadcastShapes(scores, bias.shape)) === String(scores), 'attention: the bias fits the scores')
    return [
      { dtype: q!.dtype, shape: matMulShape(scores, v!.shape) },
      { dtype: q!.dtype, shape: scores },
    ]
  },
  emit: ({ b, inputs: [q, k, v, bias], attrs }) => {
    const scores = rawScale(b, rawMatMul(b, q!, rawSwap(b, k!)), attrs.scale)
    const biased = bias ? rawAdd(b, scores, bias) : scores
    const weights = rawUnary(b, 'Softmax', biased, { axis: biased.shape.length - 1 })
    return [rawMatMul(b, weights, v!), weights]
  },
  vjp: ({ b, inputs, outputs, attrs, cotangents, needs }) => {
    const [q, k, v, bias] = inputs as [Value, Value, Value, Value | undefined]
    const [o, p] = outputs as [Value, Value]
    const dO = cotangents[0]
    invariant(dO && !cotangents[1], 'attention weights are for looking at, not for differentiating')
    const dv = needs[2] ? rawMatMul(b, rawSwap(b, p), dO) : undefined
    if (!needs[0] && !needs[1] && !needs[3]) return [undefined, undefined, dv]
    const rows = rawReduce(b, 'ReduceSum', rawMul(b, dO, o), [o.shape.length - 1], true)
    const ds = rawMul(b, p, rawSub(b, rawMatMul(b, dO, rawSwap(b, v)), rows))
    return [
      needs[0] ? rawScale(b, rawMatMul(b, ds, k), attrs.scale) : undefined,
      needs[1] ? rawScale(b, rawMatMul(b, rawSwap(b, ds), q), attrs.scale) : undefined,
      dv,
      bias && needs[3] ? sumTo(b, ds, bias.shape) : undefined,
    ]
  },
  providers: everywhere,
  probes: [
    {
      inputs: [{ shape: ['N', 2, 3, 4] }, { shape: ['N', 2, 5, 4] }, { shape: ['N', 2, 5, 4] }, undefined],
      attrs: { scale: 0.5 },
      bind: { N: 2 },
    },
    { inputs: [{ shape: [2, 3, 4] }, { shape: [2, 5, 4] }, { shape: [2, 5, 6] }, { shape: [1, 3, 5] }], attrs: { scale: 0.7 } },
  ],
})

export function matMul(b: GraphBuilder, x: Value, y: Value, options: Partial<MatMulAttributes> = {}): Value {
  return b.op(matMulOp, [x, y], { transposeX: options.transposeX ?? false, transposeY: options.transposeY ?? false })
}

export function linear(b: GraphBuilder, x: Value, w: Value, bias: Value | null): Value {
  return b.op(linearOp, [x, w, bias ?? undefined], noAttributes)
}

export function attention(b: GraphBuilder, q: Value, k: Value, v: Value, scale: number, bias?: Value): Value {
  return b.op(attentionOp, [q, k, v, bias], { scale })
}
