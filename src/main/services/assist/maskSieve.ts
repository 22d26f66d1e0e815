import type { Crop } from '../../../shared/assist/automaticGrid.ts'
import { suppressing, type Corners } from '../../../shared/assist/suppression.ts'
import { maskArea } from '../../../shared/geometry/rle.ts'
import { fillSmallHoles, removeSmallIslands } from '../../../shared/geometry/smallRegions.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { AutomaticMask, AutomaticOptions } from '../../../shared/model/assistJobs.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { wholeOnly } from './wholeObjects.ts'

export type FoundMask = Omit<AutomaticMask, 'area' | 'className'>

/** More objects than these in one crop are noise; the best stay. */
export const mostPerCrop = 2_000
/** What nobody reviews is not sent to a page either. */
export const mostMasks = 5_000

/** First and last pixel of a mask, as the official code compares them. */
export const maskCorners = ({ x, y, w, h }: MaskShape): Corners => [x, y, x + w - 1, y + h - 1]
/** How sure a mask is, as the official code has it, or together with how steady it is. */
const scoreBy =
  ({ wholeObjects }: Pick<AutomaticOptions, 'wholeObjects'>) =>
  ({ iou, stability }: FoundMask): number =>
    iou === null ? stability : wholeObjects ? iou * stability : iou

function* withoutRepeats(found: readonly FoundMask[], scores: readonly number[], threshold: number): Generator<void, FoundMask[]> {
  const boxes = found.map(({ mask }) => maskCorners(mask))
  const kept = yield* suppressing(boxes, scores, threshold)
  return kept.map((i) => found[i]!)
}

/** The best masks of one crop, each object once. */
export function* bestOfCrop(found: readonly FoundMask[], options: AutomaticOptions): Generator<void, FoundMask[]> {
  const once = yield* withoutRepeats(found, found.map(scoreBy(options)), options.boxNmsThreshold)
  return once.slice(0, mostPerCrop)
}

/**
 * Across crops the mask of the smaller crop wins; then small holes and islands go, and what became a repeat by that (specs/sam.md 2.6), and parts of objects where only
 * whole ones are wanted. Best first;
 * `leftOut` is how many weaker ones were too many.
 */
export function* reviewed(
  found: readonly FoundMask[],
  crops: readonly Crop[],
  size: ImageSize,
  options: AutomaticOptions,
): Generator<void, { masks: AutomaticMask[]; leftOut: number }> {
  const { cropNmsThreshold, boxNmsThreshold, minRegionArea, wholeObjects } = options
  const scoreOf = scoreBy(options)
  const cropArea = ({ crop: [x0, y0, x1, y1] }: FoundMask) => (x1 - x0) * (y1 - y0)
  let kept = found
  if (crops.length > 1) {
    const scores = kept.map((mask) => 1 / cropArea(mask))
    kept = yield* withoutRepeats(kept, scores, cropNmsThreshold)
  }
  if (minRegionArea > 0) {
    const cleaned: FoundMask[] = []
    const scores: number[] = []
    for (const one of kept) {
      const mask = removeSmallIslands(fillSmallHoles(one.mask, size, minRegionArea), minRegionArea)
      cleaned.push({ ...one, mask })
      scores.push(mask === one.mask ? 1 : 0)
      yield
    }
    kept = yield* withoutRepeats(cleaned, scores, Math.max(boxNmsThreshold, cropNmsThreshold))
  }
  if (wholeObjects) kept = yield* wholeOnly(kept, scoreOf)
  const best = kept.toSorted((a, b) => scoreOf(b) - scoreOf(a)).slice(0, mostMasks)
  const masks: AutomaticMask[] = []
  for (const one of best) {
    masks.push({ ...one, area: maskArea(one.mask), className: null })
    yield
  }
  return { masks, leftOut: kept.length - best.length }
}
