import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mergeInstructions } from './mergeInstructions.ts'

const of = (texts: string[], isSentence = true) => ({ texts, isSentence })
const merged = (seen: string[], mine: string[], theirs: string[]) => mergeInstructions(of(seen), of(mine), of(theirs))?.texts ?? null

it('texts of two sides are merged line by line', () => {
  expect(merged(['a', 'b'], ['A', 'b'], ['a', 'B'])).toEqual(['A', 'B'])
  expect(merged(['a'], ['A'], ['a', 'x'])).toEqual(['A', 'x'])
  expect(merged([], ['mine'], ['theirs'])).toEqual(['theirs', 'mine'])
  expect(merged([], ['same'], ['same'])).toEqual(['same'])
  expect(merged(['a', 'b', 'c'], ['b', 'c'], ['a', 'b', 'C'])).toEqual(['b', 'C'])
  expect(merged(['a', 'b'], ['x', 'a', 'b'], ['a', 'b', 'y'])).toEqual(['x', 'a', 'b', 'y'])
})

it('one text that became two different ones, or was changed here and deleted there, is not decided', () => {
  expect(merged(['a'], ['A'], ['other'])).toBeNull()
  expect(merged(['a', 'b'], ['A', 'b'], ['b'])).toBeNull()
})

it('whether they are sentences follows the side that changed it', () => {
  expect(mergeInstructions(of([], true), of([], false), of([], true))?.isSentence).toBe(false)
  expect(mergeInstructions(of([], true), of([], true), of([], false))?.isSentence).toBe(false)
})

it('a side that changed nothing, or the same, leaves what the other made', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 })
  fc.assert(
    fc.property(texts, texts, (seen, other) => {
      expect(merged(seen, seen, other)).toEqual(other)
      expect(merged(seen, other, seen)).toEqual(other)
    }),
    { numRuns: 200 },
  )
})
