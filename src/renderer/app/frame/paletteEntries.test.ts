import { expect, it } from 'vitest'
import { filterEntries, matchScore, type PaletteEntry } from './paletteEntries.ts'

const entry = (label: string, group = ''): PaletteEntry => ({ id: label, group, label, run: () => undefined })

it('finds words in any order and puts starts of words first', () => {
  const entries = [entry('Export this dataset…'), entry('Go to Experiments'), entry('Next picture')]
  expect(filterEntries(entries, 'ex').map((each) => each.label)).toEqual(['Go to Experiments', 'Export this dataset…', 'Next picture'])
  expect(filterEntries(entries, 'dataset exp').map((each) => each.label)).toEqual(['Export this dataset…'])
  expect(filterEntries(entries, '')).toEqual(entries)
  expect(matchScore('前往数据集', '数据')).toBeGreaterThan(0)
  expect(matchScore('abc', 'd')).toBe(0)
})

it('finds by the group that stands beside the name, after what is called so', () => {
  const entries = [entry('street', 'Datasets'), entry('Run 12', 'Runs'), entry('All datasets')]
  expect(filterEntries(entries, 'datasets').map((each) => each.label)).toEqual(['All datasets', 'street'])
  expect(filterEntries(entries, 'datasets str').map((each) => each.label)).toEqual(['street'])
})
