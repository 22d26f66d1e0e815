import { broadcastShapes, staticShape } from '../../../tensor/shape.ts'
import { axisOf, kernel, refuse, sizeOf, type Kernel, type KernelContext } from '../kernel.ts'
import type { Tensor } from '../library.ts'

/** 0 copies the dimension, one -1 is inferred. */
function reshape({ tf, input, numbers }: KernelContext): Tensor {
  const x = input(0)
  const shape = numbers(1).map((dim, i) => (dim === 0 ? x.shape[i]! : dim))
  const known = sizeOf(shape.filter((dim) => dim !== -1))
  // An empty tensor infers nothing.
  return tf.reshape(
    x,
    shape.map((dim) => (dim === -1 ? (known === 0 ? 0 : x.size / known) : dim)),
  )
}

/** The indices a slice takes along an axis of `size`, with the bounds of ONNX Slice-13: negative ones count from the end, all are clamped. */
function sliceIndices(size: number, start: number, end: number, step: number): number[] {
  const from = start < 0 ? start + size : start
  const to = end < 0 ? end + size : end
  const indices: number[] = []
  if (step > 0) for (let i = Math.max(0, from); i < Math.min(size, to); i += step) indices.push(i)
  else for (let i = Math.min(size - 1, from); i > Math.max(-1, to); i += step) indices.push(i)
  return indices
}

function slice({ tf, input, has, numbers, kept }: KernelContext): Tensor {
  const x = input(0)
  const [starts, ends] = [numbers(1), numbers(2)]
  const axes = has(3) ? numbers(3).map((axis) => axisOf(axis, x.shape.length)) : [...starts.keys()]
  const begin = x.shape.map(() => 0)
  const size = [...x.shape]
  const stepped: { axis: number; indices: number[] }[] = []
  axes.forEach((axis, i) => {
    const step = has(4) ? numbers(4)[i]! : 1
    const indices = sliceIndices(x.shape[axis]!, starts[i]!, ends[i]!, step)
    if (step !== 1) return stepped.push({ axis, indices })
    begin[axis] = indices[0] ?? 0
    return (size[axis] = indices.length)
  })
  const box = tf.slice(x, begin, size)
  return stepped.reduce(
    (y, { axis, indices }) => tf.gather(y, kept(`${axis}:${indices.join()}`, () => tf.tensor1d(indices, 'int32')) as never, axis),
    box,
  )
}

function pad({ tf, input, has, numbers, attributes }: KernelContext): Tensor {
  if (attributes.text('mode', 'constant') !== 'constant') refuse('padding that is not constant')
  const x = input(0)
  const pads = numbers(1)
  const rank = x.shape.length
  if (pads.some((p) => p < 0)) refuse('negative padding')
  return tf.pad(
    x,
    x.shape.map((_, i): [number, number] => [pads[i]!, pads[rank + i]!]),
    has(2) ? numbers(2)[0]! : 0,
  )
}

export const shapeKernels: Readonly<Record<string, Kernel>> = {
  Shape: kernel(({ tf, input }) => tf.tensor1d(input(0).shape, 'int32')),
  Reshape: kernel(reshape),
  Transpose: kernel(
    ({ tf, input, attributes }) =>
      tf.transpose(input(0), [
        ...(attributes.ints('perm') ??
          input(0)
            .shape.map((_, i) => i)
            .reverse()),
      ]),
    ['perm'],
  ),
  Concat: kernel(
    ({ tf, inputs, attributes }) => tf.concat([...inputs()], axisOf(attributes.int('axis'), inputs()[0]!.shape.length)),
    ['axis'],
  ),
  Slice: kernel(slice),
  Pad: kernel(pad, ['mode']),
  Expand: kernel(({ tf, input, numbers }) =>
    tf.broadcastTo(input(0), staticShape(broadcastShapes(input(0).shape, numbers(1))) as number[]),
  ),
}
