import type { AutomaticOptions, MaskScores } from '../model/assistJobs.ts'

type Thresholds = Pick<AutomaticOptions, 'predIouThreshold' | 'stabilityThreshold'>

/** How much of its threshold the score reaches that falls shorter of it. */
export function nearness({ iou, stability }: MaskScores, { predIouThreshold, stabilityThreshold }: Thresholds): number {
  const share = (score: number, threshold: number): number => (threshold > 0 ? score / threshold : 1)
  return Math.min(iou === null ? 1 : share(iou, predIouThreshold), share(stability, stabilityThreshold))
}

/** The scores that fall short of the thresholds by least; null: there are none. */
export function nearestScores(all: readonly MaskScores[], thresholds: Thresholds): MaskScores | null {
  return all.reduce<MaskScores | null>((best, one) => (best && nearness(best, thresholds) >= nearness(one, thresholds) ? best : one), null)
}
