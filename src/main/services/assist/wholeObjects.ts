import { combineSpans, spanRules, spansArea, spansOfMask, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import { maskArea } from '../../../shared/geometry/rle.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'

/** So much of a part lies in its object. */
const inside = 0.8
/** A part that is surer than its object by more than this is an object of its own. */
const surer = 0.1

/** Masks without those that lie in a larger one which is about as sure: of an object and its parts, the object stays. Largest first; it pauses now and then. */
export function* wholeOnly<T extends { readonly mask: MaskShape }>(
  found: readonly T[],
  scoreOf: (one: T) => number,
): Generator<void, readonly T[]> {
  const bySize = found.map((one) => ({ one, area: maskArea(one.mask), score: scoreOf(one) })).sort((a, b) => b.area - a.area)
  const kept: { one: T; score: number; spans: MaskSpans }[] = []
  for (const { one, area, score } of bySize) {
    const spans = spansOfMask(one.mask)
    const isPart = kept.some(
      (whole) =>
        score <= whole.score + surer &&
        sharedBox(one.mask, whole.one.mask) > inside * area &&
        spansArea(combineSpans(spans, whole.spans, spanRules.intersect)) > inside * area,
    )
    if (!isPart) kept.push({ one, score, spans })
    yield
  }
  return kept.map(({ one }) => one)
}

/** Pixels that two masks share at most. */
function sharedBox(a: MaskShape, b: MaskShape): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y)
  return Math.max(0, w) * Math.max(0, h)
}
