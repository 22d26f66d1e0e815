import { expect, it } from 'vitest'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import { colorsKey } from '../../stores/colorsKey.ts'
import { overlayUrl, tallyByClass } from './itemFacts.ts'
import { gridLayout } from './gridLayout.ts'
import { pagesOf } from './itemPages.ts'

const box = { kind: 'box', x: 0, y: 0, w: 1, h: 1 } as const
const mask = { kind: 'mask', x: 0, y: 0, w: 1, h: 1, rle: '01' } as const
const annotation = (classId: string | null, shape: Annotation['shape'], region: Annotation['region'] = 'object'): Annotation => ({
  id: '',
  itemId: '',
  classId,
  region,
  shape,
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})
const record = (id: string, order: number): ClassRecord => ({
  id,
  datasetId: '',
  name: `n${id}`,
  maskIndex: null,
  color: '#112233',
  order,
  annotationCount: 0,
})

it('counts a picture by class in class order, unnamed and void regions last', () => {
  const rows = tallyByClass(
    [annotation('b', box), annotation(null, box), annotation('a', mask), annotation('b', mask), annotation('a', mask, 'void')],
    [record('b', 2), record('a', 1)],
  )
  expect(rows.map((row) => [row.classId, row.count, row.kinds])).toEqual([
    ['a', 1, ['mask']],
    ['b', 2, ['box', 'mask']],
    [null, 1, ['box']],
    ['void', 1, ['mask']],
  ])
})

it('fits whole columns into the width', () => {
  expect(gridLayout(1000, 160).columns).toBe(6)
  expect(gridLayout(50, 160).columns).toBe(1)
  const { columns, rowHeight } = gridLayout(1000, 160)
  expect(rowHeight).toBe(Math.round(((1000 - 16 - (columns - 1) * 8) / columns) * 0.75 + 32))
})

it('asks for every page a range touches', () => {
  expect(pagesOf(0, 0)).toEqual([0])
  expect(pagesOf(119, 241)).toEqual([0, 1, 2])
})

it('gives an overlay another address when an annotation or a class colour changed, and only then', () => {
  const classes = [
    { id: 'a', color: '#010203' },
    { id: 'b', color: '#040506' },
  ]
  const on = { masks: true, boxes: false }
  const url = (rev: number, colors: typeof classes, shown = on) => overlayUrl({ id: 'x', rev }, colorsKey(colors), shown)
  expect(url(3, classes)).toBe(url(3, structuredClone(classes)))
  const others = [
    url(4, classes),
    url(3, [classes[0]!, { id: 'b', color: '#040507' }]),
    url(3, [{ id: 'a', color: '#040506' }, { id: 'b', color: '#010203' }]), // prettier-ignore
    url(3, classes, { masks: true, boxes: true }),
  ]
  expect(new Set([url(3, classes), ...others]).size).toBe(5)
})
