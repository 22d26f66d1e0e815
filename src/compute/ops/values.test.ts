import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../graph/codec.ts'
import type { Value } from '../graph/graph.ts'
import { sessionRunner } from '../runtime/sessionRunner.ts'
import { gelu, logSoftmax, relu, sigmoid, silu, softmax, softplus, tanh } from './activation.ts'
import { and, cast, equal, greater, greaterOrEqual, less, lessOrEqual, not, or, where } from './compare.ts'
import { conv2d, convTranspose2d, maxPool2d } from './conv.ts'
import { crossEntropy } from './crossEntropy.ts'
import * as e from './elementwise.ts'
import { attention, linear, matMul } from './matmul.ts'
import { batchNormEval, batchNormTrain, layerNorm } from './norm.ts'
import { reduceMax, reduceMean, reduceMin, reduceSum } from './reduce.ts'
import { resizeBilinear, resizeNearest } from './resize.ts'
import { argMax, cumSum, oneHot, scatterElements, topK } from './select.ts'
import { concat, expand, gather, gatherElements, gatherNd, pad, reshape, slice, split, squeeze, transpose, unsqueeze } from './shape.ts'

/** Values worked out by hand or with Math: the numeric checks see whether gradient and function agree, not whether it is the right function. */
type Case = [name: string, build: (b: GraphBuilder, f: Maker, i: Maker) => Value | readonly Value[], expected: readonly number[]]
type Maker = (values: readonly number[], shape?: readonly number[]) => Value

const { E, LN2 } = Math
const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
const x = [-1.5, 0, 0.5, 2]
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

const elementwise: Case[] = [
  ['add', (b, f) => e.add(b, f([1, 2]), 3), [4, 5]],
  ['sub', (b, f) => e.sub(b, f([1, 2]), f([5, 7])), [-4, -5]],
  ['mul', (b, f) => e.mul(b, f([1, 2], [2, 1]), f([3, 4])), [3, 4, 6, 8]],
  ['div', (b, f) => e.div(b, f([1, 2]), 4), [0.25, 0.5]],
  ['maximum', (b, f) => e.maximum(b, f(x), 0.5), [0.5, 0.5, 0.5, 2]],
  ['minimum', (b, f) => e.minimum(b, f(x), 0.5), [-1.5, 0, 0.5, 0.5]],
  ['neg', (b, f) => e.neg(b, f(x)), x.map((v) => -v)],
  ['abs', (b, f) => e.abs(b, f(x)), x.map(Math.abs)],
  ['exp', (b, f) => e.exp(b, f(x)), x.map(Math.exp)],
  ['log', (b, f) => e.log(b, f([1, E])), [0, 1]],
  ['sqrt', (b, f) => e.sqrt(b, f([4, 2])), [2, Math.SQRT2]],
  ['reciprocal', (b, f) => e.reciprocal(b, f([4, -2])), [0.25, -0.5]],
  ['square', (b, f) => e.square(b, f(x)), x.map((v) => v * v)],
  ['sin', (b, f) => e.sin(b, f(x)), x.map(Math.sin)],
  ['cos', (b, f) => e.cos(b, f(x)), x.map(Math.cos)],
  ['atan', (b, f) => e.atan(b, f(x)), x.map(Math.atan)],
  ['erf', (b, f) => e.erf(b, f([0, 1, -2])), [0, 0.8427008, -0.9953223]],
  ['floor', (b, f) => e.floor(b, f([-1.5, 1.5])), [-2, 1]],
  ['ceil', (b, f) => e.ceil(b, f([-1.5, 1.5])), [-1, 2]],
  ['round', (b, f) => e.round(b, f([0.5, 1.5, -1.2])), [0, 2, -1]],
  ['sign', (b, f) => e.sign(b, f(x)), [-1, 0, 1, 1]],
  ['pow', (b, f) => e.pow(b, f([4, 9]), 1.5), [8, 27]],
  ['clip', (b, f) => e.clip(b, f(x), { min: -1, max: 1 }), [-1, 0, 0.5, 1]],
  ['relu', (b, f) => relu(b, f(x)), [0, 0, 0.5, 2]],
  ['sigmoid', (b, f) => sigmoid(b, f(x)), x.map(logistic)],
  ['tanh', (b, f) => tanh(b, f(x)), x.map(Math.tanh)],
  ['silu', (b, f) => silu(b, f(x)), x.map((v) => v * logistic(v))],
  ['gelu', (b, f) => gelu(b, f([0, 1, -1])), [0, 0.8413447, -0.1586553]],
  ['softplus, also far out', (b, f) => softplus(b, f([0, 100, -100])), [LN2, 100, 0]],
  ['softmax', (b, f) => softmax(b, f([0, LN2, 1, 1], [2, 2]), -1), [1 / 3, 2 / 3, 0.5, 0.5]],
  ['logSoftmax', (b, f) => logSoftmax(b, f([0, 1000, LN2, 1000], [2, 2]), 0), [-Math.log(3), -LN2, LN2 - Math.log(3), -LN2]],
]

