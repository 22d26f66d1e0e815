import { describe, expect, it } from 'vitest'
import type { Shape } from '../../../shared/model/shape.ts'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import { extentOf, type DrawnShape } from './drawnShape.ts'
import { packShapes, unpackShapes } from './packedShapes.ts'
import { SceneReceiver, SceneSender } from './shapeScene.ts'

const box = (x: number): Shape => ({ kind: 'box', x, y: 2, w: 3.25, h: 1e-3 })
const holed: Shape = {
  kind: 'polygon',
  parts: [
    {
      outer: [
        [0, 0],
        [10, 0],
        [10, 10.125],
      ],
      holes: [
        [
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 2],
        ],
        [
          [4, 1],
          [5, 1],
          [5, 2],
        ],
      ],
    },
    {
      outer: [
        [20, 20],
        [30, 20],
        [1 / 3, 30],
      ],
      holes: [],
    },
  ],
}
const everyKind: readonly Shape[] = [
  box(1),
  holed,
  { kind: 'rotatedBox', cx: 5, cy: 6, w: 7, h: 8, angleRad: Math.PI / 7 },
  maskFromBits(Uint8Array.of(1, 0, 0, 1), { x: 3, y: 4, w: 2, h: 2 }),
  {
    kind: 'polyline',
    points: [
      [0, 0],
      [30_000.015625, 20_000],
    ],
  },
  { kind: 'point', x: 0.1, y: 0.2 },
]
const drawn = (shape: Shape, change: Partial<DrawnShape> = {}): DrawnShape => ({
  shape,
  bounds: extentOf(shape),
  color: '#00804f',
  name: 'car',
  dimmed: false,
  chosen: false,
  hatched: false,
  ...change,
})

describe('shapes for another thread', () => {
  it('arrive to the last bit', () => {
    expect(unpackShapes(packShapes(everyKind))).toEqual(everyKind)
    expect(unpackShapes(structuredClone(packShapes(everyKind)))).toEqual(everyKind)
  })

  it('what is new travels, the rest is known', () => {
    const sender = new SceneSender()
    const receiver = new SceneReceiver()
    const send = (list: readonly DrawnShape[]): number => {
      const { message, transfer } = sender.message(list)
      receiver.take(structuredClone(message, { transfer }))
      return message.addedKeys.length
    }
    const scene = everyKind.map((shape, i) => drawn(shape, { name: `class ${i % 2}`, dimmed: i === 1, chosen: i === 2, hatched: i === 3 }))
    expect(send(scene)).toBe(scene.length)
    expect(receiver.drawn).toEqual(scene)

    const recoloured = scene.toReversed().map((one) => ({ ...one, color: '#000010', dimmed: !one.dimmed }))
    expect(send(recoloured)).toBe(0)
    expect(receiver.drawn).toEqual(recoloured)

    const moved = [...recoloured.slice(1), drawn(box(9))]
    expect(send(moved)).toBe(1)
    expect(receiver.drawn).toEqual(moved)

    // What went away and comes back is new again.
    expect(send(scene)).toBe(1)
    expect(receiver.drawn).toEqual(scene)
  })

  it('one shape object shared by two records is drawn twice', () => {
    const receiver = new SceneReceiver()
    const shared = box(4)
    const list = [drawn(shared, { name: 'a' }), drawn(shared, { name: 'b' })]
    receiver.take(new SceneSender().message(list).message)
    expect(receiver.drawn).toEqual(list)
  })
})
