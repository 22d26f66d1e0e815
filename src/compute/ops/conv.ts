import { invariant } from '../../shared/errors.ts'
import type { GraphBuilder } from '../graph/builder.ts'
import type { TensorType, Value } from '../graph/graph.ts'
import { addDims, floorDiv, mulDims, type Dim } from '../tensor/dim.ts'
import { shapeText, staticShape } from '../tensor/shape.ts'
import { convAttributes, convInputGradient, convWeightGradient, type ConvAttributes } from './convGradient.ts'
import { defineOp, everywhere, type Probe, type ProbeInput } from './op.ts'
import { rawCompare, rawPad, rawReduce, rawSlice, rawWhere, unslice } from './raw.ts'

const windows = (size: Dim, k: number, stride: number, padding: number, dilation: number): Dim =>
  addDims(floorDiv(addDims(size, padding - dilation * (k - 1) - 1), stride), 1)

function convShape([x, w, bias]: readonly (TensorType | undefined)[], { stride, pad, dilation, group }: ConvAttributes): TensorType[] {
  const [co, cig, kh, kw] = staticShape(w!.shape) as [number, number, number, number]
  invariant(
    x!.shape.length === 4 && x!.shape[1] === cig * group,
    `conv2d: ${shapeText(x!.shape)} does not fit weight ${shapeText(w!.shape)}, group ${group}`,
  )
  invariant(!bias || bias.shape[0] === co, 'conv2d: the bias has one number per output channel')
  const rows = windows(x!.shape[2]!, kh, stride[0], pad[0] + pad[2], dilation[0])
  return [{ dtype: x!.dtype, shape: [x!.shape[0]!, co, rows, windows(x!.shape[3]!, kw, stride[1], pad[1] + pad[3], dilation[1])] }]
}

const plain: ConvAttributes = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], group: 1 }
const probe = (x: ProbeInput['shape'], w: readonly number[], attrs: Partial<ConvAttributes>, bias = false): Probe<ConvAttributes> => ({
  inputs: [{ shape: x }, { shape: w }, bias ? { shape: [w[0]!] } : undefined],
  attrs: { ...plain, ...attrs },
})

/**
 * Cross-correlation, [N,I,H,W] with weight [O,I/group,kh,kw] -> [N,O,H',W'] (ONNX Conv-11). Third input: bias [O].
 * The gradients are in convGradient.ts; dbias = sum of dy over images and pixels.
 */
export const conv2dOp = defineOp<ConvAttributes>({
  name: 'conv2d',
  since: 13,
  attributes: { stride: 'ints', pad: 'ints', dilation: 'ints', group: 'int' },
  shapeRule: convShape,
  emit: ({ b, inputs, attrs, types }) => {
    const kernel = staticShape(inputs[1]!.shape).slice(2)
    return b.node('Conv', inputs[2] ? inputs : inputs.slice(0, 2), types, convAttributes(kernel, attrs))
  },
  vjp: ({ b, inputs: [x, w, bias], attrs, cotangents, needs }) => {
    const dy = cotangents[0]!
    return [
      needs[0] ? convInputGradient(b, staticShape(x!.shape), w!, dy, attrs) : undefined,
      needs[1] ? convWeightGradient(b, x!, staticShape(w!.shape), dy, attrs) : undefined,
      bias && needs[2] ? rawReduce(b, 'ReduceSum', dy, [0, 2, 3], false) : undefined,
    ]
  },
  providers: everywhere,
  probes: [
    {
      inputs: [{ shape: ['N', 3, 'H', 'W'] }, { shape: [4, 3, 3, 3] }, { shape: [4] }],
      attrs: { ...plain, pad: [1, 1, 1, 1] },
      bind: { N: 2, H: 5, W: 6 },
    },
    probe([2, 3, 4, 5], [4, 3, 1, 1], {}, true),
    probe([1, 3, 8, 9], [2, 3, 3, 3], { stride: [2, 2], pad: [1, 1, 1, 1] }),
    probe([2, 3, 13, 15], [4, 3, 7, 7], { stride: [4, 4], pad: [3, 3, 3, 3] }),
    probe([2, 3, 7, 8], [4, 3, 2, 3], { stride: [2, 3] }),
    probe([2, 4, 5, 6], [4, 1, 3, 3], { pad: [1, 1, 1, 1], group: 4 }, true),
    probe([2, 4, 6, 7], [4, 1, 3, 3], { stride: [2, 2], pad: [1, 0, 1, 2], group: 4 }),
    probe([2, 4, 5, 5], [6, 2, 3, 3], { pad: [1, 1, 1, 1], group: 2 }),
    probe([1, 2, 7, 8], [3, 2, 3, 3], { pad: [2, 2, 2, 2], dilation: [2, 2] }),
    probe([1, 2, 4, 4], [3, 2, 1, 1], { pad: [1, 1, 1, 1] }),
    probe([2, 50, 4, 4], [3, 50, 3, 3], { pad: [1, 1, 1, 1] }),
  ],
})

