import { append } from '../append.ts'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { areaPolygon } from './areaPolygon.ts'
import { unionBounds } from './box.ts'
import { combineSpans, maskOfSpans, noSpans, spanRules, spansArea, spansOfMask, spansOfPolygon, type MaskSpans } from './maskSpans.ts'
import { distance } from './point.ts'
import { netArea, ringBounds, type PolygonPart } from './polygon.ts'
import { unitedParts } from './polygonArea.ts'
import { combinePolygons } from './polygonBoolean.ts'
import type { RegionShape } from './regions.ts'
import { shapeBounds } from './shapes.ts'
import type { Bounds, ImageSize, ImageVec } from './spaces.ts'
import { spansToPolygon } from './traceMask.ts'

/**
 * Cuts a region along a line of two or more points, which is prolonged straight at both ends. Pieces of parts that the line crosses come out as regions of
 * their own; the first, the largest, keeps the parts that it does not cross. Null when it crosses none.
 */
export function splitRegion(shape: RegionShape, line: readonly ImageVec[], size: ImageSize): RegionShape[] | null {
  const side = sideOfLine(line, shapeBounds(shape))
  if (!side) return null
  return shape.kind === 'mask' ? splitMask(spansOfMask(shape), side, size) : splitPolygon(areaPolygon(shape), side)
}

const eighthRad = Math.PI / 4

/** All that lies on one side of the prolonged line, as far as the region reaches; null when the line has no length. */
function sideOfLine(line: readonly ImageVec[], bounds: Bounds): PolygonShape | null {
  const points = line.filter((p, i) => i === 0 || distance(p, line[i - 1]!) > 0)
  if (points.length < 2) return null
  const all = unionBounds([bounds, ringBounds(points.map(({ x, y }): ImagePoint => [x, y]))])!
  const centre = { x: (all.minX + all.maxX) / 2, y: (all.minY + all.maxY) / 2 }
  const radius = Math.hypot(all.maxX - all.minX, all.maxY - all.minY) + 1
  const start = prolonged(points[1]!, points[0]!, 3 * radius)
  const end = prolonged(points.at(-2)!, points.at(-1)!, 3 * radius)
  const angle = (p: ImageVec): number => Math.atan2(p.y - centre.y, p.x - centre.x)
  const from = angle(end)
  const turn = (angle(start) - from + 2 * Math.PI) % (2 * Math.PI)
  const steps = Math.ceil(turn / eighthRad)
  const around = Array.from({ length: steps + 1 }, (_, i): ImagePoint => {
    const at = from + (turn * i) / Math.max(1, steps)
    return [centre.x + 6 * radius * Math.cos(at), centre.y + 6 * radius * Math.sin(at)]
  })
  const outer = [start, ...points, end].map(({ x, y }): ImagePoint => [x, y])
  return { kind: 'polygon', parts: [{ outer: [...outer, ...around], holes: [] }] }
}

function prolonged(from: ImageVec, through: ImageVec, by: number): ImageVec {
  const length = distance(from, through)
  return { x: through.x + ((through.x - from.x) / length) * by, y: through.y + ((through.y - from.y) / length) * by }
}

function splitPolygon(polygon: PolygonShape, side: PolygonShape): RegionShape[] | null {
  const whole: PolygonPart[] = []
  const pieces: PolygonPart[] = []
  for (const part of unitedParts(polygon).parts) {
    const one: PolygonShape = { kind: 'polygon', parts: [part] }
    const here = combinePolygons(one, side, 'intersect')
    const there = combinePolygons(one, side, 'subtract')
    if (here && there) append(pieces, [...here.parts, ...there.parts])
    else whole.push(part)
  }
  if (pieces.length === 0) return null
  const area = (part: PolygonPart): number => netArea({ kind: 'polygon', parts: [part] })
  const [largest, ...others] = pieces.sort((a, b) => area(b) - area(a))
  return [{ kind: 'polygon', parts: [largest!, ...whole] }, ...others.map((part): PolygonShape => ({ kind: 'polygon', parts: [part] }))]
}

function splitMask(spans: MaskSpans, side: PolygonShape, size: ImageSize): RegionShape[] | null {
  const half = spansOfPolygon(side, size.width, size.height)
  let whole: MaskSpans = noSpans
  const pieces: MaskSpans[] = []
  for (const part of componentsOf(spans, size)) {
    const around = windowOf(half, part)
    const here = combineSpans(part, around, spanRules.intersect)
    const there = combineSpans(part, around, spanRules.subtract)
    if (spansArea(here) > 0 && spansArea(there) > 0) append(pieces, [...componentsOf(here, size), ...componentsOf(there, size)])
    else whole = combineSpans(whole, part, spanRules.union)
  }
  if (pieces.length === 0) return null
  const [largest, ...others] = pieces.sort((a, b) => spansArea(b) - spansArea(a))
  return [combineSpans(largest!, whole, spanRules.union), ...others].map((piece) => maskOfSpans(piece)!)
}

/** The columns of a region that another one reaches over. */
const windowOf = (spans: MaskSpans, over: MaskSpans): MaskSpans => ({
  x: over.x,
  columns: over.columns.map((_, i) => spans.columns[over.x + i - spans.x] ?? []),
})

/** Sets of pixels joined along edges. */
export function componentsOf(spans: MaskSpans, size: ImageSize): MaskSpans[] {
  const parts = spansToPolygon(spans)?.parts ?? []
  return parts.length === 1 ? [spans] : parts.map((part) => spansOfPolygon({ kind: 'polygon', parts: [part] }, size.width, size.height))
}
