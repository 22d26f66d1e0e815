import { expect, it } from 'vitest'
import type { PolylineShape } from '../../../shared/model/shape.ts'
import { shownVertices } from './vertexHandles.ts'

const visible = { minX: 0, minY: 0, maxX: 1_000, maxY: 100 }
const line = (n: number): PolylineShape => ({ kind: 'polyline', points: Array.from({ length: n }, (_, i) => [i, 50]) })
const at = (vertex: number) => ({ part: 0, hole: null, vertex })
const reach = { pointer: { x: 10, y: 50 }, px: 3 }
const placesOf = (...parameters: Parameters<typeof shownVertices>): readonly number[] =>
  shownVertices(...parameters).map(({ vertex }) => vertex)

it('of many vertices those near the pointer are shown, and the active one wherever it is in view', () => {
  expect(placesOf(line(401), visible, false, reach, null)).toEqual([8, 9, 10, 11, 12])
  expect(placesOf(line(401), visible, false, reach, at(300))).toEqual([8, 9, 10, 11, 12, 300])
  expect(placesOf(line(401), visible, false, reach, at(10))).toEqual([8, 9, 10, 11, 12])
  expect(placesOf(line(2_000), visible, false, { ...reach, pointer: null }, at(300))).toEqual([300])
  expect(placesOf(line(2_000), visible, false, { ...reach, pointer: null }, at(1_500))).toEqual([])
})

it('few are all shown, unless the shape has handles of another kind', () => {
  expect(placesOf(line(400), visible, false, reach, null)).toHaveLength(400)
  expect(placesOf(line(2_000), { ...visible, maxX: 399 }, false, reach, null)).toHaveLength(400)
  expect(placesOf(line(20), visible, true, reach, at(1))).toEqual([1, 8, 9, 10, 11, 12])
})
