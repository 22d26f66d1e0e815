import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImagePoint, PolygonShape } from '../model/shape.ts'
import { combineSpans, noSpans, spanRules, spansArea, spansOfMask } from './maskSpans.ts'
import { netArea } from './polygon.ts'
import { cropMaskFromBits, maskArea } from './rle.ts'
import { isRegion, regionSpans } from './regions.ts'
import { splitRegion } from './splitRegion.ts'

const size = { width: 100, height: 100 }
const rect = (x: number, y: number, w: number, h: number): ImagePoint[] => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
]
const at = (x: number, y: number) => ({ x, y })
const areas = (shapes: ReturnType<typeof splitRegion>): number[] => (shapes ?? []).map((shape) => spansArea(regionSpans(shape, size)))

describe('split by a line', () => {
  it('cuts a box in two, however short the line', () => {
    for (const line of [
      [at(40, 0), at(40, 100)],
      [at(40, 50), at(40, 51)],
    ]) {
      const pieces = splitRegion({ kind: 'box', x: 10, y: 10, w: 50, h: 20 }, line, size)
      expect(areas(pieces)).toEqual([600, 400])
      expect(pieces!.every((piece) => piece.kind === 'polygon')).toBe(true)
    }
  })

  it('follows a line with corners', () => {
    const line = [at(30, 0), at(30, 30), at(70, 30), at(70, 100)]
    expect(areas(splitRegion({ kind: 'polygon', parts: [{ outer: rect(0, 0, 100, 60), holes: [] }] }, line, size))).toEqual([3000, 3000])
  })

  it('goes through a hole: the ring falls into two', () => {
    const ring: PolygonShape = { kind: 'polygon', parts: [{ outer: rect(0, 0, 40, 40), holes: [rect(10, 10, 20, 20)] }] }
    const pieces = splitRegion(ring, [at(0, 20), at(40, 20)], size)!
    expect(pieces.map((piece) => piece.kind === 'polygon' && piece.parts.map((part) => part.holes.length))).toEqual([[0], [0]])
    expect(areas(pieces)).toEqual([600, 600])
  })

  it('parts that the line does not cross stay with the largest piece, to the last bit', () => {
    const far = rect(80.123456789, 80, 7, 7)
    const polygon: PolygonShape = {
      kind: 'polygon',
      parts: [
        { outer: rect(0, 0, 30, 30), holes: [] },
        { outer: far, holes: [] },
      ],
    }
    const pieces = splitRegion(polygon, [at(10, 0), at(10, 30)], size)!
    expect(pieces).toHaveLength(2)
    expect(pieces[0]).toMatchObject({ parts: [{}, { outer: far }] })
  })

  it('a line that passes by cuts nothing', () => {
    const box = { kind: 'box', x: 10, y: 10, w: 50, h: 20 } as const
    expect(splitRegion(box, [at(70, 0), at(70, 100)], size)).toBeNull()
    expect(splitRegion(box, [at(30, 20), at(30, 20)], size)).toBeNull()
  })

  it('every pixel of a mask ends up in exactly one piece', () => {
    const place = fc.tuple(fc.integer({ min: -5, max: 25 }), fc.integer({ min: -5, max: 25 })).map(([x, y]) => at(x, y))
    const bits = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 400, maxLength: 400 })
    fc.assert(
      fc.property(bits, fc.array(place, { minLength: 2, maxLength: 4 }), (values, line) => {
        const mask = cropMaskFromBits(
          values.map((v) => Number(v > 0)),
          { x: 0, y: 0, w: 20, h: 20 },
        )
        const pieces = mask && splitRegion(mask, line, size)
        if (!pieces) return
        let all = noSpans
        let sum = 0
        for (const piece of pieces) {
          if (piece.kind !== 'mask') throw new Error('a mask falls into masks')
          all = combineSpans(all, spansOfMask(piece), spanRules.union)
          sum += maskArea(piece)
        }
        expect(sum).toBe(maskArea(mask))
        expect(spansArea(combineSpans(all, spansOfMask(mask), spanRules.intersect))).toBe(sum)
      }),
      { numRuns: 60 },
    )
  })

  it('the pieces of a polygon add up to it', () => {
    const coordinate = fc.integer({ min: 0, max: 1000 }).map((v) => v / 10)
    const point = fc.tuple(coordinate, coordinate)
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 3 }), point, point, (triangle, a, b) => {
        const pieces = splitRegion({ kind: 'polygon', parts: [{ outer: triangle, holes: [] }] }, [at(...a), at(...b)], size)
        if (!pieces) return
        const sum = pieces.reduce((total, piece) => total + (isRegion(piece) && piece.kind === 'polygon' ? netArea(piece) : NaN), 0)
        expect(sum).toBeCloseTo(netArea({ kind: 'polygon', parts: [{ outer: triangle, holes: [] }] }), 0)
      }),
    )
  })
})
