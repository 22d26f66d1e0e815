import type { ImagePoint, MaskShape, Shape, ShapeKind } from '../../../shared/model/shape.ts'

const kinds = ['box', 'rotatedBox', 'polygon', 'polyline', 'point', 'mask'] as const satisfies readonly ShapeKind[]

/** Shapes as a few arrays that can be handed to another thread without copying every vertex. */
export interface PackedShapes {
  /** Of each shape, its place in the list of kinds. */
  readonly kinds: Uint8Array<ArrayBuffer>
  /** How many parts, rings and vertices follow, in the order they are met. */
  readonly counts: Uint32Array<ArrayBuffer>
  readonly numbers: Float64Array<ArrayBuffer>
  /** Text and numbers, small as they are. */
  readonly masks: readonly MaskShape[]
}

export const buffersOf = ({ kinds: which, counts, numbers }: PackedShapes): ArrayBuffer[] => [which.buffer, counts.buffer, numbers.buffer]

export function packShapes(shapes: readonly Shape[]): PackedShapes {
  const counts: number[] = []
  const numbers: number[] = []
  const masks: MaskShape[] = []
  const points = (ring: readonly ImagePoint[]): void => {
    counts.push(ring.length)
    for (const [x, y] of ring) numbers.push(x, y)
  }
  for (const shape of shapes) {
    switch (shape.kind) {
      case 'box':
        numbers.push(shape.x, shape.y, shape.w, shape.h)
        break
      case 'rotatedBox':
        numbers.push(shape.cx, shape.cy, shape.w, shape.h, shape.angleRad)
        break
      case 'polygon':
        counts.push(shape.parts.length)
        for (const part of shape.parts) {
          counts.push(part.holes.length)
          for (const ring of [part.outer, ...part.holes]) points(ring)
        }
        break
      case 'polyline':
        points(shape.points)
        break
      case 'point':
        numbers.push(shape.x, shape.y)
        break
      case 'mask':
        masks.push(shape)
        break
    }
  }
  return {
    kinds: Uint8Array.from(shapes, ({ kind }) => kinds.indexOf(kind)),
    counts: Uint32Array.from(counts),
    numbers: Float64Array.from(numbers),
    masks,
  }
}

export function unpackShapes(packed: PackedShapes): Shape[] {
  let [count, number, mask] = [0, 0, 0]
  const next = (): number => packed.numbers[number++]!
  const points = (): ImagePoint[] => Array.from({ length: packed.counts[count++]! }, (): ImagePoint => [next(), next()])
  return Array.from(packed.kinds, (which): Shape => {
    const kind = kinds[which]!
    switch (kind) {
      case 'box':
        return { kind, x: next(), y: next(), w: next(), h: next() }
      case 'rotatedBox':
        return { kind, cx: next(), cy: next(), w: next(), h: next(), angleRad: next() }
      case 'polygon': {
        const parts = packed.counts[count++]!
        return {
          kind,
          parts: Array.from({ length: parts }, () => {
            const holes = packed.counts[count++]!
            return { outer: points(), holes: Array.from({ length: holes }, points) }
          }),
        }
      }
      case 'polyline':
        return { kind, points: points() }
      case 'point':
        return { kind, x: next(), y: next() }
      case 'mask':
        return packed.masks[mask++]!
    }
  })
}
