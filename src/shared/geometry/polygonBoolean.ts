import {
  Clipper64,
  ClipperOffset,
  ClipType,
  EndType,
  FillRule,
  JoinType,
  PolyTree64,
  type Path64,
  type Paths64,
  type PolyPath64,
} from 'clipper2-ts'
import { append } from '../append.ts'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { boundsMeet } from './box.ts'
import { normaliseRing, partBounds, type PolygonPart, type Ring } from './polygon.ts'
import type { ImagePx } from './spaces.ts'
import { withoutSpikes } from './spikes.ts'

export type BooleanOp = 'union' | 'intersect' | 'subtract'

const clipTypes = { union: ClipType.Union, intersect: ClipType.Intersection, subtract: ClipType.Difference } as const

/**
 * Clipper counts in whole numbers: a thousand to the pixel. Tools set vertices on tenths and hundredths, which survive that exactly; whatever else comes
 * from an import is remembered (see `Grid`). A picture may be 90,000 px wide before a product of two lengths leaves the exact whole numbers.
 */
const perPixel = 1000

/** Carries vertices to whole numbers and back: one that clipper left where it was gets its own coordinates back to the last bit. */
class Grid {
  readonly #known = new Map<string, ImagePoint>()

  path(ring: Ring): Path64 {
    const path = ring.map((point) => {
      const at = { x: Math.round(point[0] * perPixel), y: Math.round(point[1] * perPixel) }
      this.#known.set(`${at.x},${at.y}`, point)
      return at
    })
    return [...withoutSpikes(path)]
  }

  ring(path: Path64): PolygonPart['outer'] | null {
    return normaliseRing(path.map(({ x, y }) => this.#known.get(`${x},${y}`) ?? [x / perPixel + 0, y / perPixel + 0]))
  }

  parts(tree: PolyPath64): PolygonPart[] {
    const parts: PolygonPart[] = []
    for (let i = 0; i < tree.count; i++) {
      const outer = tree.child(i)
      const holes: PolygonPart['holes'] = []
      for (let j = 0; j < outer.count; j++) {
        const hole = outer.child(j)
        const ring = hole.poly && this.ring(hole.poly)
        if (ring) holes.push(ring)
        append(parts, this.parts(hole))
      }
      const ring = outer.poly && this.ring(outer.poly)
      if (ring) parts.push({ outer: ring, holes })
    }
    return parts
  }

  /** The rings of parts that may cross themselves and each other, wound so that every winding number other than zero is inside. */
  wound(parts: readonly PolygonPart[]): Paths64 {
    return parts.flatMap((part) => {
      const clipper = new Clipper64()
      clipper.addSubject([part.outer, ...part.holes].map((ring) => this.path(ring)).filter((path) => path.length > 0))
      const paths: Paths64 = []
      clipper.execute(ClipType.Union, FillRule.EvenOdd, paths)
      return paths
    })
  }
}

/** The parts that meet one of the others, and those that do not: these come through every operation as they are. */
function byMeeting(
  parts: readonly PolygonPart[],
  others: readonly PolygonPart[],
): { readonly near: PolygonPart[]; readonly far: PolygonPart[] } {
  const bounds = others.map(partBounds)
  const near: PolygonPart[] = []
  const far: PolygonPart[] = []
  for (const part of parts) {
    const own = partBounds(part)
    ;(bounds.some((b) => boundsMeet(b, own)) ? near : far).push(part)
  }
  return { near, far }
}

const polygonOf = (parts: readonly PolygonPart[]): PolygonShape | null => (parts.length > 0 ? { kind: 'polygon', parts: [...parts] } : null)

/** Boolean operation of two polygons, each of them the union of its parts; null when nothing is left. Outer rings of the result turn clockwise on screen. */
export function combinePolygons(a: PolygonShape, b: PolygonShape, op: BooleanOp): PolygonShape | null {
  const one = byMeeting(a.parts, b.parts)
  const other = byMeeting(b.parts, a.parts)
  const apart = op === 'intersect' ? [] : op === 'subtract' ? one.far : [...one.far, ...other.far]
  if (one.near.length === 0) return polygonOf(apart)
  const grid = new Grid()
  const clipper = new Clipper64()
  clipper.addSubject(grid.wound(one.near))
  clipper.addClip(grid.wound(other.near))
  const tree = new PolyTree64()
  clipper.execute(clipTypes[op], FillRule.NonZero, tree)
  return polygonOf([...apart, ...grid.parts(tree)])
}

/** The same region as parts that neither cross nor overlap. */
export function dissolvePolygon(polygon: PolygonShape): PolygonShape | null {
  const grid = new Grid()
  const clipper = new Clipper64()
  clipper.addSubject(grid.wound(polygon.parts))
  const tree = new PolyTree64()
  clipper.execute(ClipType.Union, FillRule.NonZero, tree)
  return polygonOf(grid.parts(tree))
}

/** The outline moved outwards, or inwards when negative, by so many pixels; corners stay corners. Null when nothing is left. */
export function offsetPolygon(polygon: PolygonShape, by: ImagePx): PolygonShape | null {
  const grid = new Grid()
  const offset = new ClipperOffset()
  offset.addPaths(grid.wound(polygon.parts), JoinType.Miter, EndType.Polygon)
  const tree = new PolyTree64()
  offset.execute(by * perPixel, tree)
  return polygonOf(grid.parts(tree))
}
