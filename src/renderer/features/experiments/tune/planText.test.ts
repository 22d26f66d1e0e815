import { beforeEach, expect, it } from 'vitest'
import { setLocale } from '../../../i18n/i18n.ts'
import { splitText, timeText } from './planText.ts'

beforeEach(() => setLocale('en'))

it('guesses no time, and tells encoding from training', () => {
  const embeddings = (cached: number) => ({ needed: 10, cached, bytes: 1 })
  expect(timeText({ trainingSeconds: null, embeddings: null })).toContain('not known yet')
  expect(timeText({ trainingSeconds: 600, embeddings: embeddings(10) })).toBe('about 10 min')
  expect(timeText({ trainingSeconds: 600, embeddings: embeddings(4) })).toBe('about 10 min, after the pictures are encoded once')
})

it('says who is held out', () => {
  const side = (sources: number) => ({ pictures: sources, objects: sources, sources })
  expect(splitText({ heldOutByHash: true, train: side(8), val: side(2) })).toContain('2 of 10 source pictures are held out')
  expect(splitText({ heldOutByHash: false, train: side(8), val: side(2) })).toContain('10 sources, 2 held out')
})
