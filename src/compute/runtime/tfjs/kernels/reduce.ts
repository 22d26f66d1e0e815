import { axisOf, kernel, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor, Tf } from '../library.ts'

/** The axes of a reduction: the second input where there is one, else the attribute; none means all. */
function axesOf({ attributes, has, numbers, input }: KernelContext): number[] {
  const given = has(1) ? numbers(1) : (attributes.ints('axes') ?? [])
  const rank = input(0).shape.length
  return given.length === 0 ? [...Array(rank).keys()] : given.map((axis) => axisOf(axis, rank))
}

const reduction = (run: (tf: Tf, x: Tensor, axes: number[], keep: boolean) => Tensor): Kernel =>
  kernel((context) => run(context.tf, context.input(0), axesOf(context), context.attributes.flag('keepdims', true)), ['axes', 'keepdims'])

/** The mean as one division of the sum, not a sum of quotients. */
export function meanOver(tf: Tf, x: Tensor, axes: number[], keep: boolean): Tensor {
  return tf.div(
    tf.sum(x, axes, keep),
    axes.reduce((count, axis) => count * x.shape[axis]!, 1),
  )
}

export const reduceKernels: Readonly<Record<string, Kernel>> = {
  ReduceSum: reduction((tf, x, axes, keep) => tf.sum(x, axes, keep)),
  ReduceMean: reduction(meanOver),
  ReduceMax: reduction((tf, x, axes, keep) => tf.max(x, axes, keep)),
  ReduceMin: reduction((tf, x, axes, keep) => tf.min(x, axes, keep)),
}
