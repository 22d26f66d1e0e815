import { expect, it } from 'vitest'
import { changeKind, largestChanges, smallCell, smallCellAt } from './matrices.ts'

it('calls more right answers and fewer mistakes better', () => {
  expect([changeKind(1, 1, 0.2), changeKind(1, 2, 0.2), changeKind(1, 2, -0.2), changeKind(0, 0, 0)]).toEqual([
    'better',
    'worse',
    'better',
    'equal',
  ])
})

it('lists the cells that changed most in any run', () => {
  const a = [
    [0.1, -0.1],
    [null, 0],
  ]
  const b = [
    [-0.3, 0.3],
    [0.05, 0],
  ]
  expect(largestChanges([null, a, b], 2)).toEqual([
    { row: 0, column: 0, changes: [null, 0.1, -0.3], most: 0.3 },
    { row: 0, column: 1, changes: [null, -0.1, 0.3], most: 0.3 },
  ])
  expect(largestChanges([null], 5)).toEqual([])
})

it('finds the cell under a point, and none beside the matrix', () => {
  const size = smallCell(11)
  expect(smallCellAt(11, size * 2.5, size * 1.5)).toEqual({ row: 1, column: 2 })
  expect([smallCellAt(11, -1, 0), smallCellAt(11, 0, size * 11 + 1)]).toEqual([null, null])
})
