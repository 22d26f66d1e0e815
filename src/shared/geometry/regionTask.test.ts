import { describe, expect, it } from 'vitest'
import type { ImagePoint, MaskShape } from '../model/shape.ts'
import type { RegionShape } from './regions.ts'
import { runRegionTask, type RegionOp } from './regionTask.ts'
import { maskFromBits } from './rle.ts'
import { shapeArea, shapeBounds } from './shapes.ts'

const size = { width: 100, height: 80 }
const rect = (x: number, y: number, w: number, h: number): ImagePoint[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]
const box = (x: number, y: number, w: number, h: number): RegionShape => ({ kind: 'box', x, y, w, h })
const polygon = (...rings: ImagePoint[][]): RegionShape => ({ kind: 'polygon', parts: rings.map((outer) => ({ outer, holes: [] })) })
const mask = (x: number, y: number, w: number, h: number): MaskShape => maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h })

/** Kinds and areas of what each changed input became. */
const run = (op: RegionOp, ...shapes: RegionShape[]): unknown =>
  runRegionTask({ op, size, inputs: shapes.map((shape, i) => ({ id: String(i), shape })) }).map(({ id, shapes: after }) => [
    id,
    ...after.map((shape) => `${shape.kind} ${Math.round(shapeArea(shape))}`),
  ])

describe('region tasks', () => {
  it('unite, intersect and subtract into the lowest', () => {
    expect(run({ kind: 'union' }, box(0, 0, 10, 10), box(5, 0, 10, 10), polygon(rect(40, 0, 10, 10)))).toEqual([
      ['0', 'polygon 250'],
      ['1'],
      ['2'],
    ])
    expect(run({ kind: 'intersect' }, box(0, 0, 10, 10), box(5, 0, 10, 10))).toEqual([['0', 'polygon 50'], ['1']])
    expect(run({ kind: 'subtract' }, box(0, 0, 10, 10), box(5, 0, 10, 10))).toEqual([['0', 'polygon 50'], ['1']])
  })

  it('with a mask among them the result is a mask, exact to the pixel', () => {
    expect(run({ kind: 'union' }, box(0, 0, 10, 10), mask(5, 0, 10, 10))).toEqual([['0', 'mask 150'], ['1']])
    expect(run({ kind: 'subtract' }, mask(5, 0, 10, 10), polygon(rect(0, 0, 10, 10)))).toEqual([['0', 'mask 50'], ['1']])
    expect(run({ kind: 'join' }, mask(5, 0, 10, 10), polygon(rect(0, 0, 10, 10)))).toEqual([['0', 'mask 150'], ['1']])
  })

  it('change nothing when nothing would be left', () => {
    expect(run({ kind: 'intersect' }, box(0, 0, 10, 10), box(50, 0, 10, 10))).toEqual([])
    expect(run({ kind: 'subtract' }, box(0, 0, 10, 10), mask(0, 0, 10, 10))).toEqual([])
    expect(run({ kind: 'union' }, box(0, 0, 10, 10))).toEqual([])
    expect(run({ kind: 'grow', byPx: -9 }, mask(0, 0, 10, 10), polygon(rect(20, 20, 10, 10)), box(40, 40, 10, 10))).toEqual([
      ['0', 'mask 1'],
    ])
  })

  it('join keeps parts as they are, separate takes them apart again', () => {
    const [joined] = runRegionTask({
      op: { kind: 'join' },
      size,
      inputs: [
        { id: 'a', shape: polygon(rect(0, 0, 5, 5)) },
        { id: 'b', shape: box(3, 3, 20, 5) },
      ],
    })
    expect(joined?.shapes).toEqual([polygon(rect(0, 0, 5, 5), rect(3, 3, 20, 5))])
    expect(run({ kind: 'separate' }, joined!.shapes[0]!, box(0, 0, 5, 5))).toEqual([['0', 'polygon 100', 'polygon 25']])
    const spots = maskFromBits(Uint8Array.of(1, 0, 1, 1), { x: 0, y: 0, w: 4, h: 1 })
    expect(run({ kind: 'separate' }, spots)).toEqual([['0', 'mask 2', 'mask 1']])
  })

  it('overlap: higher ones cut lower ones and stay; what is covered goes, neighbours that touch are left alone', () => {
    expect(run({ kind: 'overlap' }, polygon(rect(0, 0, 10, 10)), polygon(rect(5, 0, 10, 10)), polygon(rect(15, 0, 10, 10)))).toEqual([
      ['0', 'polygon 50'],
    ])
    expect(run({ kind: 'overlap' }, mask(2, 2, 3, 3), mask(0, 0, 10, 10), mask(10, 0, 5, 5))).toEqual([['0']])
  })

  it('go by what is covered where outlines cross or parts lie over each other', () => {
    const bowTie = polygon([
      [10, 10],
      [50, 50],
      [50, 10],
      [10, 51],
    ])
    const symmetric = polygon([
      [0, 0],
      [40, 40],
      [40, 0],
      [0, 40],
    ])
    expect(run({ kind: 'islands', fewerThanPx: 21 }, bowTie)).toEqual([])
    expect(run({ kind: 'overlap' }, bowTie, box(28, 10, 4, 4))).toEqual([])
    expect(run({ kind: 'overlap' }, symmetric, box(18, 0, 4, 4))).toEqual([])
    expect(run({ kind: 'overlap' }, symmetric, box(36, 0, 4, 40))).toEqual([['0', 'polygon 656']])
    expect(run({ kind: 'join' }, box(0, 0, 10, 10), box(5, 0, 10, 10))).toEqual([['0', 'polygon 150'], ['1']])
    const over: RegionShape = polygon(rect(0, 0, 10, 10), rect(5, 0, 10, 10))
    expect(
      run(
        {
          kind: 'split',
          line: [
            { x: 0, y: 5 },
            { x: 20, y: 5 },
          ],
        },
        over,
      ),
    ).toEqual([['0', 'polygon 75', 'polygon 75']])
  })

  it('fill holes, remove islands, grow, shrink', () => {
    const holed: RegionShape = {
      kind: 'polygon',
      parts: [
        { outer: rect(10, 10, 10, 10), holes: [rect(12, 12, 2, 2)] },
        { outer: rect(40, 40, 1, 1), holes: [] },
      ],
    }
    expect(run({ kind: 'fillHoles' }, holed, box(0, 0, 9, 9))).toEqual([['0', 'polygon 101']])
    expect(run({ kind: 'islands', fewerThanPx: 4 }, holed)).toEqual([['0', 'polygon 96']])
    const ring = maskFromBits(Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1), { x: 20, y: 20, w: 3, h: 3 })
    expect(run({ kind: 'fillHoles' }, ring)).toEqual([['0', 'mask 9']])
    expect(run({ kind: 'grow', byPx: 1 }, mask(20, 20, 3, 3), box(0, 0, 10, 10), polygon(rect(40, 40, 4, 4)))).toEqual([
      ['0', 'mask 21'],
      ['1', 'box 121'],
      ['2', 'polygon 36'],
    ])
    expect(run({ kind: 'grow', byPx: -1 }, mask(20, 20, 3, 3), { kind: 'rotatedBox', cx: 20, cy: 20, w: 8, h: 4, angleRad: 1 })).toEqual([
      ['0', 'mask 1'],
      ['1', 'rotatedBox 12'],
    ])
  })

  it('to polygon and to mask', () => {
    expect(run({ kind: 'toPolygon', tolerancePx: 0 }, mask(5, 5, 4, 4), box(0, 0, 5, 5))).toEqual([
      ['0', 'polygon 16'],
      ['1', 'polygon 25'],
    ])
    expect(run({ kind: 'toMask' }, box(-5, 0, 10, 10), polygon(rect(0, 0, 5, 5)), mask(0, 0, 2, 2), box(200, 0, 5, 5))).toEqual([
      ['0', 'mask 50'],
      ['1', 'mask 25'],
    ])
  })

  it('split: pieces with the largest first', () => {
    const line = [
      { x: 30, y: 0 },
      { x: 30, y: 80 },
    ]
    expect(run({ kind: 'split', line }, mask(10, 10, 50, 10), box(0, 0, 20, 20))).toEqual([['0', 'mask 300', 'mask 200']])
  })
})

