import type { GraphBuilder } from '../graph/builder.ts'
import type { TensorType, Value } from '../graph/graph.ts'
import type { Dim } from '../tensor/dim.ts'
import { defineOp, everywhere, noGrad, type Probe } from './op.ts'

export interface DataSizeAttributes {
  /** What height and width are called in the shape of the output: the numbers themselves come as data. */
  readonly size: readonly [Dim, Dim]
}

const shapeOf = ([x]: readonly (TensorType | undefined)[], { size }: DataSizeAttributes): TensorType[] => [
  { dtype: x!.dtype, shape: [x!.shape[0]!, x!.shape[1]!, ...size] },
]

const probe = (size: readonly [number, number]): Probe<DataSizeAttributes> => ({
  inputs: [{ shape: ['N', 2, 4, 5] }, { shape: [2], dtype: 'int64', values: { list: size } }],
  attrs: { size },
  bind: { N: 2 },
})

/** Bilinear resize, half pixel centres, to a size that is known only when it runs, `[N,C,H,W]` and int64 `[2]` -> `[N,C,h,w]` (ONNX Resize-13). */
export const resizeBilinearToOp = defineOp<DataSizeAttributes>({
  name: 'resizeBilinearTo',
  since: 13,
  attributes: { size: 'dims' },
  shapeRule: shapeOf,
  emit: ({ b, inputs: [x, size], types }) => {
    const leading = b.shapeTensor(x!.shape.slice(0, 2))
    const sizes = b.node1('Concat', [leading, size], { dtype: 'int64', shape: [4] }, { axis: 0 })
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
    return [b.node1('Resize', [x, undefined, undefined, sizes], types[0]!, attributes)]
  },
  vjp: noGrad('shows a result at the size somebody asks for; training resizes to bound sizes'),
  providers: ['cpu'],
  probes: [probe([7, 3])],
})

/** The upper left box of a size that is known only when it runs, `[N,C,H,W]` and int64 `[2]` -> `[N,C,h,w]` (ONNX Slice-13). */
export const cropToOp = defineOp<DataSizeAttributes>({
  name: 'cropTo',
  since: 13,
  attributes: { size: 'dims' },
  shapeRule: shapeOf,
  emit: ({ b, inputs: [x, size], types }) => [b.node1('Slice', [x, b.ints([0, 0]), size, b.ints([2, 3])], types[0]!)],
  vjp: noGrad('shows a result at the size somebody asks for; training slices bound sizes'),
  providers: everywhere,
  probes: [probe([3, 4])],
})

type ToSize = (b: GraphBuilder, x: Value, size: Value, names: readonly [Dim, Dim]) => Value

export const resizeBilinearTo: ToSize = (b, x, size, names) => b.op(resizeBilinearToOp, [x, size], { size: names })
export const cropTo: ToSize = (b, x, size, names) => b.op(cropToOp, [x, size], { size: names })
