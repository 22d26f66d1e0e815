import { expect, it } from 'vitest'
import type { ComparedPictures } from '../api/page/comparisons.ts'
import { pictureTables } from './pictureTables.ts'

const classes = [
  { id: null, name: 'car', color: '#ff0000' },
  { id: null, name: 'road', color: '#00ff00' },
]
const run = (order: typeof classes, counts: (number[] | null)[]): ComparedPictures['runs'][number] => ({
  runId: '019358a0-0000-7000-8000-000000000001',
  checkpoint: { name: 'step-00000004-a1', step: 4, best: true },
  classes: order,
  key: 'k',
  counts,
})

it('sums the pictures of each run on one list of classes', () => {
  const compared = {
    classes,
    runs: [
      run(classes, [
        [0, 0, 3, 0, 1, 1],
        [1, 1, 4],
      ]),
      run([...classes].reverse(), [
        [0, 1, 3, 0, 0, 1],
        [1, 0, 4],
      ]),
      run(classes, [[0, 0, 1], null]),
    ],
  } as unknown as ComparedPictures
  const [straight, turned, partial] = pictureTables(compared)
  expect(straight?.confusion).toEqual([
    [3, 1],
    [0, 4],
  ])
  expect(straight?.rows.map(({ values }) => values)).toEqual([
    [0.75, 0.75, 4],
    [0.8, 1, 4],
  ])
  expect(turned).toEqual(straight)
  expect(partial).toBeNull()
})
