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

const colorOf = ({ number }: Pick<Run, 'number'>): number => ((number - 1) % runColors) + 1

/** By its number, so that a run has one colour whatever stands beside it; lines are dashed only where another of the runs has the same colour. */
export function runLooks(runs: readonly Pick<Run, 'number'>[]): RunLook[] {
  const times = new Map<number, number>()
  for (const run of runs) times.set(colorOf(run), (times.get(colorOf(run)) ?? 0) + 1)
  return runs.map((run) => {
    const color = colorOf(run)
    const isAlone = times.get(color) === 1
    return { color, dash: isAlone ? [] : dashes[Math.floor((run.number - 1) / runColors) % dashes.length]! }
  })
}
