import { describe, expect, it } from 'vitest'
import { ellipsePolygon } from '../../../../shared/geometry/ellipse.ts'
import { maskFromBits } from '../../../../shared/geometry/rle.ts'
import { hasVertices } from '../../../../shared/geometry/vertices.ts'
import type { Shape } from '../../../../shared/model/shape.ts'
import { shapeNumbers, shownNumber, typedNumber, withNumber, withVertexNumber, type NumberId } from './numbers.ts'
import { vertexRows } from './vertexRows.ts'

const image = { width: 200, height: 100 }
const box: Shape = { kind: 'box', x: 10, y: 20, w: 60, h: 50 }
const polygon: Shape = {
  kind: 'polygon',
  parts: [
    {
      outer: [
        [100, 10],
        [160, 10],
        [160, 50],
      ],
      holes: [
        [
          [140, 20],
          [150, 20],
          [150, 30],
        ],
      ],
    },
    {
      outer: [
        [20, 20],
        [30, 20],
        [30, 30],
        [20, 30],
      ],
      holes: [],
    },
  ],
}
const turned: Shape = { kind: 'rotatedBox', cx: 50, cy: 50, w: 40, h: 20, angleRad: Math.PI / 6 }
const mask = maskFromBits(Uint8Array.of(1, 0, 1, 1), { x: 5, y: 6, w: 2, h: 2 })
const point: Shape = { kind: 'point', x: 3, y: 4 }
const change = (shape: Shape, id: NumberId, value: number) => withNumber(shape, id, value, image)

describe('numbers of a shape', () => {
  it('are those of its kind', () => {
    const ids = (shape: Shape) => shapeNumbers(shape).map(({ id, value }) => [id, Math.round(value * 1e6) / 1e6])
    expect(ids(box)).toEqual([
      ['x', 10],
      ['y', 20],
      ['w', 60],
      ['h', 50],
    ])
    expect(ids(turned).at(-1)).toEqual(['angle', 30])
    expect(ids(polygon)).toEqual([
      ['x', 20],
      ['y', 10],
      ['w', 140],
      ['h', 40],
    ])
    expect(ids(point)).toEqual([
      ['x', 3],
      ['y', 4],
    ])
    expect(shapeNumbers(mask).map(({ id, fixed }) => [id, fixed ?? false])).toEqual([
      ['x', false],
      ['y', false],
      ['w', true],
      ['h', true],
    ])
  })

  it('move and size what they belong to', () => {
    expect(change(box, 'x', 140)).toEqual({ shape: { ...box, x: 140 }, gesture: 'move' })
    expect(change(box, 'h', 12.5)).toEqual({ shape: { ...box, h: 12.5 }, gesture: 'resize' })
    expect(change(turned, 'cx', 60)).toEqual({ shape: { ...turned, cx: 60 }, gesture: 'move' })
    expect(change(turned, 'angle', 405)).toMatchObject({ gesture: 'turn' })
    const quarter = change(turned, 'angle', 405)
    expect('shape' in quarter && quarter.shape.kind === 'rotatedBox' && quarter.shape.angleRad).toBeCloseTo(Math.PI / 4)
    const wild = change(turned, 'angle', 1e300)
    expect('shape' in wild && wild.shape.kind === 'rotatedBox' && Math.abs(wild.shape.angleRad) <= Math.PI).toBe(true)
    expect(change(point, 'y', 100)).toEqual({ shape: { ...point, y: 100 }, gesture: 'move' })
    expect(change(mask, 'x', 198)).toEqual({ shape: { ...mask, x: 198 }, gesture: 'move' })
    const wider = change(polygon, 'w', 70)
    expect(wider).toMatchObject({ gesture: 'resize', shape: { parts: [{ outer: { 0: [60, 10] } }, { outer: { 0: [20, 20] } }] } })
    const moved = change(polygon, 'y', 0)
    expect(moved).toMatchObject({ gesture: 'move', shape: { parts: [{ outer: { 0: [100, 0] }, holes: { 0: { 0: [140, 10] } } }, {}] } })
  })

  it('of an ellipse are its middle, its axes and its angle, and it stays an ellipse', () => {
    const ellipse = ellipsePolygon({ kind: 'ellipse', cx: 60, cy: 50, rx: 30, ry: 10, angleRad: Math.PI / 6 })
    expect(shapeNumbers(ellipse).map(({ id, value }) => [id, Math.round(value)])).toEqual([
      ['cx', 60],
      ['cy', 50],
      ['w', 60],
      ['h', 20],
      ['angle', 30],
    ])
    const origin = (id: NumberId, value: number) => {
      const next = change(ellipse, id, value)
      return 'shape' in next && next.shape.kind === 'polygon' && next.shape.origin
    }
    expect(origin('w', 40)).toMatchObject({ rx: 20, ry: 10, angleRad: Math.PI / 6 })
    expect(origin('cx', 70)).toMatchObject({ cx: 70, cy: 50 })
    expect(origin('angle', 0)).toMatchObject({ rx: 30, angleRad: 0 })
    expect(change(ellipse, 'h', 0)).toEqual({ reason: 'positive' })
    expect(change(ellipse, 'cy', 101)).toEqual({ reason: 'range', low: 0, high: 100 })
  })

  it('are refused with the reason when the shape could not be so', () => {
    expect(change(box, 'x', 141)).toEqual({ reason: 'range', low: 0, high: 140 })
    expect(change(box, 'y', -1)).toEqual({ reason: 'range', low: 0, high: 50 })
    expect(change(box, 'w', 0)).toEqual({ reason: 'positive' })
    expect(change(box, 'w', 191)).toEqual({ reason: 'range', low: 0, high: 190 })
    expect(change(turned, 'w', -3)).toEqual({ reason: 'positive' })
    expect(change(turned, 'w', 300)).toMatchObject({ reason: 'range' })
    expect(change(turned, 'cy', 101)).toEqual({ reason: 'range', low: 0, high: 100 })
    expect(change(mask, 'x', 5.5)).toEqual({ reason: 'whole' })
    expect(change(mask, 'y', 99)).toEqual({ reason: 'range', low: 0, high: 98 })
    expect(change(mask, 'w', 4)).toEqual({ reason: 'range', low: 2, high: 2 })
    const level: Shape = {
      kind: 'polyline',
      points: [
        [0, 5],
        [9, 5],
      ],
    }
    expect(change(level, 'h', 4)).toMatchObject({ reason: 'range' })
  })

  it('of what sticks out of the picture may come nearer, not go further', () => {
    const out: Shape = { kind: 'box', x: -20, y: 10, w: 10, h: 10 }
    expect(change(out, 'x', -5)).toMatchObject({ shape: { x: -5 } })
    expect(change(out, 'x', -21)).toEqual({ reason: 'range', low: -20, high: 190 })
  })

  it('are typed with a point or a comma, and shown with thousandths', () => {
    expect([typedNumber(' 12,5 '), typedNumber('-3'), typedNumber(''), typedNumber('12px'), typedNumber('1e999')]).toEqual([
      12.5,
      -3,
      null,
      null,
      null,
    ])
    expect([shownNumber(100 / 3), shownNumber(-0.0001), shownNumber(7)]).toEqual(['33.333', '0', '7'])
  })
})

