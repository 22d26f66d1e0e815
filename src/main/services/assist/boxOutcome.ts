import { eachColumnRun, maskBounds } from '../../../shared/geometry/rle.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import { maskPolygon } from '../../../shared/geometry/maskPolygon.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { BoxJob } from '../../../shared/model/assistJobs.ts'
import type { BoxShape, MaskShape, RotatedBoxShape, Shape } from '../../../shared/model/shape.ts'
import type { Rect } from './boxWindows.ts'

export type BoxAnnotation = Annotation & { readonly shape: BoxShape | RotatedBoxShape }

/** Mask and box with less in common are about different things. */
const leastOverlap = 0.3
/** A region that somebody drew is that of a box from here on. */
const drawnOverlap = 0.8
/** Sides that are closer than this are where they were, in pixels. */
const sameSidePx = 0.5

export function rectOf(shape: Shape): Rect {
  if (shape.kind === 'box') return shape
  const { minX, minY, maxX, maxY } = shapeBounds(shape)
  return { x: minX, y: minY, w: maxX - minX, h: maxY - minY }
}

/** What becomes of a box; doubtful: the mask is about something else; done: it is as tight as it can be. */
export function outcomeOf(
  mask: MaskShape,
  box: BoxShape | RotatedBoxShape,
  { result, tolerancePx }: Pick<BoxJob, 'result' | 'tolerancePx'>,
): Shape | 'doubtful' | 'done' {
  const bounds = maskBounds(mask)
  const rect = rectOf(box)
  if (!bounds || overlap(bounds, rect) < leastOverlap) return 'doubtful'
  if (result === 'mask') return mask
  if (result === 'tightBox') return tightened(mask, rect)
  return maskPolygon(mask, tolerancePx) ?? 'doubtful'
}

/** The part of a box that its mask fills from side to side: never more than the box. */
function tightened(mask: MaskShape, box: Rect): BoxShape | 'doubtful' | 'done' {
  const [right, bottom] = [box.x + box.w, box.y + box.h]
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity]
  eachColumnRun(mask, (column, row, length) => {
    const [x, from, to] = [mask.x + column, Math.max(mask.y + row, box.y), Math.min(mask.y + row + length, bottom)]
    if (from >= to || x + 1 <= box.x || x >= right) return
    x0 = Math.min(x0, Math.max(x, box.x))
    x1 = Math.max(x1, Math.min(x + 1, right))
    y0 = Math.min(y0, from)
    y1 = Math.max(y1, to)
  })
  if (!(x1 > x0) || (x1 - x0) * (y1 - y0) < leastOverlap * box.w * box.h) return 'doubtful'
  const moved = Math.max(x0 - box.x, y0 - box.y, right - x1, bottom - y1)
  return moved < sameSidePx ? 'done' : { kind: 'box', x: x0, y: y0, w: x1 - x0, h: y1 - y0 }
}

/** Ids of boxes that have their region already, from a job before or drawn by somebody: each region belongs to one box. */
export function withRegions(boxes: readonly BoxAnnotation[], annotations: readonly Annotation[]): Set<string> {
  const regions = annotations.filter(({ shape }) => shape.kind === 'mask' || shape.kind === 'polygon')
  const pairs = boxes.flatMap((box) =>
    regions
      .filter(({ classId, region }) => classId === box.classId && region === box.region)
      .map((region) => ({ box: box.id, region: region.id, found: region.provenance.kind === 'assist', share: shareOf(region.shape, box) }))
      .filter(({ found, share }) => share >= (found ? leastOverlap : drawnOverlap)),
  )
  const [settled, taken] = [new Set<string>(), new Set<string>()]
  for (const { box, region } of pairs.sort((a, b) => b.share - a.share)) {
    if (settled.has(box) || taken.has(region)) continue
    settled.add(box)
    taken.add(region)
  }
  return settled
}

function shareOf(shape: Shape, box: BoxAnnotation): number {
  const bounds = shape.kind === 'mask' ? maskBounds(shape) : rectOf(shape)
  return bounds ? overlap(bounds, rectOf(box.shape)) : 0
}

function overlap(a: Rect, b: Rect): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y)
  const both = w > 0 && h > 0 ? w * h : 0
  return both / (a.w * a.h + b.w * b.h - both)
}
