import { expect, it } from 'vitest'
import type { ClassTable } from '../model/run.ts'
import { classDeltas, columnsOf, confusionShares, subtractShares } from './classDeltas.ts'

const table = (rows: [string | null, string, (number | null)[]][], confusion?: number[][]): ClassTable => ({
  step: 1,
  split: 'val',
  columns: ['IoU', 'Acc'],
  rows: rows.map(([classId, name, values]) => ({ classId, name, color: '#102030', values })),
  ...(confusion ? { confusion } : {}),
})
const base = table([
  ['a', 'car', [0.5, 0.6]],
  ['b', 'road', [0.9, null]],
])

it('subtracts the baseline class by class, by id before name', () => {
  const other = table([
    ['b', 'street', [0.8, 0.9]],
    [null, 'car', [0.7, 0.7]],
    ['z', 'sky', [0.2, 0.2]],
  ])
  const { rows, means, meanDeltas } = classDeltas([base, other], 0, 'IoU')
  expect(rows.map(({ name, values }) => [name, values])).toEqual([
    ['car', [0.5, 0.7]],
    ['road', [0.9, 0.8]],
    ['sky', [null, 0.2]],
  ])
  expect(rows.map(({ deltas }) => deltas[1]?.toFixed(2) ?? null)).toEqual(['0.20', '-0.10', null])
  expect(rows[2]?.known).toEqual([false, true])
  expect(means[0]).toBeCloseTo(0.7)
  expect(meanDeltas[1]).toBeCloseTo((0.8 + 0.7 + 0.2) / 3 - 0.7)
})

it('knows nothing of runs without a table, of columns they lack and of values that are not there', () => {
  const { rows, means } = classDeltas([base, null], 0, 'Acc')
  expect(rows.map(({ values }) => values)).toEqual([
    [0.6, null],
    [null, null],
  ])
  expect(means).toEqual([0.6, null])
  expect(classDeltas([base], 0, 'mAP').rows[0]?.values).toEqual([null])
  expect(columnsOf([null, base])).toEqual(['IoU', 'Acc'])
})

it('lays confusions of different class lists over each other and subtracts them', () => {
  const one = table(
    [
      ['a', 'car', []],
      ['b', 'road', []],
    ],
    [
      [3, 1],
      [0, 0],
    ],
  )
  const two = table(
    [
      ['b', 'road', []],
      ['a', 'car', []],
    ],
    [
      [4, 0],
      [2, 2],
    ],
  )
  const { names, shares } = confusionShares([one, two, null])
  expect(names).toEqual(['car', 'road'])
  expect(shares[0]).toEqual([
    [0.75, 0.25],
    [null, null],
  ])
  expect(shares[1]).toEqual([
    [0.5, 0.5],
    [0, 1],
  ])
  expect(shares[2]).toBeNull()
  expect(subtractShares(shares[1]!, shares[0]!)).toEqual([
    [-0.25, 0.25],
    [null, null],
  ])
})
