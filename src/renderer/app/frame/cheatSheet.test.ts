import { expect, it } from 'vitest'
import type { CommandRecord } from '../../ui/commands.ts'
import { cheatSheet } from './cheatSheet.ts'

const record = (id: string, groupKey: string, shortcuts: readonly string[], labelKey = id): CommandRecord => ({
  id,
  labelKey,
  groupKey,
  shortcuts,
})
const records = [
  record('studio.help', 'studio', ['?', 'F1']),
  record('datasets.done', 'datasets', ['D']),
  record('label.next', 'pictures', ['D']),
  record('label.export', 'pictures', []),
  record('label.class1', 'classes', ['1'], 'class'),
  record('label.class2', 'classes', ['2'], 'class'),
  record('label.class9', 'classes', ['9'], 'class'),
]
const open = new Set(['studio.help', 'label.next', 'label.class1', 'label.class2', 'label.class9'])
const words = {
  translate: (key: string) => `«${key}»`,
  keysOf: ({ shortcuts }: CommandRecord) => shortcuts ?? [],
  asText: (keys: string) => keys,
}

it('puts the open page first, then what works everywhere, then the other pages', () => {
  expect(cheatSheet(records, open, '', words).map(({ key, here }) => [key, here])).toEqual([
    ['pictures', true],
    ['classes', true],
    ['studio', false],
    ['datasets', false],
  ])
})

it('leaves out what has no key, and lets the first of a row of digits speak for all', () => {
  const [pictures, classes] = cheatSheet(records, open, '', words)
  expect(pictures!.rows.map(({ id }) => id)).toEqual(['label.next'])
  expect(classes!.rows).toMatchObject([{ id: 'label.class1', keys: ['1'], until: '9', beyond: [] }])
  const withTenth = (keys: string, query = 'class') =>
    cheatSheet([...records, record('label.class10', 'classes', [keys], 'class')], open, query, words).flatMap(({ rows }) => rows)
  expect(withTenth('0')).toMatchObject([{ keys: ['1'], until: '0', beyond: [] }])
  expect(withTenth('Mod+0')).toMatchObject([{ keys: ['1'], until: '9', beyond: ['Mod+0'] }])
  expect(withTenth('Mod+0', 'mod+0')).toHaveLength(1)
})

it('finds by name, by heading and by key', () => {
  const found = (query: string) => cheatSheet(records, open, query, words).flatMap(({ rows }) => rows.map(({ id }) => id))
  expect(found('f1')).toEqual(['studio.help'])
  expect(found('pictures NEXT')).toEqual(['label.next'])
  expect(found('nothing of the kind')).toEqual([])
})

it('says what the mouse does among the keys of its page, found by what is done and by how', () => {
  const mouse = { key: 'mouse.title', gestures: ['mouse.gestures.zoom', 'mouse.gestures.copy'], below: 'pictures', here: true }
  const sheet = (query: string) => cheatSheet(records, open, query, words, mouse)
  expect(sheet('').map(({ key }) => key)).toEqual(['pictures', 'mouse.title', 'classes', 'studio', 'datasets'])
  expect(sheet('zoom how')).toMatchObject([
    { key: 'mouse.title', here: true, rows: [{ name: '«mouse.gestures.zoom.what»', gesture: '«mouse.gestures.zoom.how»', keys: [] }] },
  ])
  expect(sheet('mouse.title').map(({ rows }) => rows.length)).toEqual([2])
  const elsewhere = cheatSheet(records, new Set(['studio.help']), '', words, { ...mouse, here: false })
  expect(elsewhere.map(({ key, here }) => [key, here])).toEqual([
    ['studio', false],
    ['datasets', false],
    ['pictures', false],
    ['mouse.title', false],
    ['classes', false],
  ])
})
