import { describe, expect, it } from 'vitest'
import { relativeError, type HostArray } from '../../autodiff/gradCheck.ts'
import { GraphBuilder } from '../../graph/builder.ts'
import type { Attributes, TensorType } from '../../graph/graph.ts'
import { fromNumbers, onnxTypeCode, type DType } from '../../tensor/dtype.ts'
import { counterRng } from '../../tensor/rng.ts'
import { sessionRunner } from '../sessionRunner.ts'

// Single ONNX nodes beyond what the probes of the op table cover: whatever an op may emit one day, both runtimes must mean the same by it.

interface Operand {
  readonly shape: readonly number[]
  readonly dtype?: DType
  /** Random numbers where absent. */
  readonly values?: readonly number[]
  readonly constant?: boolean
}
type Node = [
  name: string,
  type: string,
  inputs: readonly (Operand | undefined)[],
  outputs: readonly (readonly [DType, readonly number[]])[],
  attributes?: Attributes,
]

const f = (...shape: number[]): Operand => ({ shape })
const floats = (values: number[], shape = [values.length]): Operand => ({ shape, values })
const ints = (values: number[], shape = [values.length], dtype: DType = 'int64'): Operand => ({ shape, values, dtype })
const fixed = (values: number[]): Operand => ({ ...ints(values), constant: true })
const float = (...shape: number[]): readonly [DType, readonly number[]] => ['float32', shape]
const conv = (over: Attributes): Attributes => ({ strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1, ...over })

const arithmetic: Node[] = [
  ['both sides stretched', 'Add', [f(3, 1, 2), f(4, 1)], [float(3, 4, 2)]],
  ['a scalar on the left', 'Sub', [f(), f(2, 3)], [float(2, 3)]],
  ['quotients by zero', 'Div', [floats([1, -1, 0]), floats([0, 0, 0])], [float(3)]],
  ['integer quotients round to zero', 'Div', [ints([7, -7, 7, -7, 6]), ints([2, 2, -2, -2, -3])], [['int64', [5]]]],
  ['integer products', 'Mul', [ints([-3, 70_000], [2], 'int32'), ints([5, 30_000], [2], 'int32')], [['int32', [2]]]],
  ['roots of negative numbers', 'Sqrt', [floats([-1, 0, 4])], [float(3)]],
  ['the largest with infinities', 'Max', [floats([-Infinity, 3, Infinity]), floats([0, -Infinity, 1])], [float(3)]],
  ['halves to even', 'Round', [floats([0.5, 1.5, 2.5, -0.5, -1.5])], [float(5)]],
  ['three signs', 'Sign', [floats([-2, 0, 3])], [float(3)]],
  ['powers', 'Pow', [floats([0, 2, 9, -2]), floats([0, -1, 0.5, 3])], [float(4)]],
  ['no upper bound', 'Clip', [f(4), floats([-0.1], [])], [float(4)]],
  ['no lower bound', 'Clip', [f(4), undefined, floats([0.1], [])], [float(4)]],
  ['far out', 'Sigmoid', [floats([-200, -20, 0, 20, 200])], [float(5)]],
  ['small and large', 'Erf', [floats([-5, -1e-3, 1e-3, 0.3, 2, 5])], [float(6)]],
  ['to whole numbers', 'Cast', [floats([-1.9, -0.5, 0.5, 1.9])], [['int64', [4]]], { to: onnxTypeCode.int64 }],
  ['whole numbers to bytes', 'Cast', [ints([0, 255, 7])], [['uint8', [3]]], { to: onnxTypeCode.uint8 }],
  ['bytes to floats', 'Cast', [ints([0, 255], [2], 'uint8')], [float(2)], { to: onnxTypeCode.float32 }],
  ['to truth', 'Cast', [floats([0, -0.5, 2])], [['bool', [3]]], { to: onnxTypeCode.bool }],
  ['truth compared', 'Equal', [ints([0, 1, 1], [3], 'bool'), ints([1, 1, 0], [3], 'bool')], [['bool', [3]]]],
  ['either', 'Or', [ints([0, 1, 0], [3], 'bool'), ints([0, 0, 1], [3], 'bool')], [['bool', [3]]]],
  ['all three stretched', 'Where', [ints([1, 0], [2, 1], 'bool'), f(3), f(1, 1)], [float(2, 3)]],
  ['whole numbers chosen', 'Where', [ints([1, 0], [2], 'bool'), ints([5, 6]), ints([7, 8])], [['int64', [2]]]],
]

