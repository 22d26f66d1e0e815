import { expect, it } from 'vitest'
import { deltaKind, headTitle, sortValue, spreadOf } from './classTable.ts'

const row = { name: 'car', color: '#000000', order: 3, values: [0.5, null, 0.75], deltas: [0, null, 0.25], known: [true, false, true] }

it('sorts by order, name, score, difference and spread; what is not known is null', () => {
  const values = ['order', 'name', 'value 2', 'delta 2', 'delta 1', 'spread', 'value 9'].map((column) => sortValue(row, column))
  expect(values).toEqual([3, 'car', 0.75, 0.25, null, 0.25, null])
  expect(spreadOf([0.5, null])).toBeNull()
})

it('calls equal what reads equal', () => {
  expect([0.00004, -0.00004, 0.0001, -0.0001].map(deltaKind)).toEqual(['equal', 'equal', 'better', 'worse'])
})

it('cuts long names at the head of a column', () => {
  expect(headTitle('#3 b0')).toBe('#3 b0')
  expect(headTitle('#50 copy of b0 number 44')).toBe('#50 copy of b0 numb…')
})
