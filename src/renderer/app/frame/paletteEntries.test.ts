import { expect, it } from 'vitest'
import { filterEntries, matchScore, type PaletteEntry } from './paletteEntries.ts'

const entry = (label: string): PaletteEntry => ({ id: label, group: '', label, run: () => undefined })

it('finds words in any order and puts starts of words first', () => {
  const entries = [entry('Export this dataset…'), entry('Go to Experiments'), entry('Next picture')]
  expect(filterEntries(entries, 'ex').map((each) => each.label)).toEqual(['Go to Experiments', 'Export this dataset…', 'Next picture'])
  expect(filterEntries(entries, 'dataset exp').map((each) => each.label)).toEqual(['Export this dataset…'])
  expect(filterEntries(entries, '')).toEqual(entries)
  expect(matchScore('前往数据集', '数据')).toBeGreaterThan(0)
  expect(matchScore('abc', 'd')).toBe(0)
})