const reductions: Node[] = [
  ['negative axes', 'ReduceSum', [f(2, 3, 4), fixed([-1, 0])], [float(3)], { keepdims: 0 }],
  ['no axes are all', 'ReduceSum', [f(2, 3), fixed([])], [float(1, 1)], { keepdims: 1 }],
  ['no attribute is all', 'ReduceMax', [f(2, 3)], [float()], { keepdims: 0 }],
  ['whole numbers', 'ReduceSum', [ints([1, -2, 3, 4], [2, 2]), fixed([0])], [['int64', [2]]], { keepdims: 0 }],
  ['nothing added up', 'ReduceSum', [f(2, 0), fixed([1])], [float(2)], { keepdims: 0 }],
  ['a mean over the middle', 'ReduceMean', [f(2, 300, 2)], [float(2, 1, 2)], { axes: [1], keepdims: 1 }],
  ['the least', 'ReduceMin', [f(3, 4)], [float(3)], { axes: [-1], keepdims: 0 }],
  ['the first of equals', 'ArgMax', [floats([1, 3, 3, 3, 0, 3], [2, 3])], [['int64', [2]]], { axis: 1, keepdims: 0 }],
  ['the first of equals, along rows', 'ArgMax', [floats([1, 3, 3, 1, 3, 3], [2, 3])], [['int64', [1, 3]]], { axis: -2, keepdims: 1 }],
  ['equals in order', 'TopK', [floats([2, 5, 5, 1, 5]), fixed([4])], [float(4), ['int64', [4]]], { axis: 0 }],
  ['equals in order, all', 'TopK', [floats([0, 0, 1, 1, 0, 1]), fixed([6])], [float(6), ['int64', [6]]], { axis: -1 }],
  ['along the first axis', 'TopK', [f(5, 2), fixed([2])], [float(2, 2), ['int64', [2, 2]]], { axis: 0 }],
  ['whole numbers', 'CumSum', [ints([1, 2, 3, 4], [2, 2], 'int32'), fixed([-1])], [['int32', [2, 2]]]],
]

const shapes: Node[] = [
  ['copy and infer', 'Reshape', [f(2, 3, 4), fixed([0, -1])], [float(2, 12)]],
  ['nothing infers nothing', 'Reshape', [f(0, 3), fixed([-1, 3])], [float(0, 3)]],
  ['reversed by default', 'Transpose', [f(2, 3, 4)], [float(4, 3, 2)]],
  ['with nothing', 'Concat', [f(0, 3), f(2, 3)], [float(2, 3)], { axis: 0 }],
  ['truth', 'Concat', [ints([1], [1], 'bool'), ints([0, 1], [2], 'bool')], [['bool', [3]]], { axis: -1 }],
  ['stretched from both sides', 'Expand', [f(3, 1), fixed([2, 1, 4])], [float(2, 3, 4)]],
  ['backwards', 'Slice', [f(5), fixed([-1]), fixed([-6]), fixed([0]), fixed([-1])], [float(5)]],
  ['backwards by two', 'Slice', [f(2, 7), fixed([5]), fixed([0]), fixed([1]), fixed([-2])], [float(2, 3)]],
  ['bounds from the end, clamped', 'Slice', [f(4, 5), fixed([-3, 1]), fixed([2 ** 31, -1]), fixed([0, -1])], [float(3, 3)]],
  ['nothing left', 'Slice', [f(4), fixed([3]), fixed([1]), fixed([0])], [float(0)]],
  ['every side another width', 'Pad', [f(2, 3), fixed([1, 0, 0, 2]), floats([-2.5], [])], [float(3, 5)], { mode: 'constant' }],
  ['whole numbers', 'Pad', [ints([1, 2]), fixed([1, 1]), ints([9], [])], [['int64', [4]]], { mode: 'constant' }],
  ['a shape', 'Shape', [f(2, 0, 3)], [['int64', [3]]]],
]