const logical: Case[] = [
  ['equal', (b, _, i) => equal(b, i([1, 2]), 2), [0, 1]],
  ['greater', (b, f) => greater(b, f([1, 2, 3]), 2), [0, 0, 1]],
  ['greaterOrEqual', (b, f) => greaterOrEqual(b, f([1, 2, 3]), 2), [0, 1, 1]],
  ['less', (b, f) => less(b, f([1, 2, 3]), 2), [1, 0, 0]],
  ['lessOrEqual', (b, f) => lessOrEqual(b, f([1, 2, 3]), 2), [1, 1, 0]],
  ['and', (b, f) => and(b, greater(b, f([1, 2, 3]), 1), less(b, f([1, 2, 3]), 3)), [0, 1, 0]],
  ['or', (b, f) => or(b, greater(b, f([1, 2, 3]), 2), less(b, f([1, 2, 3]), 2)), [1, 0, 1]],
  ['not', (b, f) => not(b, greater(b, f([1, 2, 3]), 2)), [1, 1, 0]],
  ['where', (b, f) => where(b, greater(b, f([1, 3]), 2), f([10, 20]), 0), [0, 20]],
  ['cast', (b, f) => cast(b, f([1.9, -1.9]), 'int32'), [1, -1]],
  ['argMax, first of equals', (b, f) => argMax(b, f([1, 3, 3, 0], [2, 2]), 0), [1, 0]],
  ['topK', (b, f) => Object.values(topK(b, f([1, 9, 5]), 2, 0)), [9, 5, 1, 2]],
  ['oneHot', (b, _, i) => oneHot(b, i([1, 7]), 3, 0), [0, 0, 1, 0, 0, 0]],
  ['scatterElements', (b, f, i) => scatterElements(b, f([1, 2, 3]), i([0, 0]), f([10, 20]), 0, 'add'), [31, 2, 3]],
  ['cumSum', (b, f) => cumSum(b, f([1, 2, 3, 4], [2, 2]), 1), [1, 3, 3, 7]],
  ['cumSum over blocks', (b, f) => cumSum(b, f(new Array<number>(1300).fill(1), [2, 650]), 1), [...range(650), ...range(650)]],
]

const shaped: Case[] = [
  ['reshape', (b, f) => reshape(b, f([1, 2, 3, 4]), [2, -1]), [1, 2, 3, 4]],
  ['transpose', (b, f) => transpose(b, f([1, 2, 3, 4], [2, 2]), [1, 0]), [1, 3, 2, 4]],
  ['concat', (b, f) => concat(b, [f([1, 2], [2, 1]), f([3, 4], [2, 1])], 1), [1, 3, 2, 4]],
  ['slice with a step', (b, f) => slice(b, f([1, 2, 3, 4, 5]), { axes: [0], starts: [1], ends: [5], steps: [2] }), [2, 4]],
  ['split', (b, f) => split(b, f([1, 2, 3]), 0, [2, 1]), [1, 2, 3]],
  ['pad', (b, f) => pad(b, f([1, 2]), [1], [2], 7), [7, 1, 2, 7, 7]],
  ['expand', (b, f) => expand(b, f([1, 2], [2, 1]), [2, 2]), [1, 1, 2, 2]],
  ['unsqueeze and squeeze', (b, f) => squeeze(b, unsqueeze(b, f([1, 2]), 0), 0), [1, 2]],
  ['gather', (b, f, i) => gather(b, f([1, 2, 3, 4], [2, 2]), i([1, 0, 1]), 0), [3, 4, 1, 2, 3, 4]],
  ['gatherElements', (b, f, i) => gatherElements(b, f([1, 2, 3, 4], [2, 2]), i([1, 0], [2, 1]), 1), [2, 3]],
  ['gatherNd', (b, f) => gatherNd(b, f([1, 2, 3, 4], [2, 2]), b.constant([1, 0], [1, 2], 'int64')), [3]],
  ['reduceSum', (b, f) => reduceSum(b, f([1, 2, 3, 4], [2, 2]), [0]), [4, 6]],
  ['reduceMean', (b, f) => reduceMean(b, f([1, 2, 3, 4], [2, 2]), [0, 1]), [2.5]],
  ['reduceMax', (b, f) => reduceMax(b, f([1, 2, 3, 4], [2, 2]), [1]), [2, 4]],
  ['reduceMin', (b, f) => reduceMin(b, f([1, 2, 3, 4], [2, 2]), [1], true), [1, 3]],
]

