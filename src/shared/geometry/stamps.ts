import { noSpans, type MaskSpans } from './maskSpans.ts'
import type { ImagePx, ImageSize, ImageVec } from './spaces.ts'

export type BrushTip = 'round' | 'square'

/** Takes up what is lost in a root or a division, so that pixels on the rim are in on both sides alike. */
const rim = 1e-9

/** Where the middle of a brush of this diameter comes to lie: on a pixel centre when it is odd, on a corner when it is even, so that its form never changes. */
export function snapToPixels({ x, y }: ImageVec, size: ImagePx): ImageVec {
  const odd = Math.round(size) % 2 === 1
  return odd ? { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 } : { x: Math.round(x), y: Math.round(y) }
}

/**
 * Pixels of the picture whose centres a brush of diameter `size` covers on its way straight from `a` to `b`: no gap whatever the distance.
 * A stamp is a way of length 0.
 */
export function sweepSpans(tip: BrushTip, size: ImagePx, a: ImageVec, b: ImageVec, image: ImageSize): MaskSpans {
  const radius = size / 2
  const first = Math.max(0, Math.ceil(Math.min(a.x, b.x) - radius - 0.5 - rim))
  const end = Math.min(image.width, Math.floor(Math.max(a.x, b.x) + radius - 0.5 + rim) + 1)
  if (first >= end) return noSpans
  const extent = tip === 'round' ? capsuleAt : sweptSquareAt
  const columns = Array.from({ length: end - first }, (_, i): readonly number[] => {
    const [low, high] = extent(first + i + 0.5, radius, a, b)
    const from = Math.max(0, Math.ceil(low - 0.5 - rim))
    const to = Math.min(image.height, Math.floor(high - 0.5 + rim) + 1)
    return from < to ? [from, to] : []
  })
  return { x: first, columns }
}

type Extent = readonly [low: number, high: number]

/** A disc swept along a segment is convex: on a vertical line it has one extent, that of its two ends and of the band between them. */
function capsuleAt(x: number, radius: number, a: ImageVec, b: ImageVec): Extent {
  let low = Infinity
  let high = -Infinity
  const take = (y: number): void => {
    if (y < low) low = y
    if (y > high) high = y
  }
  for (const end of [a, b]) {
    const away = Math.abs(x - end.x)
    if (away > radius + rim) continue
    const half = Math.sqrt(Math.max(0, radius * radius - away * away))
    take(end.y - half)
    take(end.y + half)
  }
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length === 0) return [low, high]
  const nx = (-(b.y - a.y) / length) * radius
  const ny = ((b.x - a.x) / length) * radius
  const corners = [
    { x: a.x + nx, y: a.y + ny },
    { x: b.x + nx, y: b.y + ny },
    { x: b.x - nx, y: b.y - ny },
    { x: a.x - nx, y: a.y - ny },
  ] as const
  corners.forEach((p, i) => {
    const q = corners[(i + 1) % 4]!
    if (x < Math.min(p.x, q.x) || x > Math.max(p.x, q.x) || p.x === q.x) return
    take(p.y + ((x - p.x) / (q.x - p.x)) * (q.y - p.y))
  })
  return [low, high]
}

/** A square swept along a segment: the part of the way on which it meets the vertical line, and half a side around that. */
function sweptSquareAt(x: number, half: number, a: ImageVec, b: ImageVec): Extent {
  const dx = b.x - a.x
  const at = (t: number): number => a.y + t * (b.y - a.y)
  if (dx === 0) return [Math.min(a.y, b.y) - half, Math.max(a.y, b.y) + half]
  const [t0, t1] = [(x - half - a.x) / dx, (x + half - a.x) / dx]
  const from = Math.max(0, Math.min(t0, t1))
  const to = Math.min(1, Math.max(t0, t1))
  if (from > to + rim) return [Infinity, -Infinity]
  return [Math.min(at(from), at(to)) - half, Math.max(at(from), at(to)) + half]
}