export interface ConvTransposeAttributes extends ConvAttributes {
  readonly outputPad: readonly [number, number]
}

/**
 * The adjoint of a convolution, [N,I,H,W] with weight [I,O/group,kh,kw] -> [N,O,H',W'], H' = (H-1) stride - pads + kh + outputPad (ONNX ConvTranspose-11).
 * dx = conv(dy, w); dw = the weight gradient of that convolution with x as its output gradient.
 */
export const convTranspose2dOp = defineOp<ConvTransposeAttributes>({
  name: 'convTranspose2d',
  since: 11,
  attributes: { stride: 'ints', pad: 'ints', dilation: 'ints', group: 'int', outputPad: 'ints' },
  shapeRule: ([x, w], { stride, pad, dilation, group, outputPad }) => {
    const [ci, cog, kh, kw] = staticShape(w!.shape) as [number, number, number, number]
    invariant(x!.shape[1] === ci, `convTranspose2d: ${shapeText(x!.shape)} does not fit weight ${shapeText(w!.shape)}`)
    const size = (d: Dim, i: 0 | 1, k: number): Dim =>
      addDims(mulDims(addDims(d, -1), stride[i]), dilation[i] * (k - 1) + 1 + outputPad[i] - pad[i] - pad[i + 2]!)
    return [{ dtype: x!.dtype, shape: [x!.shape[0]!, cog * group, size(x!.shape[2]!, 0, kh), size(x!.shape[3]!, 1, kw)] }]
  },
  emit: ({ b, inputs, attrs, types }) => {
    const kernel = staticShape(inputs[1]!.shape).slice(2)
    const attributes = { ...convAttributes(kernel, attrs), output_padding: [...attrs.outputPad] }
    return b.node('ConvTranspose', inputs[2] ? inputs : inputs.slice(0, 2), types, attributes)
  },
  vjp: ({ b, inputs: [x, w, bias], attrs, cotangents, needs }) => {
    const dy = cotangents[0]!
    const kernel = staticShape(w!.shape).slice(2)
    return [
      needs[0] ? b.node1('Conv', [dy, w], x!, convAttributes(kernel, attrs)) : undefined,
      needs[1] ? convWeightGradient(b, dy, staticShape(w!.shape), x!, attrs) : undefined,
      bias && needs[2] ? rawReduce(b, 'ReduceSum', dy, [0, 2, 3], false) : undefined,
    ]
  },
  providers: everywhere,
  probes: [
    {
      inputs: [{ shape: ['N', 3, 'H', 'W'] }, { shape: [3, 4, 2, 2] }, { shape: [4] }],
      attrs: { ...plain, stride: [2, 2], outputPad: [0, 0] },
      bind: { N: 2, H: 3, W: 4 },
    },
    {
      inputs: [{ shape: [1, 2, 4, 5] }, { shape: [2, 3, 3, 3] }, undefined],
      attrs: { ...plain, stride: [2, 2], pad: [1, 1, 1, 1], outputPad: [1, 1] },
    },
  ],
})

export interface PoolAttributes {
  readonly kernel: readonly [number, number]
  readonly stride: readonly [number, number]
  /** top, left, bottom, right */
  readonly pad: readonly [number, number, number, number]
}

const lowest = -3.4e38

/**
 * Gradient of a maximum over windows along one axis, by comparing every tap with the maximum: the first tap that equals it takes the gradient,
 * as in row-major argmax. Indices are not used because GPU providers do not return them.
 */
function selectTaps(
  b: GraphBuilder,
  x: Value,
  y: Value,
  dy: Value,
  axis: 2 | 3,
  k: number,
  stride: number,
  before: number,
  after: number,
): Value {
  const at = (p: number): number[] => [0, 1, 2, 3].map((i) => (i === axis ? p : 0))
  const padded = rawPad(b, x, at(before), at(after), lowest)
  const out = staticShape(y.shape)[axis]!
  const size = staticShape(x.shape)[axis]!
  const zero = b.constant(0, [], dy.dtype)
  let rest = dy
  const parts: Value[] = []
  for (let tap = 0; tap < k; tap++) {
    const box = { axes: [axis], starts: [tap], ends: [tap + (out - 1) * stride + 1], steps: [stride] }
    const hit = rawCompare(b, 'Equal', rawSlice(b, padded, box), y)
    parts.push(unslice(b, rawWhere(b, hit, rest, zero), padded.shape, box))
    if (tap + 1 < k) rest = rawWhere(b, hit, zero, rest)
  }
  return rawSlice(b, b.accumulate(parts), { axes: [axis], starts: [before], ends: [before + size] })
}

