import { expect, it } from 'vitest'
import { uniteClasses } from './classMatch.ts'

const known = (id: string | null, name: string) => ({ id, name, color: '#000000' })

it('takes classes for the same by id, then by name', () => {
  const union = uniteClasses([
    [known('a', 'car'), known('b', 'road')],
    [known('b', 'street'), known('x', 'car'), known(null, 'sky')],
  ])
  expect(union.classes.map(({ name }) => name)).toEqual(['car', 'road', 'sky'])
  expect(union.index).toEqual([
    [0, 1],
    [1, 0, 2],
  ])
})

it('never lets two classes of one run be one', () => {
  const union = uniteClasses([
    [known('a', 'car'), known('b', 'car')],
    [known('c', 'car'), known('d', 'car')],
  ])
  for (const own of union.index) expect(new Set(own).size).toBe(2)
})

it('knows nothing of no runs', () => {
  expect(uniteClasses([])).toEqual({ classes: [], index: [] })
})
