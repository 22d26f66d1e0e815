/** Pixels of one picture, as triples (true class, predicted class, count), void left out: [t, p, n, t, p, n, …]. */
export type SparseConfusion = readonly number[]

/** Counts a prediction against the truth; both index their own class lists. A true class of 255 is void. */
export function countPixels(truth: ArrayLike<number>, predicted: ArrayLike<number>): number[] {
  if (truth.length !== predicted.length) throw new RangeError(`${truth.length} labels but ${predicted.length} predictions`)
  const counts = new Float64Array(256 * 256)
  for (let i = 0; i < truth.length; i++) if (truth[i] !== 255) counts[truth[i]! * 256 + predicted[i]!]!++
  const triples: number[] = []
  counts.forEach((count, at) => {
    if (count > 0) triples.push(at >> 8, at & 255, count)
  })
  return triples
}

export interface PictureScore {
  /** Mean over the classes that occur in the picture or its prediction; null when all of it is void. */
  readonly mIoU: number | null
  /** By index of the united classes; null where neither truth nor prediction has the class. */
  readonly classes: readonly (number | null)[]
}

/** IoU per class of one picture; `truthIndex` and `ownIndex` carry the classes of truth and prediction to the united list. */
export function scorePicture(
  counts: SparseConfusion,
  truthIndex: readonly number[],
  ownIndex: readonly number[],
  classCount: number,
): PictureScore {
  const [hits, truths, answers] = [0, 1, 2].map(() => new Float64Array(classCount)) as [Float64Array, Float64Array, Float64Array]
  for (let i = 0; i + 2 < counts.length; i += 3) {
    const [t, p, n] = [truthIndex[counts[i]!], ownIndex[counts[i + 1]!], counts[i + 2]!]
    if (t !== undefined) truths[t]! += n
    if (p !== undefined) answers[p]! += n
    if (t !== undefined && t === p) hits[t]! += n
  }
  const classes = Array.from(hits, (hit, k) => {
    const union = truths[k]! + answers[k]! - hit
    return union > 0 ? hit / union : null
  })
  const present = classes.filter((value) => value !== null)
  return { mIoU: present.length > 0 ? present.reduce((a, b) => a + b, 0) / present.length : null, classes }
}

/** Share of labelled pixels where two predictions differ, in united classes; null when all of the picture is void. */
export function disagreement(
  truth: ArrayLike<number>,
  a: { readonly map: ArrayLike<number>; readonly index: readonly number[] },
  b: { readonly map: ArrayLike<number>; readonly index: readonly number[] },
): number | null {
  if (a.map.length !== truth.length || b.map.length !== truth.length) throw new RangeError('the pictures differ in size')
  const same = new Uint8Array(256 * 256)
  a.index.forEach((x, i) => b.index.forEach((y, j) => (same[i * 256 + j] = x === y ? 1 : 0)))
  let labelled = 0
  let differ = 0
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === 255) continue
    labelled++
    if (!same[a.map[i]! * 256 + b.map[i]!]) differ++
  }
  return labelled > 0 ? differ / labelled : null
}

/** All pairs of `count` runs in the order in which a triangle is stored: (0,1), (0,2), (1,2), (0,3)… */
export const pairPlace = (a: number, b: number): number => (Math.max(a, b) * (Math.max(a, b) - 1)) / 2 + Math.min(a, b)

/** The mean over all pairs that are known. */
export function meanDisagreement(pairs: readonly (number | null)[]): number | null {
  const known = pairs.filter((value) => value !== null)
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : null
}

/** What pictures are sorted by: where runs disagree most, where one run is worst, or their names. */
export type PictureSort = 'disagreement' | 'worst' | 'name'

export interface SortablePicture {
  readonly name: string
  readonly disagreement: number | null
  /** The score that 'worst' goes by. */
  readonly score: number | null
}

/** Unknown values come last; equals by name. */
export function sortPictures<P extends SortablePicture>(pictures: readonly P[], by: PictureSort): P[] {
  const value = (picture: P): number => (by === 'disagreement' ? -(picture.disagreement ?? -1) : by === 'worst' ? (picture.score ?? 2) : 0)
  return [...pictures].sort((a, b) => value(a) - value(b) || a.name.localeCompare(b.name, undefined, { numeric: true }))
}
