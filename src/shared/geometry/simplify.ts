import type { PolygonShape } from '../model/shape.ts'
import { normaliseRing, type PolygonPart, type Ring } from './polygon.ts'
import type { ImagePx } from './spaces.ts'

/**
 * Ramer-Douglas-Peucker on a closed ring: no vertex that is left out is further than the tolerance from the new outline. Null when less than a triangle
 * is left. (Ramer 1972; Douglas and Peucker 1973.)
 */
export function simplifyRing(ring: Ring, tolerancePx: ImagePx): PolygonPart['outer'] | null {
  if (tolerancePx <= 0 || ring.length <= 3) return normaliseRing(ring)
  const kept = new Uint8Array(ring.length + 1)
  // The ring is cut into two lines at its first vertex and at the one furthest from it.
  const at = (i: number): Ring[number] => ring[i % ring.length]!
  const [x0, y0] = at(0)
  let far = 0
  let most = -1
  ring.forEach(([x, y], i) => {
    const squared = (x - x0) ** 2 + (y - y0) ** 2
    if (squared > most) [far, most] = [i, squared]
  })
  kept[0] = kept[far] = 1
  keepFurthest(at, [0, far, far, ring.length], tolerancePx, kept)
  return normaliseRing(ring.filter((_, i) => kept[i] === 1))
}

/** The same for a line that does not return to its start: its ends stay. */
export function simplifyLine(line: Ring, tolerancePx: ImagePx): Ring {
  if (tolerancePx <= 0 || line.length <= 2) return line
  const kept = new Uint8Array(line.length)
  kept[0] = kept[line.length - 1] = 1
  keepFurthest((i) => line[i]!, [0, line.length - 1], tolerancePx, kept)
  return line.filter((_, i) => kept[i] === 1)
}

/** Keeps the furthest vertex of every stretch that it is too far from; `stack` has the ends of the stretches. */
function keepFurthest(at: (i: number) => Ring[number], stack: number[], tolerancePx: ImagePx, kept: Uint8Array): void {
  while (stack.length > 0) {
    const end = stack.pop()!
    const from = stack.pop()!
    const furthest = furthestFromLine(at, from, end)
    if (furthest.squared <= tolerancePx * tolerancePx) continue
    kept[furthest.index] = 1
    stack.push(from, furthest.index, furthest.index, end)
  }
}

/** The vertex between two others that lies furthest from the segment between them. */
function furthestFromLine(
  at: (i: number) => Ring[number],
  from: number,
  end: number,
): { readonly index: number; readonly squared: number } {
  const [ax, ay] = at(from)
  const [bx, by] = at(end)
  const dx = bx - ax
  const dy = by - ay
  const length = dx * dx + dy * dy
  let index = from
  let most = -1
  for (let i = from + 1; i < end; i++) {
    const [x, y] = at(i)
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
    const squared = (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2
    if (squared > most) [index, most] = [i, squared]
  }
  return { index, squared: most }
}

/** Every ring simplified; parts and holes of which less than a triangle is left go, but never the last part. */
export function simplifyPolygon(polygon: PolygonShape, tolerancePx: ImagePx): PolygonShape {
  const parts = polygon.parts.flatMap((part): PolygonPart[] => {
    const outer = simplifyRing(part.outer, tolerancePx)
    if (!outer) return []
    const holes = part.holes.map((hole) => simplifyRing(hole, tolerancePx)).filter((hole) => hole !== null)
    return [{ outer, holes }]
  })
  return parts.length > 0 ? { kind: 'polygon', parts } : polygon
}

export const vertexCount = (polygon: PolygonShape): number =>
  polygon.parts.reduce((sum, part) => sum + part.outer.length + part.holes.reduce((n, hole) => n + hole.length, 0), 0)
