import { combineSpans, maskOfSpans, spanRules, spansOfMask, type MaskSpans } from '../../../../shared/geometry/maskSpans.ts'
import type { Bounds } from '../../../../shared/geometry/spaces.ts'
import type { AssistWindow } from '../../../../shared/model/assist.ts'
import type { MaskShape } from '../../../../shared/model/shape.ts'
import type { Candidate, SegmentPrompt } from '../../../canvas/engine/segmenter.ts'

export const boundsOf = ([minX, minY, maxX, maxY]: AssistWindow): Bounds => ({ minX, minY, maxX, maxY })

const isIn = ({ x, y }: { readonly x: number; readonly y: number }, [x0, y0, x1, y1]: AssistWindow): boolean =>
  x >= x0 && x < x1 && y >= y0 && y < y1

const spansOfWindow = ([x0, y0, x1, y1]: AssistWindow): MaskSpans => ({ x: x0, columns: Array.from({ length: x1 - x0 }, () => [y0, y1]) })

/** What of an object under way a model can be told that sees a part of it only: a box around all of it means nothing there. */
export const promptIn = (prompt: SegmentPrompt, window: AssistWindow): SegmentPrompt => ({
  ...prompt,
  points: prompt.points.filter((point) => isIn(point, window)),
  box: null,
  start: null,
})

/** The newest click, if it corrects something and lies there. */
export const correctsIn = ({ points, previous }: SegmentPrompt, window: AssistWindow): boolean => {
  const newest = points.at(-1)
  return previous !== null && newest !== undefined && isIn(newest, window)
}

/** The pixels of a mask in a window; null: none. */
export const partIn = (mask: MaskShape, window: AssistWindow): MaskShape | null =>
  maskOfSpans(combineSpans(spansOfMask(mask), spansOfWindow(window), spanRules.intersect))

/** Candidates with what they correct as it was outside of the window. */
export function joinedAround(candidates: readonly Candidate[], corrected: MaskShape, window: AssistWindow): readonly Candidate[] {
  const around = combineSpans(spansOfMask(corrected), spansOfWindow(window), spanRules.subtract)
  return candidates.flatMap((candidate) => {
    const mask = maskOfSpans(combineSpans(spansOfMask(candidate.mask), around, spanRules.union))
    return mask ? [{ ...candidate, mask }] : []
  })
}
