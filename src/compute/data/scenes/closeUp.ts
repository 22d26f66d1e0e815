import type { SceneRandom } from './fastRandom.ts'
import type { SceneObject } from './sceneCanvas.ts'

/** A square part of a painted picture. */
export interface CloseUp {
  readonly x: number
  readonly y: number
}

/** First and last columns and rows. */
type Box = readonly [left: number, top: number, right: number, bottom: number]

/** How much of the view an object takes that is looked at from close by: its longer side over the view's. */
const [leastShare, mostShare] = [0.35, 1.1] as const

/**
 * Where to look at a picture of whole x whole pixels through a window of size x size: at one of the objects that nearly fill it,
 * anywhere when there are none.
 */
export function closeUp(top: Uint8Array, whole: number, size: number, objects: readonly SceneObject[], random: SceneRandom): CloseUp {
  const boxes = layerBoxes(top, whole)
  const fitting = objects.flatMap(({ layers }) => {
    const box = union(layers.map((layer) => boxes[layer]).filter((known) => known !== undefined))
    if (!box) return []
    const share = (Math.max(box[2] - box[0], box[3] - box[1]) + 1) / size
    return share >= leastShare && share <= mostShare ? [box] : []
  })
  const [left, upper, right, lower] = fitting.length > 0 ? random.pick(fitting) : [0, 0, whole - 1, whole - 1]
  return { x: along(left, right, whole, size, random), y: along(upper, lower, whole, size, random) }
}

/** The part of some interleaved planes that is seen. */
export function cropped<T extends Uint8Array | Float32Array>(all: T, planes: number, whole: number, size: number, { x, y }: CloseUp): T {
  const part = all.slice(0, size * size * planes) as T
  for (let row = 0; row < size; row++) {
    const from = ((y + row) * whole + x) * planes
    part.set(all.subarray(from, from + size * planes), row * size * planes)
  }
  return part
}

/** A place for the window at which it holds the span, or lies within it. */
function along(first: number, last: number, whole: number, size: number, random: SceneRandom): number {
  const ends = [last + 1 - size, first].map((at) => Math.min(whole - size, Math.max(0, at)))
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  return low + random.int(high - low + 1)
}

function layerBoxes(top: Uint8Array, whole: number): (Box | undefined)[] {
  const edges = Array.from({ length: 256 }, () => Int32Array.of(whole, whole, -1, -1))
  for (let i = 0, y = 0; y < whole; y++)
    for (let x = 0; x < whole; x++, i++) {
      const box = edges[top[i]!]!
      if (x < box[0]!) box[0] = x
      if (y < box[1]!) box[1] = y
      if (x > box[2]!) box[2] = x
      box[3] = y
    }
  return edges.map(([left, upper, right, lower]) => (right! < 0 ? undefined : [left!, upper!, right!, lower!]))
}

function union(boxes: readonly Box[]): Box | null {
  const [first, ...rest] = boxes
  if (!first) return null
  return rest.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])], first)
}