it('a polygon that grows stays in the picture, as a box does', () => {
  const inputs = [{ id: '0', shape: polygon(rect(1, 2, 10, 10)) }]
  const [change] = runRegionTask({ op: { kind: 'grow', byPx: 5 }, size, inputs })
  expect(change!.shapes.map(shapeBounds)).toEqual([{ minX: 0, minY: 0, maxX: 16, maxY: 17 }])
})

describe('at the edge of the picture', () => {
  const shrink = (shape: RegionShape, byPx: number): RegionShape[] =>
    runRegionTask({ op: { kind: 'grow', byPx: 0 - byPx }, size, inputs: [{ id: '0', shape }] }).flatMap(({ shapes }) => shapes)
  const every = (x: number, y: number, w: number, h: number): RegionShape[] => [
    mask(x, y, w, h),
    polygon(rect(x, y, w, h)),
    box(x, y, w, h),
  ]

  it('regions of every kind shrink away from it alike: what ends there ends there still', () => {
    const bounds = (shape: RegionShape, byPx = 5) => shrink(shape, byPx).map(shapeBounds)
    for (const shape of every(0, 0, 40, 40)) expect(bounds(shape)).toEqual([{ minX: 0, minY: 0, maxX: 35, maxY: 35 }])
    for (const shape of every(60, 50, 40, 30)) expect(bounds(shape)).toEqual([{ minX: 65, minY: 55, maxX: 100, maxY: 80 }])
    for (const shape of every(0, 30, 100, 20)) expect(bounds(shape)).toEqual([{ minX: 0, minY: 35, maxX: 100, maxY: 45 }])
    for (const shape of every(0, 30, 100, 8)) expect(bounds(shape)).toEqual([])
    for (const shape of every(0, 0, 100, 80)) expect(bounds(shape)).toEqual([])
    for (const shape of [polygon(rect(-5, 0.3, 45, 39.7)), box(-5, 0.3, 45, 39.7)])
      expect(bounds(shape)).toEqual([{ minX: 0, minY: 0.3, maxX: 35, maxY: 35 }])
  })

  it('a polygon with a hole and a slanted side keeps nearly the pixels that the mask of it keeps', () => {
    const shape: RegionShape = {
      kind: 'polygon',
      parts: [
        {
          outer: [
            [0, 0],
            [90, 0],
            [50, 60],
            [0, 60],
          ],
          holes: [rect(10, 10, 6, 6)],
        },
      ],
    }
    const asMask = runRegionTask({ op: { kind: 'toMask' }, size, inputs: [{ id: '0', shape }] })[0]!.shapes[0]!
    const [polygonLeft, maskLeft] = [shrink(shape, 4)[0]!, shrink(asMask, 4)[0]!]
    expect(shapeBounds(polygonLeft)).toMatchObject({ minX: 0, minY: 0, maxY: 56 })
    // Corners of outlines stay corners, those of masks are rounded.
    expect(Math.abs(shapeArea(polygonLeft) - shapeArea(maskLeft)) / shapeArea(maskLeft)).toBeLessThan(0.02)
  })
})
