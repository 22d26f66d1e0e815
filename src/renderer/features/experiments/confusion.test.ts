import { expect, it } from 'vitest'
import type { ClassTable } from '../../../shared/model/run.ts'
import { confusionView, mostConfused } from './confusion.ts'

const rows = ['sky', 'tree', 'car'].map((name) => ({ classId: null, name, color: '#000000', values: [0.5] }))
const table: ClassTable = {
  step: 1,
  split: 'val',
  columns: ['IoU'],
  rows,
  confusion: [
    [6, 2, 0],
    [1, 3, 0],
    [0, 0, 0],
  ],
}

it('shares are of the truth or of the answers; nothing divided is no share', () => {
  expect(confusionView(table, 'truth')!.shares).toEqual([
    [0.75, 0.25, 0],
    [0.25, 0.75, 0],
    [null, null, null],
  ])
  expect(confusionView(table, 'answer')!.shares).toEqual([
    [6 / 7, 0.4, null],
    [1 / 7, 0.6, null],
    [0, 0, null],
  ])
  expect(confusionView({ ...table, confusion: undefined }, 'truth')).toBeNull()
})

it('names what was confused most, without what is right', () => {
  expect(mostConfused(confusionView(table, 'truth')!, 5)).toEqual([
    { truth: 'sky', answer: 'tree', count: 2, share: 0.25 },
    { truth: 'tree', answer: 'sky', count: 1, share: 0.25 },
  ])
  expect(mostConfused(confusionView(table, 'truth')!, 1)).toHaveLength(1)
})