describe('the table of vertices', () => {
  it('has a heading for every ring where there are several, and finds each vertex again', () => {
    const rows = hasVertices(polygon) ? vertexRows(polygon) : null
    const all = Array.from({ length: rows!.count }, (_, i) => rows!.row(i)!)
    expect(all.map((row) => (row.kind === 'ring' ? `ring ${row.part} ${row.hole} ${row.count}` : row.at.vertex))).toEqual([
      'ring 0 null 3',
      0,
      1,
      2,
      'ring 0 0 3',
      0,
      1,
      2,
      'ring 1 null 4',
      0,
      1,
      2,
      3,
    ])
    all.forEach((row, i) => row.kind === 'vertex' && expect(rows!.indexOf(row.at)).toBe(i))
    expect([rows!.row(-1), rows!.row(13), rows!.indexOf({ part: 4, hole: null, vertex: 0 })]).toEqual([null, null, -1])
    const line = vertexRows({
      kind: 'polyline',
      points: [
        [1, 2],
        [3, 4],
      ],
    })
    expect([line.count, line.row(0)]).toEqual([2, { kind: 'vertex', at: { part: 0, hole: null, vertex: 0 }, x: 1, y: 2 }])
  })

  it('changes one coordinate of one vertex, in the picture', () => {
    const at = { part: 0, hole: 0, vertex: 1 }
    const changed = hasVertices(polygon) ? withVertexNumber(polygon, at, 'y', 12.5, image) : null
    expect(changed).toMatchObject({ gesture: 'moveVertex', shape: { parts: [{ holes: { 0: { 1: [150, 12.5] } } }, {}] } })
    expect(hasVertices(polygon) && withVertexNumber(polygon, at, 'x', 201, image)).toEqual({ reason: 'range', low: 0, high: 200 })
    expect(hasVertices(polygon) && withVertexNumber(polygon, { ...at, vertex: 7 }, 'x', 1, image)).toBeNull()
    // The hole would be a line, and a shape that is one already can be made something again.
    expect(hasVertices(polygon) && withVertexNumber(polygon, { ...at, vertex: 2 }, 'y', 20, image)).toEqual({ reason: 'flat' })
    const flat = {
      kind: 'polyline',
      points: [
        [5, 5],
        [5, 5],
      ],
    } satisfies Shape
    const end = { part: 0, hole: null, vertex: 1 }
    expect([6, 5].map((value) => withVertexNumber(flat, end, 'x', value, image))).toMatchObject([
      { shape: { points: { 1: [6, 5] } } },
      { shape: flat },
    ])
  })
})
