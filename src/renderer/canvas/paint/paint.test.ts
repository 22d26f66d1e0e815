import { describe, expect, it } from 'vitest'
import { maskFromBits } from '../../../shared/geometry/rle.ts'
import type { ImagePoint, Shape } from '../../../shared/model/shape.ts'
import { crisp, crispBox, type Frame } from './frame.ts'
import { traceRing, traceShape, type PathSink } from './outline.ts'
import { inkOn, visibleColor } from './style.ts'
import { tagPlace } from './tags.ts'

const frameAt = (scale: number): Frame => ({
  context: null as never,
  scale,
  offsetX: 0,
  offsetY: 0,
  ratio: 1,
  width: 800,
  height: 600,
  visible: { minX: 0, minY: 0, maxX: 800 / scale, maxY: 600 / scale },
})

class Recorder implements PathSink {
  readonly calls: (readonly [string, ...number[]])[] = []
  moveTo = (x: number, y: number): void => void this.calls.push(['moveTo', x, y])
  lineTo = (x: number, y: number): void => void this.calls.push(['lineTo', x, y])
  closePath = (): void => void this.calls.push(['closePath'])
  rect = (x: number, y: number, w: number, h: number): void => void this.calls.push(['rect', x, y, w, h])
  arc = (x: number, y: number, r: number): void => void this.calls.push(['arc', x, y, r])
}

describe('lines', () => {
  it('cover whole device pixels at any zoom', () => {
    expect(crisp(10.2, 1)).toBe(10.5)
    expect(crisp(10.9, 3)).toBe(10.5)
    expect(crisp(10.6, 2)).toBe(11)
    for (const scale of [0.37, 1, 2.71]) {
      const [x, y, w, h] = crispBox(frameAt(scale), { minX: 3, minY: 7, maxX: 31, maxY: 44 }, 1)
      expect([x % 1, y % 1, w % 1, h % 1]).toEqual([0.5, 0.5, 0, 0])
    }
  })

  it('a far polygon has few points, a near one all, and both close', () => {
    const ring = Array.from({ length: 720 }, (_, i): ImagePoint => [
      100 + 50 * Math.cos((i * Math.PI) / 360),
      100 + 50 * Math.sin((i * Math.PI) / 360),
    ])
    const near = new Recorder()
    traceRing(near, frameAt(10), ring, true)
    expect(near.calls).toHaveLength(721)
    const far = new Recorder()
    traceRing(far, frameAt(0.2), ring, true)
    expect(far.calls.length).toBeLessThan(60)
    expect(far.calls.length).toBeGreaterThan(20)
    expect(far.calls.at(-1)).toEqual(['closePath'])
  })

  it('every kind of shape has an outline', () => {
    const shapes: Shape[] = [
      { kind: 'box', x: 1, y: 1, w: 5, h: 5 },
      { kind: 'rotatedBox', cx: 5, cy: 5, w: 4, h: 2, angleRad: 1 },
      {
        kind: 'polygon',
        parts: [
          {
            outer: [
              [0, 0],
              [9, 0],
              [9, 9],
            ],
            holes: [
              [
                [6, 2],
                [8, 2],
                [8, 4],
              ],
            ],
          },
        ],
      },
      {
        kind: 'polyline',
        points: [
          [0, 0],
          [5, 5],
        ],
      },
      { kind: 'point', x: 4, y: 4 },
      maskFromBits([1, 1, 0, 1], { x: 2, y: 2, w: 2, h: 2 }),
    ]
    for (const shape of shapes) {
      const path = new Recorder()
      traceShape(path, frameAt(4), shape, 1)
      expect(path.calls.length, shape.kind).toBeGreaterThan(0)
    }
  })
})

describe('colours and tags', () => {
  it('ink stands out, black classes are lifted', () => {
    expect(inkOn('#ffff00')).toBe('#000000')
    expect(inkOn('#800000')).toBe('#ffffff')
    expect(visibleColor('#000000')).toBe('#616161')
    expect(visibleColor('#c0e000')).toBe('#c0e000')
  })
  it('a tag stands above its object, and inside the viewport', () => {
    expect(tagPlace({ width: 800, ratio: 1 }, 100, 50, 40)).toEqual({ x: 100, y: 34, width: 50, height: 16 })
    expect(tagPlace({ width: 800, ratio: 1 }, 790, 5, 40)).toMatchObject({ x: 750, y: 5 })
  })
})
