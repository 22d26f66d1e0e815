import { kernel, type AttributeReader, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor, Tensor4, Tf } from '../library.ts'

// Pictures are [N,C,H,W] outside and [N,H,W,C] inside: the plain backend has no other depthwise convolution, TensorFlow on a processor none at all.
const inward = (tf: Tf, x: Tensor): Tensor4 => tf.transpose(x, [0, 2, 3, 1]) as Tensor4
const outward = (tf: Tf, x: Tensor): Tensor => tf.transpose(x, [0, 3, 1, 2])

type Pair = [number, number]

interface Window {
  readonly kernel: Pair
  readonly stride: Pair
  /** top, left, bottom, right */
  readonly pads: readonly [number, number, number, number]
  readonly dilation: Pair
  readonly group: number
}

const windowAttributes = ['kernel_shape', 'strides', 'pads', 'dilations', 'group']

function windowOf(attributes: AttributeReader, kernelSize: readonly number[]): Window {
  return {
    kernel: [...(attributes.ints('kernel_shape') ?? kernelSize)] as Pair,
    stride: [...(attributes.ints('strides') ?? [1, 1])] as Pair,
    pads: (attributes.ints('pads') ?? [0, 0, 0, 0]) as Window['pads'],
    dilation: [...(attributes.ints('dilations') ?? [1, 1])] as Pair,
    group: attributes.int('group', 1),
  }
}

/** step-1 zeros between neighbours along the axes 1, 2, .. of `steps`. */
function spread(tf: Tf, x: Tensor, steps: readonly number[], firstAxis: number): Tensor {
  return steps.reduce((y, step, i) => {
    if (step === 1) return y
    const axis = firstAxis + i
    const shape = y.shape
    const n = shape[axis]!
    const column = tf.reshape(y, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)])
    const wide = tf.pad(
      column,
      column.shape.map((_, a): Pair => [0, a === axis + 1 ? step - 1 : 0]),
    )
    const whole = tf.reshape(wide, [...shape.slice(0, axis), n * step, ...shape.slice(axis + 1)])
    return tf.slice(
      whole,
      shape.map(() => 0),
      shape.map((dim, a) => (a === axis ? (n - 1) * step + 1 : dim)),
    )
  }, x)
}

/** Rows and columns of zeros (or `value`) around [N,H,W,C]; a negative width cuts off. */
function frame(tf: Tf, x: Tensor4, [top, left, bottom, right]: readonly number[], value = 0): Tensor4 {
  const sides: Pair[] = [
    [top!, bottom!],
    [left!, right!],
  ]
  const added = sides.map((side) => side.map((p) => Math.max(0, p)) as Pair)
  const padded = added.flat().some((p) => p > 0) ? tf.pad(x, [[0, 0], ...added, [0, 0]], value) : x
  if (sides.flat().every((p) => p >= 0)) return padded
  const cut = sides.map((side) => side.map((p) => Math.max(0, -p)) as Pair)
  const [n, h, w, c] = padded.shape
  const size = [n, h - cut[0]![0] - cut[0]![1], w - cut[1]![0] - cut[1]![1], c]
  return tf.slice(padded, [0, cut[0]![0], cut[1]![0], 0], size)
}

/** Strides and dilations together are more than the backends take: then the kernel itself is spread out. */
function settled(tf: Tf, filter: Tensor, { stride, dilation }: Window): { filter: Tensor4; dilation: Pair } {
  const both = stride.some((s) => s > 1) && dilation.some((d) => d > 1)
  return { filter: (both ? spread(tf, filter, dilation, 0) : filter) as Tensor4, dilation: both ? [1, 1] : dilation }
}

/** The pieces of an axis, one per group. */
const groupsOf = (tf: Tf, x: Tensor, groups: number, axis: number): Tensor[] => (groups === 1 ? [x] : tf.split(x, groups, axis))

/** TensorFlow's own takes one stride for both directions: of another pair every pixel is computed, and some are kept. */
function depthwise(tf: Tf, x: Tensor4, filter: Tensor4, stride: Pair, dilation: Pair): Tensor {
  if (stride[0] === stride[1]) return tf.depthwiseConv2d(x, filter, stride, 'valid', 'NHWC', dilation)
  const every = tf.depthwiseConv2d(x, filter, 1, 'valid', 'NHWC', dilation)
  return tf.stridedSlice(every, [0, 0, 0, 0], every.shape, [1, ...stride, 1])
}

