import { BugError, invariant } from '../../shared/errors.ts'
import { addDims, equalDims, evaluateDim, mulDims, type Dim } from './dim.ts'

export type Shape = readonly Dim[]

/** Number of elements. */
export function sizeOf(shape: Shape): Dim {
  return mulDims(...shape)
}

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((d) => typeof d === 'number')
}

/** The numbers of a shape that must be bound by now. */
export function staticShape(shape: Shape): readonly number[] {
  invariant(isStatic(shape), `shape ${shapeText(shape)} still has symbols`)
  return shape
}

export function bindShape(shape: Shape, bindings: Readonly<Record<string, number>>): number[] {
  return shape.map((d) => evaluateDim(d, bindings))
}

export function shapeText(shape: Shape): string {
  return `[${shape.map(String).join(', ')}]`
}

export function equalShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((d, i) => equalDims(d, b[i]!))
}

/** NumPy broadcasting; two different symbols do not broadcast. */
export function broadcastShapes(...shapes: readonly Shape[]): Dim[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length))
  const result: Dim[] = new Array<Dim>(rank).fill(1)
  for (const shape of shapes) {
    const offset = rank - shape.length
    shape.forEach((dim, i) => {
      const have = result[offset + i]!
      if (have === 1) result[offset + i] = dim
      else if (dim !== 1 && !equalDims(dim, have)) throw new BugError(`shapes ${shapes.map(shapeText).join(' and ')} do not broadcast`)
    })
  }
  return result
}

/** The axes over which `from` was stretched to become `to`; what a gradient must be summed over. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const offset = to.length - from.length
  return to.flatMap((dim, i) => (i < offset || (from[i - offset] === 1 && dim !== 1) ? [i] : []))
}

/** Axis counted from the front. */
export function normaliseAxis(axis: number, rank: number): number {
  invariant(axis >= -rank && axis < rank, `axis ${axis} does not exist at rank ${rank}`)
  return axis < 0 ? axis + rank : axis
}

export function normaliseAxes(axes: readonly number[], rank: number): number[] {
  return axes.map((a) => normaliseAxis(a, rank)).sort((a, b) => a - b)
}

/** Shape after a reduction over `axes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Dim[] {
  const set = new Set(normaliseAxes(axes, shape.length))
  return shape.flatMap((d, i) => (set.has(i) ? (keepDims ? [1] : []) : [d]))
}

/** Shape with `dim` in place of the dimension at `axis`. */
export function withDim(shape: Shape, axis: number, dim: Dim): Dim[] {
  const at = normaliseAxis(axis, shape.length)
  return shape.map((d, i) => (i === at ? dim : d))
}

/** Shape of a concatenation along `axis`; the other dimensions must agree. */
export function concatShapes(shapes: readonly Shape[], axis: number): Dim[] {
  const first = shapes[0]!
  const at = normaliseAxis(axis, first.length)
  for (const s of shapes)
    invariant(
      s.length === first.length && s.every((d, i) => i === at || equalDims(d, first[i]!)),
      `shapes ${shapes.map(shapeText).join(' and ')} do not join along axis ${at}`,
    )
  return withDim(first, at, addDims(...shapes.map((s) => s[at]!)))
}
