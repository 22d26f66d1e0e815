import type { GraphBuilder, EmitContext } from '../graph/builder.ts'
import type { TensorType, Value } from '../graph/graph.ts'
import type { Dim } from '../tensor/dim.ts'
import { isStatic, staticShape } from '../tensor/shape.ts'
import { defineOp, everywhere, noGrad } from './op.ts'
import { rawMatMul } from './raw.ts'

export interface ResizeAttributes {
  /** Height, width. */
  readonly size: readonly [Dim, Dim]
}

function resizeShape([x]: readonly (TensorType | undefined)[], { size }: ResizeAttributes): TensorType[] {
  return [{ dtype: x!.dtype, shape: [x!.shape[0]!, x!.shape[1]!, size[0], size[1]] }]
}

function emitResize({ b, inputs: [x], types }: EmitContext<ResizeAttributes>, attributes: Readonly<Record<string, string>>): Value[] {
  return [b.node1('Resize', [x, undefined, undefined, b.shapeTensor(types[0]!.shape)], types[0]!, { ...attributes })]
}

/** Weights of half-pixel bilinear interpolation along one axis, row-major [to, from]: source position (i + 0.5) from / to - 0.5, edges repeated. */
export function bilinearWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const position = Math.max(0, ((i + 0.5) * from) / to - 0.5)
    const low = Math.min(Math.floor(position), from - 1)
    const high = Math.min(low + 1, from - 1)
    const fraction = position - low
    weights[i * from + low]! += 1 - fraction
    weights[i * from + high]! += fraction
  }
  return weights
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]!
  return result
}

/**
 * Bilinear resize, half pixel centres, no corner alignment, no antialiasing, [N,C,H,W] -> [N,C,h,w] (ONNX Resize-13).
 * With bound sizes it is computed as y = A x B', two to three times faster than ORT's Resize on the CPU; A and B are the interpolation matrices of rows and columns: dx = A' dy B.
 */
export const resizeBilinearOp = defineOp<ResizeAttributes>({
  name: 'resizeBilinear',
  since: 13,
  attributes: { size: 'dims' },
  shapeRule: resizeShape,
  emit: (context) => {
    const {
      b,
      inputs: [x],
      types,
    } = context
    if (!isStatic(x!.shape) || !isStatic(types[0]!.shape))
      return emitResize(context, { mode: 'linear', coordinate_transformation_mode: 'half_pixel' })
    const [, , h, w] = x!.shape as readonly [number, number, number, number]
    const [, , toH, toW] = types[0]!.shape as readonly [number, number, number, number]
    const rows = h === toH ? x! : rawMatMul(b, b.constant(bilinearWeights(h, toH), [toH, h]), x!)
    return [w === toW ? rows : rawMatMul(b, rows, b.constant(transposed(bilinearWeights(w, toW), toW, w), [w, toW]))]
  },
  vjp: ({ b, inputs: [x], cotangents: [dy] }) => {
    const [, , h, w] = staticShape(x!.shape) as [number, number, number, number]
    const [, , toH, toW] = staticShape(dy!.shape) as [number, number, number, number]
    const columns = w === toW ? dy! : rawMatMul(b, dy!, b.constant(bilinearWeights(w, toW), [toW, w]))
    return [h === toH ? columns : rawMatMul(b, b.constant(transposed(bilinearWeights(h, toH), toH, h), [h, toH]), columns)]
  },
  providers: everywhere,
  probes: [
    { inputs: [{ shape: ['N', 2, 3, 4] }], attrs: { size: [7, 8] }, bind: { N: 2 } },
    { inputs: [{ shape: [1, 2, 6, 5] }], attrs: { size: [4, 3] } },
    { inputs: [{ shape: [1, 2, 1, 2] }], attrs: { size: [1, 4] } },
  ],
})

/** Nearest resize of label-like maps, source index floor(i from / to), [N,C,H,W] -> [N,C,h,w] (ONNX Resize-13, asymmetric, floor). */
export const resizeNearestOp = defineOp<ResizeAttributes>({
  name: 'resizeNearest',
  since: 13,
  attributes: { size: 'dims' },
  shapeRule: resizeShape,
  emit: (context) => emitResize(context, { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
  vjp: noGrad('resizes labels and masks; a feature map is upsampled by a transposed convolution or bilinearly'),
  providers: everywhere,
  probes: [{ inputs: [{ shape: ['N', 2, 3, 4] }], attrs: { size: [6, 8] }, bind: { N: 2 } }],
})

export function resizeBilinear(b: GraphBuilder, x: Value, size: readonly [Dim, Dim]): Value {
  return b.op(resizeBilinearOp, [x], { size })
}

export function resizeNearest(b: GraphBuilder, x: Value, size: readonly [Dim, Dim]): Value {
  return b.op(resizeNearestOp, [x], { size })
}
