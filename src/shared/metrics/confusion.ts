/**
 * Confusion counts `[K,K]` (row = truth, column = prediction) of a whole data set and the segmentation numbers that follow from them.
 * Definitions as in mmsegmentation's IoUMetric: void pixels are left out before counting; a class that neither truth nor prediction
 * contains has no IoU (null) and does not take part in the mean; mIoU is over the data set, not a mean of per-image values.
 */
export interface Confusion {
  readonly classes: number
  readonly counts: Float64Array
}

export interface SegmentationScores {
  /** Share of labelled pixels that are right, 0..1; null when nothing was labelled. */
  aAcc: number | null
  mIoU: number | null
  mAcc: number | null
  perClass: { iou: number | null; acc: number | null; truthPixels: number; predictedPixels: number }[]
  /** What they follow from: pixels, a row per true class, a column per predicted one. */
  counts: number[][]
}

export function createConfusion(classes: number): Confusion {
  return { classes, counts: new Float64Array(classes * classes) }
}

/** Counts pixels; truth equal to `ignoreIndex` is skipped, any other value outside 0..K-1 is a RangeError. Both arrays have equal length. */
export function addToConfusion(confusion: Confusion, truth: ArrayLike<number>, predicted: ArrayLike<number>, ignoreIndex = 255): void {
  const { classes, counts } = confusion
  if (truth.length !== predicted.length) throw new RangeError(`confusion: ${truth.length} labels but ${predicted.length} predictions`)
  for (let i = 0; i < truth.length; i++) {
    const t = truth[i]!
    if (t === ignoreIndex) continue
    const p = predicted[i]!
    if (!(t >= 0 && t < classes && p >= 0 && p < classes))
      throw new RangeError(`confusion: label ${t}, prediction ${p}, ${classes} classes`)
    counts[t * classes + p]!++
  }
}

/** Adds the counts of `other` (same number of classes) into `into`. */
export function mergeConfusion(into: Confusion, other: Confusion): void {
  if (into.classes !== other.classes) throw new RangeError(`confusion: ${into.classes} and ${other.classes} classes`)
  for (let i = 0; i < into.counts.length; i++) into.counts[i]! += other.counts[i]!
}

const ratio = (a: number, b: number): number | null => (b > 0 ? a / b : null)

function meanOfPresent(values: readonly (number | null)[]): number | null {
  const present = values.filter((v) => v !== null)
  return present.length > 0 ? present.reduce((a, b) => a + b, 0) / present.length : null
}

/** IoU = I / (P + L - I), Acc = I / L, aAcc = sum I / sum L; all in 0..1. */
export function confusionScores(confusion: Confusion): SegmentationScores {
  const { classes, counts } = confusion
  let right = 0
  let labelled = 0
  const perClass = Array.from({ length: classes }, (_, c) => {
    const hit = counts[c * classes + c]!
    let truthPixels = 0
    let predictedPixels = 0
    for (let k = 0; k < classes; k++) {
      truthPixels += counts[c * classes + k]!
      predictedPixels += counts[k * classes + c]!
    }
    right += hit
    labelled += truthPixels
    return { iou: ratio(hit, truthPixels + predictedPixels - hit), acc: ratio(hit, truthPixels), truthPixels, predictedPixels }
  })
  return {
    aAcc: ratio(right, labelled),
    mIoU: meanOfPresent(perClass.map((c) => c.iou)),
    mAcc: meanOfPresent(perClass.map((c) => c.acc)),
    perClass,
    counts: Array.from({ length: classes }, (_, c) => [...counts.subarray(c * classes, (c + 1) * classes)]),
  }
}
