import type { PolygonShape, Shape } from '../model/shape.ts'
import { boundsWithin } from './box.ts'
import { vec } from './point.ts'
import { netArea, partBounds, partRings, ringBounds, signedArea, type PolygonPart } from './polygon.ts'
import { dissolvePolygon } from './polygonBoolean.ts'
import { eachMeetingPair, insideOfRing, ringContacts, type RingContacts } from './ringContacts.ts'

const polygonOf = (parts: readonly PolygonPart[]): PolygonShape => ({ kind: 'polygon', parts: [...parts] })
const dissolved = (parts: readonly PolygonPart[]): readonly PolygonPart[] => dissolvePolygon(polygonOf(parts))?.parts ?? []

/** Of rings that do not meet: one within an odd number of others takes away. */
function nestedArea(part: PolygonPart): number {
  if (part.holes.length === 0) return Math.abs(signedArea(part.outer))
  const rings = partRings(part).map((ring) => ({ ring, bounds: ringBounds(ring), area: Math.abs(signedArea(ring)), around: 0 }))
  const inside = rings.map(() => undefined as ReturnType<typeof insideOfRing> | undefined)
  eachMeetingPair(
    rings.map(({ bounds }) => bounds),
    (i, j) => {
      const [inner, outer] = boundsWithin(rings[i]!.bounds, rings[j]!.bounds) ? [i, j] : [j, i]
      if (!boundsWithin(rings[inner]!.bounds, rings[outer]!.bounds)) return
      const within = (inside[outer] ??= insideOfRing(rings[outer]!.ring))
      if (within(vec(rings[inner]!.ring[0]!))) rings[inner]!.around++
    },
  )
  return rings.reduce((sum, { area, around }) => sum + (around % 2 === 0 ? area : -area), 0)
}

const isPlain = (group: readonly PolygonPart[], { crossing }: RingContacts): boolean => group.length === 1 && !crossing.has(group[0]!)

function groupArea(group: readonly PolygonPart[], contacts: RingContacts): number {
  return isPlain(group, contacts) ? nestedArea(group[0]!) : netArea(polygonOf(dissolved(group)))
}

const areas = new WeakMap<PolygonShape, number>()

/** Area in square pixels of what a polygon covers: of each part by the even-odd rule over its rings, parts united. */
export function polygonArea(polygon: PolygonShape): number {
  let area = areas.get(polygon)
  if (area === undefined) {
    const contacts = ringContacts(polygon)
    area = contacts.groups.reduce((sum, group) => sum + groupArea(group, contacts), 0)
    areas.set(polygon, area)
  }
  return area
}

const united = new WeakMap<PolygonShape, PolygonShape>()

/** The polygon with parts that lie over each other made into one; the same polygon where none do. */
export function unitedParts(polygon: PolygonShape): PolygonShape {
  if (polygon.parts.length < 2) return polygon
  let known = united.get(polygon)
  if (!known) united.set(polygon, (known = unite(polygon)))
  return known
}

function unite(polygon: PolygonShape): PolygonShape {
  let near = false
  eachMeetingPair(polygon.parts.map(partBounds), () => (near = true))
  if (!near) return polygon
  const { groups } = ringContacts(polygon)
  if (groups.length === polygon.parts.length) return polygon
  const parts = groups.flatMap((group) => (group.length === 1 ? group : dissolved(group)))
  return parts.length > 0 ? polygonOf(parts) : polygon
}

/** The shape whose rings, taken together by the even-odd rule, are what this one covers: what is filled. */
export const coveredShape = <S extends Shape>(shape: S): S => (shape.kind === 'polygon' ? (unitedParts(shape) as S) : shape)

/** The polygon less every connected region of fewer pixels; what stays is as it was drawn. Null: nothing stays. */
export function withoutSmallParts(polygon: PolygonShape, fewerThanPx: number): PolygonShape | null {
  const contacts = ringContacts(polygon)
  let same = true
  const parts = contacts.groups.flatMap((group) => {
    const plain = isPlain(group, contacts)
    const pieces = plain ? group : dissolved(group)
    const kept = pieces.filter((piece) => (plain ? nestedArea(piece) : netArea(polygonOf([piece]))) >= fewerThanPx)
    if (kept.length === pieces.length && kept.length > 0) return group
    same = false
    return kept
  })
  if (same) return polygon
  return parts.length > 0 ? polygonOf(parts) : null
}