const indexed: Node[] = [
  ['from the end', 'Gather', [f(4, 3), ints([-1, 0, -4])], [float(3, 3)], { axis: 0 }],
  ['one index', 'Gather', [f(4, 3), ints([1], [])], [float(4)], { axis: -1 }],
  ['many indices', 'Gather', [f(2, 4, 3), ints([0, 3, 2, 1], [2, 2], 'int32')], [float(2, 2, 2, 3)], { axis: 1 }],
  ['truth', 'Gather', [ints([1, 0, 1], [3], 'bool'), ints([2, 1])], [['bool', [2]]], { axis: 0 }],
  ['narrower than the data, from the end', 'GatherElements', [f(3, 4), ints([0, -1, 2, 1], [2, 2])], [float(2, 2)], { axis: 1 }],
  ['along the first axis', 'GatherElements', [f(3, 2), ints([2, 0, 1, 1], [2, 2])], [float(2, 2)], { axis: 0 }],
  ['of one shape, along the first axis', 'GatherElements', [f(3, 3), ints([2, 0, 1, 1], [2, 2])], [float(2, 2)], { axis: 0 }],
  ['of one shape, along the second axis', 'GatherElements', [f(3, 3), ints([2, 0, 1, 1], [2, 2])], [float(2, 2)], { axis: 1 }],
  ['whole points', 'GatherND', [f(2, 3, 4), ints([1, 2, 0, 1], [2, 2])], [float(2, 4)]],
  ['one place many times', 'ScatterElements', [f(4), ints([1, 1, 1, -1]), f(4)], [float(4)], { axis: 0, reduction: 'add' }],
  ['the last one stays', 'ScatterElements', [f(2, 3), ints([0, 0, 2, 1], [2, 2]), f(2, 2)], [float(2, 3)], { axis: 1 }],
  ['factors', 'ScatterElements', [f(4), ints([1, 1, 3]), f(3)], [float(4)], { axis: 0, reduction: 'mul' }],
  ['one place many times', 'ScatterND', [f(4, 2), ints([1, 1, 3], [3, 1]), f(3, 2)], [float(4, 2)], { reduction: 'add' }],
]

const layers: Node[] = [
  ['batches stretched on both sides', 'MatMul', [f(2, 1, 3, 4), f(5, 4, 2)], [float(2, 5, 3, 2)]],
  ['one left matrix for all', 'MatMul', [f(3, 4), f(5, 4, 2)], [float(5, 3, 2)]],
  ['one right matrix for all', 'MatMul', [f(2, 5, 3, 4), f(1, 4, 2)], [float(2, 5, 3, 2)]],
  ['longer than a block', 'MatMul', [f(3, 130), f(130, 70)], [float(3, 70)]],
  ['nothing', 'MatMul', [f(0, 3), f(3, 2)], [float(0, 2)]],
  ['with factors', 'Gemm', [f(4, 3), f(5, 4), f(3, 1)], [float(3, 5)], { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } }],
  ['along the middle', 'Softmax', [f(2, 5, 3)], [float(2, 5, 3)], { axis: 1 }],
  ['far out', 'Softmax', [floats([1000, 999, -1000])], [float(3)], { axis: -1 }],
  ['over two axes', 'LayerNormalization', [f(2, 3, 4), f(3, 4), f(3, 4)], [float(2, 3, 4)], { axis: 1, epsilon: { float: 1e-3 } }],
  ['of vectors', 'BatchNormalization', [f(4, 3), f(3), f(3), f(3), floats([1, 2, 3])], [float(4, 3)], { epsilon: { float: 1e-3 } }],
  ['another pad on every side', 'Conv', [f(2, 3, 6, 5), f(4, 3, 3, 2), f(4)], [float(2, 4, 7, 5)], conv({ pads: [1, 0, 2, 1] })],
  ['strides and dilation', 'Conv', [f(1, 2, 9, 9), f(3, 2, 3, 3)], [float(1, 3, 3, 4)], conv({ strides: [2, 3], dilations: [2, 1], pads: [0, 1, 0, 2] })],
  ['groups', 'Conv', [f(2, 6, 5, 5), f(4, 3, 3, 3), f(4)], [float(2, 4, 5, 5)], conv({ group: 2, pads: [1, 1, 1, 1] })],
  ['a wider depthwise', 'Conv', [f(2, 3, 5, 6), f(6, 1, 3, 3), f(6)], [float(2, 6, 3, 4)], conv({ group: 3 })],
  ['depthwise with strides and dilation', 'Conv', [f(1, 3, 9, 9), f(3, 1, 3, 3)], [float(1, 3, 3, 3)], conv({ group: 3, strides: [2, 2], dilations: [2, 2] })],
  ['depthwise with two strides', 'Conv', [f(2, 3, 8, 7), f(3, 1, 3, 2)], [float(2, 3, 3, 2)], conv({ group: 3, strides: [2, 3] })],
  ['one channel in one group', 'Conv', [f(1, 1, 4, 4), f(2, 1, 3, 3)], [float(1, 2, 2, 2)], conv({})],
  ['pointwise with strides', 'Conv', [f(2, 3, 5, 5), f(4, 3, 1, 1)], [float(2, 4, 3, 3)], conv({ strides: [2, 2] })],
  ['overlapping, another pad on every side', 'ConvTranspose', [f(2, 3, 4, 3), f(3, 2, 3, 3), f(2)], [float(2, 2, 8, 5)], conv({ strides: [2, 2], pads: [1, 0, 1, 2], output_padding: [1, 0] })],
  ['groups', 'ConvTranspose', [f(1, 4, 3, 3), f(4, 3, 2, 2)], [float(1, 6, 5, 5)], conv({ group: 2, strides: [2, 2], pads: [1, 0, 0, 1] })],
  ['depthwise, strides', 'ConvTranspose', [f(2, 3, 3, 4), f(3, 1, 3, 3), f(3)], [float(2, 3, 6, 8)], conv({ group: 3, strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] })],
  ['depthwise, two outputs each', 'ConvTranspose', [f(1, 2, 3, 3), f(2, 2, 2, 3)], [float(1, 4, 4, 5)], conv({ group: 2 })],
  ['dilation', 'ConvTranspose', [f(1, 2, 3, 3), f(2, 3, 3, 2)], [float(1, 3, 9, 6)], conv({ strides: [2, 2], dilations: [2, 1] })],
  ['depthwise, dilation', 'ConvTranspose', [f(1, 2, 3, 3), f(2, 1, 3, 2)], [float(1, 2, 9, 6)], conv({ group: 2, strides: [2, 2], dilations: [2, 1] })],
  ['pads are lower than everything', 'MaxPool', [floats([-5, -4, -3, -2], [1, 1, 2, 2])], [float(1, 1, 3, 3)], { kernel_shape: [2, 2], strides: [1, 1], pads: [1, 1, 1, 1] }],
  ['smaller', 'Resize', [f(1, 2, 7, 5), undefined, undefined, fixed([1, 2, 3, 4])], [float(1, 2, 3, 4)], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }],
  ['larger', 'Resize', [f(2, 1, 3, 2), undefined, undefined, fixed([2, 1, 8, 5])], [float(2, 1, 8, 5)], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }],
  ['nearest, uneven', 'Resize', [f(1, 1, 5, 7), undefined, undefined, fixed([1, 1, 8, 3])], [float(1, 1, 8, 3)], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }],
] // prettier-ignore