const poolNode = (b: GraphBuilder, x: Value, output: TensorType, { kernel, stride, pad }: PoolAttributes): Value =>
  b.node1('MaxPool', [x], output, { kernel_shape: [...kernel], strides: [...stride], pads: [...pad] })

/** Maximum over windows, [N,C,H,W] -> [N,C,H',W'] (ONNX MaxPool-12). The window is separable: the gradient goes through rows, then columns. */
export const maxPool2dOp = defineOp<PoolAttributes>({
  name: 'maxPool2d',
  since: 12,
  attributes: { kernel: 'ints', stride: 'ints', pad: 'ints' },
  shapeRule: ([x], { kernel, stride, pad }) => {
    const [n, c, h, w] = x!.shape as [Dim, Dim, Dim, Dim]
    return [
      {
        dtype: x!.dtype,
        shape: [n, c, windows(h, kernel[0], stride[0], pad[0] + pad[2], 1), windows(w, kernel[1], stride[1], pad[1] + pad[3], 1)],
      },
    ]
  },
  emit: ({ b, inputs: [x], attrs, types }) => [poolNode(b, x!, types[0]!, attrs)],
  vjp: ({ b, inputs, outputs, attrs: { kernel, stride, pad }, cotangents }) => {
    const [x, y] = [inputs[0]!, outputs[0]!]
    const rowsOnly: PoolAttributes = { kernel: [1, kernel[1]], stride: [1, stride[1]], pad: [0, pad[1], 0, pad[3]] }
    const inRow = poolNode(b, x, { dtype: x.dtype, shape: [...x.shape.slice(0, 3), y.shape[3]!] }, rowsOnly)
    const dRow = selectTaps(b, inRow, y, cotangents[0]!, 2, kernel[0], stride[0], pad[0], pad[2])
    return [selectTaps(b, x, inRow, dRow, 3, kernel[1], stride[1], pad[1], pad[3])]
  },
  providers: everywhere,
  probes: [
    {
      inputs: [{ shape: ['N', 2, 'H', 'W'], values: 'spread' }],
      attrs: { kernel: [3, 3], stride: [1, 1], pad: [1, 1, 1, 1] },
      bind: { N: 2, H: 4, W: 5 },
    },
    { inputs: [{ shape: [1, 2, 6, 7], values: 'spread' }], attrs: { kernel: [3, 2], stride: [2, 2], pad: [1, 0, 1, 0] } },
  ],
})

type Pair = number | readonly [number, number]
type Quad = Pair | readonly [number, number, number, number]
const pair = (p: Pair): [number, number] => (typeof p === 'number' ? [p, p] : [p[0], p[1]])
const quad = (p: Quad): [number, number, number, number] => {
  if (typeof p === 'number') return [p, p, p, p]
  return p.length === 4 ? [p[0], p[1], p[2], p[3]] : [p[0], p[1], p[0], p[1]]
}

export interface ConvOptions {
  readonly stride?: Pair
  /** All sides, [vertical, horizontal], or [top, left, bottom, right]. */
  readonly pad?: Quad
  readonly dilation?: Pair
  readonly group?: number
}

const resolved = ({ stride = 1, pad = 0, dilation = 1, group = 1 }: ConvOptions): ConvAttributes => ({
  stride: pair(stride),
  pad: quad(pad),
  dilation: pair(dilation),
  group,
})

export function conv2d(b: GraphBuilder, x: Value, w: Value, bias: Value | null, options: ConvOptions = {}): Value {
  return b.op(conv2dOp, [x, w, bias ?? undefined], resolved(options))
}

export function convTranspose2d(
  b: GraphBuilder,
  x: Value,
  w: Value,
  bias: Value | null,
  options: ConvOptions & { readonly outputPad?: Pair } = {},
): Value {
  return b.op(convTranspose2dOp, [x, w, bias ?? undefined], { ...resolved(options), outputPad: pair(options.outputPad ?? 0) })
}

/** The stride is the kernel unless told. */
export function maxPool2d(
  b: GraphBuilder,
  x: Value,
  options: { readonly kernel: Pair; readonly stride?: Pair; readonly pad?: Quad },
): Value {
  return b.op(maxPool2dOp, [x], {
    kernel: pair(options.kernel),
    stride: pair(options.stride ?? options.kernel),
    pad: quad(options.pad ?? 0),
  })
}
