import { expect, it } from 'vitest'
import type { ComparedPictures } from '../../../../shared/api/page/comparisons.ts'
import type { Run } from '../../../../shared/model/run.ts'
import { orderPictures, pictureRows, readiness, scoreAt } from './pictureRows.ts'

const id = (n: number) => `019358a0-0000-7000-8000-${String(n).padStart(12, '0')}`
const classes = [
  { id: 'a', name: 'car', color: '#ff0000' },
  { id: 'b', name: 'road', color: '#00ff00' },
]
const picture = (name: string) => ({ itemId: name, name, width: 4, height: 1 })
const checkpoint = { name: 'step-00000001-a1', step: 1, best: true }
const compared: ComparedPictures = {
  baselineId: id(1),
  key: '0'.repeat(20),
  classes,
  pictures: [picture('p1'), picture('p2')],
  total: 2,
  gone: 0,
  runs: [
    {
      runId: id(1),
      checkpoint,
      classes,
      key: 'x',
      counts: [
        [0, 0, 4],
        [1, 0, 2, 1, 1, 2],
      ],
    },
    // Its classes have other numbers.
    { runId: id(2), checkpoint, classes: [...classes].reverse(), key: 'y', counts: [[0, 1, 4], null] },
  ],
  pairs: [[0], [0.5]],
}
const run = (n: number, status: Run['status']) => ({ id: id(n), status }) as Run

it('scores every run in the classes of all', () => {
  const { rows, classes: united } = pictureRows(compared)
  expect(united.map(({ name }) => name)).toEqual(['car', 'road'])
  expect(rows.map(({ scores }) => scores.map((score) => score?.mIoU ?? null))).toEqual([
    [1, 1],
    [0.25, null],
  ])
  expect(scoreAt(rows[1]!, 0, 1)).toBe(0.5)
  expect(scoreAt(rows[1]!, 1, 1)).toBeNull()
})

it('puts first where the runs disagree, or where one is worst; a class leaves only the pictures that have it', () => {
  const { rows } = pictureRows(compared)
  const names = (by: 'disagreement' | 'worst' | 'name', classIndex: number | null = null) =>
    orderPictures(rows, { by, run: 0, classIndex }).map(({ name }) => name)
  expect(names('disagreement')).toEqual(['p2', 'p1'])
  expect(names('worst')).toEqual(['p2', 'p1'])
  expect(names('name')).toEqual(['p1', 'p2'])
  expect(names('name', 1)).toEqual(['p2'])
})

it('knows who has not predicted, who trains, and when there is nothing left but to compare', () => {
  expect(readiness(compared, [run(1, 'finished'), run(2, 'finished')])).toMatchObject({ missing: [1], training: [], uncompared: false })
  expect(readiness(compared, [run(1, 'finished'), run(2, 'running')])).toMatchObject({ missing: [], training: [1], noCheckpoint: [] })
  const alone = { ...compared, runs: [compared.runs[0]!, { ...compared.runs[1]!, checkpoint: null, key: null }], pairs: null }
  expect(readiness(alone, [])).toEqual({ missing: [], training: [], noCheckpoint: [1], uncompared: false })
  expect(readiness({ ...compared, runs: [compared.runs[0]!, compared.runs[0]!], pairs: null }, []).uncompared).toBe(true)
})
