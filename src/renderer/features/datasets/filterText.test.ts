import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterText, readFilterText } from './filterText.ts'

it('reads how sure a model must be beside the words of the name', () => {
  expect(readFilterText('0016E5')).toEqual({ text: '0016E5', score: null })
  expect(readFilterText('score:<0.5')).toEqual({ text: '', score: { from: 0, to: 0.5 } })
  expect(readFilterText(' night  score:<.75 score:>0.2  rain ')).toEqual({ text: 'night rain', score: { from: 0.2, to: 0.75 } })
  expect(readFilterText('score:<1 a')).toEqual({ text: 'a', score: { from: 0, to: 1 } })
})

it('takes what is not finished, or no such number, for words', () => {
  for (const text of ['score:', 'score:<', 'score:<2', 'score:<0.5x', 'xscore:<0.5', 'score:0.5'])
    expect(readFilterText(text)).toEqual({ text, score: null })
})

it('writes what it reads', () => {
  for (const written of ['', 'night', 'score:<0.5', 'score:>0.2 score:<0.75 night rain'])
    expect(filterText(readFilterText(written))).toBe(written)
})

it('shows every filter on the score, and reads what it shows as the same', () => {
  expect(filterText(readFilterText('score:<1 a'))).toBe('score:>0 a')
  const bound = fc.oneof(fc.constantFrom(0, 1, 0.5, 1e-7, 1.5e-9), fc.double({ min: 0, max: 1, noNaN: true }))
  const words = fc.constantFrom('', 'night', 'night rain', 'score:', 'xscore:<0.5')
  const filters = fc.record({ text: words, score: fc.option(fc.record({ from: bound, to: bound })) })
  fc.assert(
    fc.property(filters, (filter) => {
      expect(readFilterText(filterText(filter))).toEqual(filter)
    }),
  )
  const terms = ['score:<1', 'score:>0', 'score:<0', 'score:>1', 'score:<.25', 'score:>1e-7', 'score:<1e-0', 'night', ' ', '\t']
  const written = fc.array(fc.oneof(fc.constantFrom(...terms), fc.string())).map((parts) => parts.join(' '))
  fc.assert(
    fc.property(written, (text) => {
      const filter = readFilterText(text)
      expect(readFilterText(filterText(filter))).toEqual(filter)
    }),
  )
})
