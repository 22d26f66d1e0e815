import { expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import { defaultLook } from '../../canvas/engine/look.ts'
import { countByClass, keptRows, objectRows, offsetToShow, rowRange } from './objectRows.ts'

const annotation = (
  id: string,
  classId: string | null,
  shape: Annotation['shape'],
  region: Annotation['region'] = 'object',
): Annotation => ({
  id,
  itemId: 'i',
  classId,
  region,
  shape,
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})
const car: ClassRecord = { id: 'car', datasetId: 'd', name: 'Car', maskIndex: 1, color: '#112233', order: 0, annotationCount: 0 }
const records = [
  annotation('1', 'car', { kind: 'box', x: 0, y: 0, w: 10.4, h: 5 }),
  annotation('2', 'car', maskFromBits([1, 1, 1, 0], { x: 0, y: 0, w: 2, h: 2 })),
  annotation('3', null, { kind: 'point', x: 3.6, y: 4 }),
  annotation('4', null, maskFromBits([1], { x: 0, y: 0, w: 1, h: 1 }), 'void'),
]
const words = { unnamed: 'no class', void: 'void', count: String }

it('lists the scene from the top, numbered by class, with sizes', () => {
  const rows = objectRows(
    records,
    new Map([['car', car]]),
    { ...defaultLook, hiddenClasses: new Set(['car']) },
    words,
    ({ id }) => id === '3',
  )
  expect(rows.map(({ id, name, number, detail, hidden, faulty }) => [id, name, number, detail, hidden, faulty])).toEqual([
    ['4', 'void', 1, '1 px²', false, false],
    ['3', 'no class', 1, '4, 4', false, true],
    ['2', 'Car', 2, '3 px²', true, false],
    ['1', 'Car', 1, '10 × 5', true, false],
  ])
  expect(rowRange(rows, '3', '1')).toEqual(['3', '2', '1'])
  expect(rowRange(rows, '1', '3')).toEqual(['3', '2', '1'])
  expect(rowRange(rows, 'gone', '2')).toEqual(['2'])
  expect(rowRange(rows, '1', 'gone')).toEqual([])
})

it('counts by class, without void regions that had one', () => {
  const wasCar = annotation('5', 'car', { kind: 'box', x: 0, y: 0, w: 4, h: 4 }, 'void')
  expect([...countByClass([...records, wasCar])]).toEqual([['car', 2]])
})

it('scrolls a list only as far as a row needs to be seen', () => {
  expect(offsetToShow(3, 28, 0, 280)).toBeNull()
  expect(offsetToShow(9, 28, 0, 280)).toBeNull()
  expect(offsetToShow(10, 28, 0, 280)).toBe(28)
  expect(offsetToShow(3, 28, 100, 280)).toBe(84)
})

it('rows that read the same stay the same objects, when others change, come or go', () => {
  const rowsOf = (list: readonly Annotation[]) =>
    objectRows(list, new Map([[car.id, car]]), defaultLook, { unnamed: '?', void: 'void', count: String }, () => false)
  const box = (id: string, x: number): Annotation => annotation(id, 'car', { kind: 'box', x, y: 0, w: 4 + x, h: 5 })
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => box(id, 0)) as [Annotation, Annotation, Annotation, Annotation]
  const before = rowsOf([a, b, c])
  const same = (after: readonly Annotation[]): string[] =>
    keptRows(rowsOf(after), before).flatMap((row) => (before.includes(row) ? [row.id] : []))
  expect(same([{ ...a }, b, c])).toEqual(['c', 'b', 'a'])
  expect(same([a, box('b', 9), c])).toEqual(['c', 'a'])
  expect(same([a, b, c, d])).toEqual(['c', 'b', 'a'])
  // Those above it count one less now.
  expect(same([a, c])).toEqual(['a'])
  expect(keptRows(rowsOf([a, c]), before)).toEqual(rowsOf([a, c]))
})

it('a row never stands for another object that only reads the same', () => {
  const rowsOf = (list: readonly Annotation[]) => objectRows(list, new Map([['car', car]]), defaultLook, words, () => false)
  const box = (id: string) => annotation(id, 'car', { kind: 'box', x: 0, y: 0, w: 4, h: 4 })
  const ids = (now: readonly string[], before: readonly string[]) =>
    keptRows(rowsOf(now.map(box)), rowsOf(before.map(box))).map(({ id }) => id)
  expect(ids(['b', 'a'], ['a', 'b'])).toEqual(['a', 'b'])
  expect(ids(['x'], ['a'])).toEqual(['x'])
  expect(ids(['x', 'y'], ['a'])).toEqual(['y', 'x'])
})
