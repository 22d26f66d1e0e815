import { beforeEach, expect, it } from 'vitest'
import { setLocale } from '../../../i18n/i18n.ts'
import { splitText, timeText } from './planText.ts'

beforeEach(() => setLocale('en'))

it('guesses no time, and tells encoding from training', () => {
  const embeddings = (cached: number, seconds: number | null) => ({ needed: 10, cached, bytes: 1, seconds })
  expect(timeText({ trainingSeconds: null, embeddings: null })).toContain('not known yet')
  expect(timeText({ trainingSeconds: 600, embeddings: embeddings(10, 0) })).toBe('about 10 min')
  expect(timeText({ trainingSeconds: 600, embeddings: embeddings(4, null) })).toContain('about 10 min, after the pictures are encoded once')
  expect(timeText({ trainingSeconds: 600, embeddings: embeddings(4, 300) })).toBe('about 15 min, 5 min of it to encode the pictures once')
  expect(timeText({ trainingSeconds: null, embeddings: embeddings(4, 300) })).toContain('about 5 min to encode the pictures once')
  expect(timeText({ trainingSeconds: null, embeddings: embeddings(4, null) })).toContain('not known yet')
})

it('says who is held out', () => {
  const side = (sources: number) => ({ pictures: sources, objects: sources, sources })
  expect(splitText({ heldOutByHash: true, train: side(8), val: side(2) })).toContain('2 of 10 source pictures are held out')
  expect(splitText({ heldOutByHash: false, train: side(8), val: side(2) })).toContain('10 sources, 2 held out')
})
