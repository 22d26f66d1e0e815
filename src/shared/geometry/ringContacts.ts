import type { PolygonShape } from '../model/shape.ts'
import { boundsMeet, boundsWithin } from './box.ts'
import { EdgeGrid, edgesOf } from './edgeGrid.ts'
import { vec } from './point.ts'
import { partBounds, partRings, ringBounds, ringContains, type PolygonPart, type Ring } from './polygon.ts'
import type { Bounds, ImageVec } from './spaces.ts'

/** How the rings of a polygon lie to each other. */
export interface RingContacts {
  /** The parts in sets that lie apart; within a set every part lies over another or touches it. In the order of their first parts. */
  readonly groups: readonly (readonly PolygonPart[])[]
  /** Parts of which rings cross or touch themselves or each other. */
  readonly crossing: ReadonlySet<PolygonPart>
}

const known = new WeakMap<PolygonShape, RingContacts>()

/** Looked for once, in about as many steps as there are vertices. */
export function ringContacts(polygon: PolygonShape): RingContacts {
  let contacts = known.get(polygon)
  if (!contacts) known.set(polygon, (contacts = findContacts(polygon.parts)))
  return contacts
}

function findContacts(parts: readonly PolygonPart[]): RingContacts {
  const crossing = new Set<PolygonPart>()
  const sets = new Sets(parts.length)
  const edges = edgesOf(parts.map(partRings))
  const grid = new EdgeGrid(edges)
  grid.eachMeeting(
    (i, j) => (i === j ? crossing.has(parts[i]!) : sets.find(i) === sets.find(j)),
    (i, j) => (i === j ? crossing.add(parts[i]!) : sets.join(i, j)),
  )
  if (parts.length > 1) joinNested(parts, sets)
  return { groups: sets.groups().map((places) => places.map((place) => parts[place]!)), crossing }
}

/** Where no outlines meet, a part lies over another only if one of its rings lies within. */
function joinNested(parts: readonly PolygonPart[], sets: Sets): void {
  const bounds = parts.map(partBounds)
  const inside = new Map<number, (p: ImageVec) => boolean>()
  eachMeetingPair(bounds, (i, j) => {
    for (const [inner, outer] of [
      [i, j],
      [j, i],
    ] as const) {
      if (sets.find(i) === sets.find(j)) return
      const within = inside.get(outer) ?? insideOf(parts[outer]!)
      inside.set(outer, within)
      const lies = (ring: Ring): boolean => boundsWithin(ringBounds(ring), bounds[outer]!) && within(vec(ring[0]!))
      if (partRings(parts[inner]!).some(lies)) sets.join(i, j)
    }
  })
}

function insideOf(part: PolygonPart): (p: ImageVec) => boolean {
  const rings = partRings(part).map(insideOfRing)
  return (p) => rings.reduce((inside, within) => inside !== within(p), false)
}

/** Rings with fewer vertices are walked through. */
const fewVertices = 64

/** The even-odd rule for many points of one ring: only the edges at the height of a point are asked. */
export function insideOfRing(ring: Ring): (p: ImageVec) => boolean {
  if (ring.length < fewVertices) return (p) => ringContains(ring, p)
  const { minX, minY, maxX, maxY } = ringBounds(ring)
  const bands = Math.min(ring.length, 4096)
  const bandOf = (y: number): number => Math.min(bands - 1, Math.floor(((y - minY) / (maxY - minY || 1)) * bands))
  const edges = Array.from({ length: bands }, (): number[] => [])
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [from, to] = [bandOf(ring[i]![1]), bandOf(ring[j]![1])]
    for (let band = Math.min(from, to); band <= Math.max(from, to); band++) edges[band]!.push(i)
  }
  return (p) => {
    if (p.x < minX || p.x > maxX || p.y < minY || p.y > maxY) return false
    let inside = false
    for (const i of edges[bandOf(p.y)]!) {
      const [xi, yi] = ring[i]!
      const [xj, yj] = ring[i === 0 ? ring.length - 1 : i - 1]!
      if (yi > p.y !== yj > p.y && p.x < ((xj - xi) * (p.y - yi)) / (yj - yi) + xi) inside = !inside
    }
    return inside
  }
}

/** Visits the pairs of extents that meet, by a sweep from the left. */
export function eachMeetingPair(bounds: readonly Bounds[], visit: (i: number, j: number) => void): void {
  const order = [...bounds.keys()].sort((i, j) => bounds[i]!.minX - bounds[j]!.minX)
  let open: number[] = []
  for (const i of order) {
    const own = bounds[i]!
    let passed = 0
    for (const j of open) {
      if (bounds[j]!.maxX < own.minX) passed++
      else if (boundsMeet(bounds[j]!, own)) visit(i, j)
    }
    if (passed * 2 > open.length) open = open.filter((j) => bounds[j]!.maxX >= own.minX)
    open.push(i)
  }
}

/** Numbers from 0 on in sets that are joined one after the other. */
class Sets {
  readonly #first: number[]

  constructor(count: number) {
    this.#first = Array.from({ length: count }, (_, i) => i)
  }

  find(i: number): number {
    while (this.#first[i] !== i) i = this.#first[i] = this.#first[this.#first[i]!]!
    return i
  }

  join(i: number, j: number): void {
    const [a, b] = [this.find(i), this.find(j)]
    this.#first[Math.max(a, b)] = Math.min(a, b)
  }

  groups(): number[][] {
    const groups = new Map<number, number[]>()
    this.#first.forEach((_, i) => {
      const group = groups.get(this.find(i))
      if (group) group.push(i)
      else groups.set(this.find(i), [i])
    })
    return [...groups.values()]
  }
}
