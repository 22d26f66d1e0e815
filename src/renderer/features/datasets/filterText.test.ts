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
