import type { MaskShape, PolygonShape } from '../model/shape.ts'
import { combineRows, maskOfSpans, spanRules, spansOfMask, spansOfPolygon, type MaskSpans } from './maskSpans.ts'
import type { ImageSize } from './spaces.ts'

const known = new WeakMap<MaskShape | PolygonShape, MaskSpans>()

/** The pixels a mask or polygon covers; worked out once per shape, which never changes. */
export function pixelsOf(shape: MaskShape | PolygonShape, image: ImageSize): MaskSpans {
  let spans = known.get(shape)
  if (!spans) {
    spans = shape.kind === 'mask' ? spansOfMask(shape) : spansOfPolygon(shape, image.width, image.height)
    known.set(shape, spans)
  }
  return spans
}

/** The pixels of a mask. */
export const pixelsOfMask = (mask: MaskShape): MaskSpans => pixelsOf(mask, { width: 0, height: 0 })

/** The mask of these pixels, cropped; what they are is remembered with it. Null: there are none. */
export function maskOfPixels(spans: MaskSpans): MaskShape | null {
  const mask = maskOfSpans(spans)
  if (mask) known.set(mask, { x: mask.x, columns: spans.columns.slice(mask.x - spans.x, mask.x - spans.x + mask.w) })
  return mask
}

/** The rows of a picture column. */
export const rowsAt = (spans: MaskSpans, x: number): readonly number[] => spans.columns[x - spans.x] ?? []

export const overlap = (a: MaskSpans, b: MaskSpans): boolean =>
  a.columns.some((rows, i) => {
    const others = rowsAt(b, a.x + i)
    return rows.length > 0 && others.length > 0 && combineRows(rows, others, spanRules.intersect).length > 0
  })

/** Is the pixel that covers the point inside? */
export function spansContain(spans: MaskSpans, x: number, y: number): boolean {
  const row = Math.floor(y)
  let inside = false
  for (const turn of rowsAt(spans, Math.floor(x))) {
    if (turn > row) break
    inside = !inside
  }
  return inside
}