function crossEntropyParts(b: GraphBuilder, logits: Value, labels: Value, ignoreIndex: number): Value[] {
  const { loss, valid, target } = crossEntropy(b, logits, labels, { ignoreIndex })
  return [loss, valid, target]
}

const ramp = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const layers: Case[] = [
  ['matMul', (b, f) => matMul(b, f([1, 2, 3, 4], [2, 2]), f([5, 6], [1, 2]), { transposeY: true }), [17, 39]],
  ['linear', (b, f) => linear(b, f([1, 2], [1, 2]), f([3, 4, 5, 6], [2, 2]), f([100, 200])), [111, 217]],
  ['attention, one key', (b, f) => attention(b, f([1, 2], [1, 1, 2]), f([3, 4], [1, 1, 2]), f([5, 6], [1, 1, 2]), 1), [5, 6]],
  [
    'attention, biased',
    (b, f) => attention(b, f([0], [1, 1, 1]), f([1, 1], [1, 2, 1]), f([3, 9], [1, 2, 1]), 1, f([0, LN2], [1, 1, 2])),
    [7],
  ],
  [
    'conv2d is a correlation',
    (b, f) => conv2d(b, f(ramp(9), [1, 1, 3, 3]), f([1, 2, 3, 4], [1, 1, 2, 2]), f([0.5])),
    [27.5, 37.5, 57.5, 67.5],
  ],
  [
    'conv2d, strided and padded',
    (b, f) => conv2d(b, f(ramp(9), [1, 1, 3, 3]), f([1], [1, 1, 1, 1]), null, { stride: 2, pad: [0, 1] }),
    [0, 1, 0, 0, 7, 0],
  ],
  [
    'convTranspose2d',
    (b, f) => convTranspose2d(b, f([1, 2], [1, 1, 1, 2]), f([1, 2, 3, 4], [1, 1, 2, 2]), null, { stride: 2 }),
    [1, 2, 2, 4, 3, 4, 6, 8],
  ],
  ['maxPool2d', (b, f) => maxPool2d(b, f(ramp(9), [1, 1, 3, 3]), { kernel: 2, stride: 1 }), [4, 5, 7, 8]],
  ['layerNorm', (b, f) => layerNorm(b, f([1, 3], [1, 2]), f([1, 2]), f([0, 10]), 0), [-1, 12]],
  ['batchNormTrain', (b, f) => Object.values(batchNormTrain(b, f([1, 3], [1, 1, 1, 2]), f([2]), f([5]), 0)), [3, 7, 2, 1]],
  ['batchNormEval', (b, f) => batchNormEval(b, f([1, 3], [1, 1, 1, 2]), f([2]), f([5]), f([1]), f([4]), 0), [5, 7]],
  ['resizeBilinear', (b, f) => resizeBilinear(b, f([0, 4], [1, 1, 1, 2]), [1, 4]), [0, 1, 3, 4]],
  ['resizeNearest', (b, f) => resizeNearest(b, f([0, 4], [1, 1, 1, 2]), [1, 4]), [0, 0, 4, 4]],
  ['crossEntropy', (b, f, i) => crossEntropyParts(b, f([0, LN2, 5, 5], [2, 2]), i([1, 9]), 9), [-Math.log(2 / 3), 0, 1, 0, 1, 0]],
]

const cases = [...elementwise, ...logical, ...shaped, ...layers]

describe('ops compute what their names say', () => {
  const computed = (async () => {
    const b = new GraphBuilder('values')
    const feeds: Record<string, { dtype: 'float32' | 'int32'; dims: readonly number[]; data: Float32Array | Int32Array }> = {}
    const maker =
      (dtype: 'float32' | 'int32'): Maker =>
      (values, shape = [values.length]) => {
        const name = `x${Object.keys(feeds).length}`
        feeds[name] = { dtype, dims: shape, data: dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values) }
        return b.input(name, dtype, shape)
      }
    cases.forEach(([, build], c) => {
      const result = build(b, maker('float32'), maker('int32'))
      const outputs = 'name' in result ? [result] : result
      outputs.forEach((value, i) => b.output(`case${c}.${i}`, value))
    })
    const run = await sessionRunner({ provider: 'cpu', threads: 1 })(encodeModel(b.graph()))
    return run(feeds)
  })()

  it.each(cases.map(([name, , expected], c) => ({ name, expected, c })))('$name', async ({ expected, c }) => {
    const outputs = await computed
    const names = Object.keys(outputs).filter((name) => name.startsWith(`case${c}.`))
    const got = names.sort().flatMap((name) => Array.from(outputs[name]!.data as Iterable<number>, Number))
    expect(got).toHaveLength(expected.length)
    got.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  })
})
