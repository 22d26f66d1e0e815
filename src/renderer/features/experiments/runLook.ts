import type { Run } from '../../../shared/model/run.ts'

/** Colours of the palette for runs (styles.css), told apart by colour-blind eyes too (theme.test.ts). */
export const runColors = 8

/** Dashes in px: with more runs than colours, the pattern tells. */
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [12, 5], [5, 2, 2, 2, 2, 2], [1, 4]]

export interface RunLook {
  /** 1..runColors. */
  readonly color: number
  readonly dash: readonly number[]
}

/** By its number, so that a run looks the same whatever stands beside it. */
export const runLook = ({ number }: Pick<Run, 'number'>): RunLook => ({
  color: ((number - 1) % runColors) + 1,
  dash: dashes[Math.floor((number - 1) / runColors) % dashes.length]!,
})
