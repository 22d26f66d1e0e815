import { expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../../../shared/model/shape.ts'
import { createRig } from '../tools/gestureRig.ts'
import { fillOutline } from './fillOutline.ts'
import { frameOf, type Context2D } from './frame.ts'
import { traceShape } from './outline.ts'

const rect = (x: number, y: number, w: number, h: number): ImagePoint[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]
const polygon = (...parts: ImagePoint[][]): PolygonShape => ({ kind: 'polygon', parts: parts.map((outer) => ({ outer, holes: [] })) })

/** How many rings were on the path when it was filled, and are when it is stroked; and how often it was begun. */
function ringsOnPath(shape: PolygonShape): { readonly filled: readonly number[]; readonly left: number; readonly begun: number } {
  let [rings, begun] = [0, 0]
  const filled: number[] = []
  const context = {
    beginPath: () => void ([rings, begun] = [0, begun + 1]),
    moveTo: () => undefined,
    lineTo: () => undefined,
    closePath: () => void rings++,
    fill: (rule: string) => void (rule === 'evenodd' && filled.push(rings)),
  }
  const frame = frameOf(context as unknown as Context2D, createRig().editor)
  context.beginPath()
  traceShape(frame.context, frame, shape, 1)
  fillOutline(frame, shape, 1)
  return { filled, left: rings, begun }
}

it('parts that lie over each other are filled as one, and stroked as they were drawn; others are traced once', () => {
  expect(ringsOnPath(polygon(rect(10, 10, 20, 20), rect(20, 10, 20, 20)))).toEqual({ filled: [1], left: 2, begun: 3 })
  expect(ringsOnPath(polygon(rect(10, 10, 20, 20), rect(50, 10, 20, 20)))).toEqual({ filled: [2], left: 2, begun: 1 })
  expect(ringsOnPath(polygon(rect(10, 10, 20, 20)))).toEqual({ filled: [1], left: 1, begun: 1 })
})
