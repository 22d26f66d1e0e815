import { axisOf, kernel, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor } from '../library.ts'

function argMax({ tf, input, attributes }: KernelContext): Tensor {
  const x = input(0)
  const axis = axisOf(attributes.int('axis', 0), x.shape.length)
  const best = tf.argMax(x, axis)
  return attributes.flag('keepdims', true) ? tf.expandDims(best, axis) : best
}

/** The largest first, the lower index first among equals; TensorFlow.js looks along the last axis only. */
function topK({ tf, input, numbers, attributes }: KernelContext): readonly Tensor[] {
  const x = input(0)
  const last = x.shape.length - 1
  const axis = axisOf(attributes.int('axis', -1), x.shape.length)
  const swap = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i))
  const { values, indices } = tf.topk(axis === last ? x : tf.transpose(x, swap), numbers(1)[0], true)
  return axis === last ? [values, indices] : [tf.transpose(values, swap), tf.transpose(indices, swap)]
}

export const selectKernels: Readonly<Record<string, Kernel>> = {
  ArgMax: kernel(argMax, ['axis', 'keepdims']),
  TopK: kernel(topK, ['axis']),
  CumSum: kernel(({ tf, input, numbers }) => tf.cumsum(input(0), axisOf(numbers(1)[0]!, input(0).shape.length))),
}