const nodes = [...arithmetic, ...reductions, ...shapes, ...indexed, ...layers]

describe('single ONNX nodes on TensorFlow.js, beside ONNX Runtime', () => {
  const run = (async () => {
    const b = new GraphBuilder('nodes')
    const feeds: Record<string, HostArray> = {}
    nodes.forEach(([name, type, inputs, outputs, attributes = {}], n) => {
      const rng = counterRng(1, 'nodes', type, name)
      const operands = inputs.map((operand, i) => {
        if (!operand) return undefined
        const { shape: dims, dtype = 'float32', values } = operand
        const data = fromNumbers(dtype, values ?? Array.from({ length: dims.reduce((p, d) => p * d, 1) }, () => rng.normal()))
        if (operand.constant) return b.constant(data, dims, dtype)
        feeds[`n${n}.x${i}`] = { dtype, dims, data }
        return b.input(`n${n}.x${i}`, dtype, dims)
      })
      const types = outputs.map(([dtype, shape]): TensorType => ({ dtype, shape }))
      b.node(type, operands, types, attributes).forEach((value, i) => b.output(`n${n}.y${i}`, value))
    })
    const graph = b.graph()
    const [ours, theirs] = await Promise.all(
      (['tfjs', 'cpu'] as const).map(async (provider) => (await sessionRunner({ provider, threads: 1 })(graph))(feeds)),
    )
    return { ours: ours!, theirs: theirs! }
  })()

  it.each(nodes.map(([name, type, , outputs], n) => ({ name, type, outputs, n })))('$type: $name', async ({ outputs, n }) => {
    const { ours, theirs } = await run
    outputs.forEach(([dtype, dims], i) => {
      const [got, expected] = [ours[`n${n}.y${i}`]!, theirs[`n${n}.y${i}`]!]
      expect(expected, 'what the case itself says').toMatchObject({ dtype, dims })
      expect(relativeError(got, expected), `${String(got.data)} instead of ${String(expected.data)}`).toBeLessThanOrEqual(2e-6)
    })
  })
})
