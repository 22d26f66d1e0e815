import { describe, expect, it } from 'vitest'
import type { PolylineShape } from '../model/shape.ts'
import { chainsOf, insertVertex, moveVertex, nearestEdgeOf, nearestVertex, removeVertex } from './vertices.ts'

const line: PolylineShape = {
  kind: 'polyline',
  points: [
    [0, 0],
    [10, 0],
    [10, 10],
  ],
}
const at = (vertex: number) => ({ part: 0, hole: null, vertex })

describe('a line, vertex by vertex', () => {
  it('is one chain that does not return to its start', () => {
    expect(chainsOf(line)).toEqual([{ part: 0, hole: null, points: line.points, closed: false }])
    expect(nearestVertex(line, { x: 9, y: 8 })).toMatchObject(at(2))
    expect(nearestEdgeOf(line, { x: 3, y: 4 })).toEqual({ ...at(0), point: { x: 3, y: 0 }, distance: 4 })
  })
  it('gets, moves and loses vertices, but never its last two', () => {
    const more = insertVertex(line, at(0), { x: 5, y: 1 })
    expect(more.points).toEqual([
      [0, 0],
      [5, 1],
      [10, 0],
      [10, 10],
    ])
    expect(removeVertex(more, at(1))).toEqual(line)
    expect(moveVertex(line, at(2), { x: 3, y: 4 }).points[2]).toEqual([3, 4])
    const two = removeVertex(line, at(0))!
    expect(two.points).toHaveLength(2)
    expect(removeVertex(two, at(0))).toBeNull()
  })
  it('is left alone where there is no such vertex', () => {
    expect(moveVertex(line, at(7), { x: 0, y: 0 })).toBe(line)
    expect(removeVertex(line, at(7))).toBe(line)
    expect(insertVertex(line, { ...at(0), hole: 2 }, { x: 0, y: 0 })).toBe(line)
  })
})