/** x [N,H,W,I], weight [O,I/group,kh,kw] -> [N,H',W',O] */
function correlate(tf: Tf, x: Tensor4, weight: Tensor, window: Window): Tensor {
  const [outputs, perGroup, kh, kw] = weight.shape as [number, number, number, number]
  const padded = frame(tf, x, window.pads)
  if (window.group > 1 && perGroup === 1) {
    const channels = window.group
    const own = tf.transpose(tf.reshape(weight, [channels, outputs / channels, kh, kw]), [2, 3, 0, 1])
    const { filter, dilation } = settled(tf, own, window)
    return depthwise(tf, padded, filter, window.stride, dilation)
  }
  const { filter, dilation } = settled(tf, tf.transpose(weight, [2, 3, 1, 0]), window)
  const filters = groupsOf(tf, filter, window.group, 3)
  const parts = groupsOf(tf, padded, window.group, 3).map((part, i) =>
    tf.conv2d(part as Tensor4, filters[i] as Tensor4, window.stride, 'valid', 'NHWC', dilation),
  )
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 3)
}

/** A 1x1 convolution is one matrix per picture, and needs no other layout. */
function pointwise(tf: Tf, x: Tensor, weight: Tensor): Tensor {
  const [n, , h, w] = x.shape as [number, number, number, number]
  const [outputs, inputs] = weight.shape as [number, number]
  const product = tf.matMul(tf.reshape(weight, [1, outputs, inputs]), tf.reshape(x, [n, inputs, h * w]))
  return tf.reshape(product, [n, outputs, h, w])
}

function conv({ tf, input, has, attributes }: KernelContext): Tensor {
  const [x, weight] = [input(0), input(1)]
  const window = windowOf(attributes, weight.shape.slice(2))
  const { kernel: size, stride, pads, group } = window
  const isPointwise = group === 1 && [...size, ...stride].every((n) => n === 1) && pads.every((p) => p === 0)
  const y = isPointwise ? pointwise(tf, x, weight) : outward(tf, correlate(tf, inward(tf, x), weight, window))
  return has(2) ? tf.add(y, tf.reshape(input(2), [1, -1, 1, 1])) : y
}

/** x [N,H,W,I], weight [I,O/group,kh,kw] -> every pixel its whole kernel lies on, [N,(H-1) stride + reach,..,O] */
function scatterKernels(tf: Tf, x: Tensor4, weight: Tensor, { stride, dilation, group, kernel: size }: Window): Tensor4 {
  const [inputs, perGroup] = weight.shape as [number, number]
  const reach = size.map((k, i) => dilation[i]! * (k - 1) + 1) as Pair
  if (group > 1 && group === inputs) {
    // The same as a convolution over x among zeros with the kernel turned by 180 degrees.
    const turned = tf.reverse(tf.transpose(weight, [2, 3, 0, 1]), [0, 1]) as Tensor4
    const wide = frame(tf, spread(tf, x, stride, 1) as Tensor4, [reach[0] - 1, reach[1] - 1, reach[0] - 1, reach[1] - 1])
    return tf.depthwiseConv2d(wide, turned, 1, 'valid', 'NHWC', dilation)
  }
  const filter = spread(tf, tf.transpose(weight, [2, 3, 1, 0]), dilation, 0)
  const [n, h, w] = x.shape
  const shape: [number, number, number, number] = [n, (h - 1) * stride[0] + reach[0], (w - 1) * stride[1] + reach[1], perGroup]
  const filters = groupsOf(tf, filter, group, 3)
  const parts = groupsOf(tf, x, group, 3).map((part, i) =>
    tf.conv2dTranspose(part as Tensor4, filters[i] as Tensor4, shape, stride, 'valid'),
  )
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 3)
}

function convTranspose({ tf, input, has, attributes }: KernelContext): Tensor {
  const [x, weight] = [input(0), input(1)]
  const window = windowOf(attributes, weight.shape.slice(2))
  const [extraRows, extraColumns] = (attributes.ints('output_padding') ?? [0, 0]) as Pair
  const [top, left, bottom, right] = window.pads
  const whole = scatterKernels(tf, inward(tf, x), weight, window)
  const y = outward(tf, frame(tf, whole, [-top, -left, extraRows - bottom, extraColumns - right]))
  return has(2) ? tf.add(y, tf.reshape(input(2), [1, -1, 1, 1])) : y
}

/** Every channel is a picture of its own: no other layout is needed. */
function maxPool({ tf, input, attributes }: KernelContext): Tensor {
  const x = input(0)
  const [n, c, h, w] = x.shape as [number, number, number, number]
  const { kernel: size, stride, pads } = windowOf(attributes, [])
  const y = tf.maxPool(frame(tf, tf.reshape(x, [n * c, h, w, 1]), pads, -Infinity), size, stride, 'valid')
  return tf.reshape(y, [n, c, y.shape[1], y.shape[2]])
}

export const convKernels: Readonly<Record<string, Kernel>> = {
  Conv: kernel(conv, windowAttributes),
  ConvTranspose: kernel(convTranspose, [...windowAttributes, 'output_padding']),
  MaxPool: kernel(maxPool, ['kernel_shape', 'strides', 'pads']),
}
