import { axisOf, kernel, refuse, sizeOf, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor, Tf } from '../library.ts'

/** Negative indices count from the end of an axis of `size`. */
const counted = (tf: Tf, indices: Tensor, size: number): Tensor =>
  tf.where(tf.less(indices, 0), tf.add(indices, tf.scalar(size, 'int32')), indices)

function gather({ tf, input, attributes }: KernelContext): Tensor {
  const [x, indices] = [input(0), input(1)]
  const axis = axisOf(attributes.int('axis', 0), x.shape.length)
  const flat = tf.gather(x, tf.reshape(counted(tf, indices, x.shape[axis]!), [-1]), axis)
  return tf.reshape(flat, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)])
}

/** Position in x, row-major, of every element that `indices` names along an axis; int32 [n]. */
function flatPositions({ tf, kept }: KernelContext, shape: readonly number[], indices: Tensor, axis: number): Tensor {
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1)))
  const others = kept(`positions ${axis} ${shape.join()} ${indices.shape.join()}`, () => {
    const offsets = new Int32Array(indices.size)
    const steps = indices.shape.map((_, i) => sizeOf(indices.shape.slice(i + 1)))
    for (let at = 0; at < offsets.length; at++)
      for (const [i, stride] of strides.entries())
        if (i !== axis) offsets[at] = offsets[at]! + (Math.floor(at / steps[i]!) % indices.shape[i]!) * stride
    return tf.tensor1d(offsets, 'int32')
  })
  const along = tf.reshape(counted(tf, indices, shape[axis]!), [-1])
  return tf.add(tf.mul(along, tf.scalar(strides[axis]!, 'int32')), others)
}

function gatherElements(context: KernelContext): Tensor {
  const { tf, input, attributes } = context
  const [x, indices] = [input(0), input(1)]
  const axis = axisOf(attributes.int('axis', 0), x.shape.length)
  const positions = flatPositions(context, x.shape, indices, axis)
  return tf.reshape(tf.gather(tf.reshape(x, [-1]), positions as never), indices.shape)
}

/** x [size] with `updates` at `positions`. Without addition the order counts where a position comes twice: on the host, the last one stays. */
function scatter(tf: Tf, x: Tensor, positions: Tensor, updates: Tensor, reduction: string): Tensor {
  if (reduction === 'add') return tf.add(x, tf.scatterND(tf.reshape(positions, [-1, 1]), updates, [x.size]))
  const data = x.dataSync().slice()
  const [at, values] = [positions.dataSync(), updates.dataSync()]
  if (reduction === 'none') at.forEach((position, i) => (data[position] = values[i]!))
  else if (reduction === 'mul') at.forEach((position, i) => (data[position] = data[position]! * values[i]!))
  else refuse(`scattering with ${reduction}`)
  return tf.tensor1d(data, x.dtype)
}

function scatterElements(context: KernelContext): Tensor {
  const { tf, input, attributes } = context
  const [x, indices, updates] = [input(0), input(1), input(2)]
  const axis = axisOf(attributes.int('axis', 0), x.shape.length)
  const positions = flatPositions(context, x.shape, indices, axis)
  const flat = scatter(tf, tf.reshape(x, [-1]), positions, tf.reshape(updates, [-1]), attributes.text('reduction', 'none'))
  return tf.reshape(flat, x.shape)
}

function scatterNd({ tf, input, attributes }: KernelContext): Tensor {
  const [x, indices, updates] = [input(0), input(1), input(2)]
  if (attributes.text('reduction', 'none') !== 'add') refuse('ScatterND without addition')
  return tf.add(x, tf.scatterND(indices, updates, x.shape))
}

export const indexingKernels: Readonly<Record<string, Kernel>> = {
  Gather: kernel(gather, ['axis']),
  GatherElements: kernel(gatherElements, ['axis']),
  GatherND: kernel(({ tf, input }) => tf.gatherND(input(0), input(1))),
  ScatterElements: kernel(scatterElements, ['axis', 'reduction']),
  ScatterND: kernel(scatterNd, ['reduction']),
}
