import type { ComparedPictures } from '../../../../shared/api/page/comparisons.ts'
import { uniteClasses, type KnownClass } from '../../../../shared/comparison/classMatch.ts'
import {
  meanDisagreement,
  scorePicture,
  sortPictures,
  type PictureScore,
  type PictureSort,
} from '../../../../shared/comparison/pictureScores.ts'
import { isLive, type Run } from '../../../../shared/model/run.ts'

/** One compared picture with what is known of it. */
export interface PictureRow {
  /** Its number in the comparison, which names its layers. */
  readonly n: number
  readonly itemId: string
  readonly name: string
  readonly width: number
  readonly height: number
  /** By run; null where it has not predicted. */
  readonly scores: readonly (PictureScore | null)[]
  readonly disagreement: number | null
}

/** Scores of every run on every picture, and the classes they are in. */
export function pictureRows(compared: ComparedPictures): { rows: PictureRow[]; classes: readonly KnownClass[] } {
  const { classes, index } = uniteClasses([compared.classes, ...compared.runs.map((run) => run.classes)])
  const rows = compared.pictures.map((picture, n): PictureRow => ({
    ...picture,
    n,
    scores: compared.runs.map(({ counts }, r) => {
      const own = counts[n]
      return own ? scorePicture(own, index[0]!, index[r + 1]!, classes.length) : null
    }),
    disagreement: compared.pairs ? meanDisagreement(compared.pairs[n] ?? []) : null,
  }))
  return { rows, classes }
}

export interface PictureOrder {
  readonly by: PictureSort
  /** 'worst' goes by the score of this run. */
  readonly run: number
  /** Only pictures in which truth or a prediction has this class, and by its score; null: all. */
  readonly classIndex: number | null
}

/** The score that an order looks at: of a class, or of the picture. */
export const scoreAt = (row: PictureRow, run: number, classIndex: number | null): number | null => {
  const score = row.scores[run]
  return (classIndex === null ? score?.mIoU : score?.classes[classIndex]) ?? null
}

export function orderPictures(rows: readonly PictureRow[], { by, run, classIndex }: PictureOrder): PictureRow[] {
  const wanted =
    classIndex === null ? rows : rows.filter((row) => row.scores.some((score) => typeof score?.classes[classIndex] === 'number'))
  const keyed = wanted.map((row) => ({ row, name: row.name, disagreement: row.disagreement, score: scoreAt(row, run, classIndex) }))
  return sortPictures(keyed, by).map(({ row }) => row)
}

/** What each run of a comparison still lacks; indices into its runs. */
export interface Readiness {
  readonly missing: readonly number[]
  /** They lack predictions and still train. */
  readonly training: readonly number[]
  readonly noCheckpoint: readonly number[]
  /** Every run that can has predicted, but the runs have not been compared with each other. */
  readonly uncompared: boolean
}

export function readiness(compared: ComparedPictures, runs: readonly Run[]): Readiness {
  const lacking = compared.runs.flatMap((run, i) => (run.key !== null && run.counts.some((each) => each === null) ? [i] : []))
  const trains = (i: number): boolean => runs.some((run) => run.id === compared.runs[i]?.runId && isLive(run))
  const ready = compared.runs.filter(({ key }) => key !== null).length - lacking.length
  return {
    missing: lacking.filter((i) => !trains(i)),
    training: lacking.filter(trains),
    noCheckpoint: compared.runs.flatMap(({ checkpoint }, i) => (checkpoint === null ? [i] : [])),
    uncompared: compared.pictures.length > 0 && compared.pairs === null && ready > 1 && lacking.every(trains),
  }
}
