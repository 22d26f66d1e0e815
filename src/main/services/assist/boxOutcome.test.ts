import { expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { outcomeOf, withRegions, type BoxAnnotation } from './boxOutcome.ts'

const filled = (x: number, y: number, w: number, h: number) => maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h })
const box = (x: number, y: number, w: number, h: number) => ({ kind: 'box', x, y, w, h }) as const
const tight = { result: 'tightBox', tolerancePx: 1 } as const

it('a tighter box lies within the one it was: what the mask has outside of it does not count', () => {
  expect(outcomeOf(filled(12, 20, 6, 30), box(10, 18, 10, 34), tight)).toEqual(box(12, 20, 6, 30))
  // Larger on the left and below: those sides stay where they were drawn, between pixels as well.
  expect(outcomeOf(filled(4, 22, 14, 34), box(10.25, 18, 10, 33.5), tight)).toEqual(box(10.25, 22, 7.75, 29.5))
})

it('a box that is tight needs nothing, and one of which little would be left stays', () => {
  expect(outcomeOf(filled(0, 0, 40, 40), box(5, 5, 30, 30), tight)).toBe('done')
  expect(outcomeOf(filled(10, 10, 20, 20), box(9.7, 10, 20.6, 20.2), tight)).toBe('done')
  expect(outcomeOf(filled(10, 10, 10, 10), box(10, 10, 20, 20), tight)).toBe('doubtful')
  // Half of the mask lies in it, in one column only.
  expect(outcomeOf(filled(19, 10, 20, 20), box(0, 10, 20, 20), tight)).toBe('doubtful')
  expect(outcomeOf(maskFromBits([0], { x: 3, y: 3, w: 1, h: 1 }), box(0, 0, 5, 5), tight)).toBe('doubtful')
})

it('masks and polygons are what was found, in whole', () => {
  const mask = filled(4, 22, 14, 30)
  expect(outcomeOf(mask, box(5, 20, 12, 30), { ...tight, result: 'mask' })).toBe(mask)
  expect(outcomeOf(mask, box(5, 20, 12, 30), { ...tight, result: 'polygon' })).toMatchObject({ kind: 'polygon' })
  expect(outcomeOf(mask, box(500, 20, 12, 30), { ...tight, result: 'mask' })).toBe('doubtful')
})

const record = (id: string, shape: Shape, more: Partial<Annotation> = {}): Annotation => ({
  id,
  itemId: 'picture',
  rev: 1,
  classId: 'cell',
  region: 'object',
  shape,
  attributes: {},
  provenance: { kind: 'assist', modelId: 'm', name: 'tiny' },
  z: 1,
  ...more,
})
const boxes = [record('a', box(0, 0, 20, 20)), record('b', box(10, 0, 20, 20))] as BoxAnnotation[]

it('a box has its region already: the one that fits it best, which is that of no other box', () => {
  expect([...withRegions(boxes, boxes)]).toEqual([])
  // It has a third in common with b as well, but it is that of a.
  expect([...withRegions(boxes, [...boxes, record('m', filled(0, 0, 20, 20))])]).toEqual(['a'])
  expect([...withRegions(boxes, [record('m', filled(0, 0, 20, 20)), record('n', filled(12, 0, 18, 20))])].sort()).toEqual(['a', 'b'])
})

it('regions of other classes are other things, and what somebody drew must fit', () => {
  const drawn = { provenance: { kind: 'human' } } as const
  expect([...withRegions(boxes, [record('m', filled(0, 0, 20, 20), { classId: null })])]).toEqual([])
  expect([...withRegions(boxes, [record('m', filled(0, 0, 20, 12), drawn)])]).toEqual([])
  expect([...withRegions(boxes, [record('m', filled(0, 0, 20, 18), drawn)])]).toEqual(['a'])
})
