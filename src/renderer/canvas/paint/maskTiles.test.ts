import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cropMaskFromBits, maskFromBits, paintMask } from '../../../shared/geometry/rle.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import { snapToPixels, sweepSpans } from '../../../shared/geometry/stamps.ts'
import { extendStroke, type Stroke } from '../engine/stroke.ts'
import { maskLayers } from './maskLayers.ts'
import {
  changedExtent,
  composePart,
  composePixels,
  hatched,
  partOf,
  strideFor,
  tileSide,
  type MaskLayer,
  type TilePart,
  type TilePlace,
} from './maskTiles.ts'
import { defaultStyle } from './style.ts'

const classId = 'c'
const style = {
  ...defaultStyle,
  classes: new Map([
    [classId, { color: '#ff8000', name: 'a' }],
    ['d', { color: '#00c0ff', name: 'b' }],
  ]),
}
const record = (id: string, bits: number[], x: number, of: Partial<Annotation> = {}): Annotation => ({
  id,
  itemId: 'i',
  classId,
  region: 'object',
  shape: maskFromBits(bits, { x, y: 0, w: 2, h: 2 }),
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
  ...of,
})
const size = { width: 4, height: 2 }
const layersOf = (records: readonly Annotation[], dimmed = false): MaskLayer[] => maskLayers(records, size, style, () => dimmed)
const corner = { x: 0, y: 0, stride: 1 }
const part = (right: number, bottom: number) => ({ left: 0, top: 0, right, bottom })
/** A part of a tile, row by row. */
function composed(layers: readonly MaskLayer[], place: TilePlace, at: TilePart): Uint32Array {
  const words = new Uint32Array(tileSide * tileSide)
  composePart(words, layers, place, at)
  const rows = Array.from({ length: at.bottom - at.top }, (_, i) =>
    words.subarray((at.top + i) * tileSide + at.left, (at.top + i) * tileSide + at.right),
  )
  return Uint32Array.from(rows.flatMap((row) => [...row]))
}
const hex = (pixels: Uint32Array): string[] => [...pixels].map((p) => p.toString(16).padStart(8, '0'))

describe('tiles of masks', () => {
  it('paint pixel for pixel, later ones over earlier ones', () => {
    const pixels = composed(layersOf([record('1', [1, 1, 1, 1], 0), record('2', [1, 0, 1, 0], 1, { classId: 'd' })]), corner, part(4, 2))
    const [orange, blue, none] = ['ff0080ff', 'ffffc000', '00000000']
    expect(hex(pixels)).toEqual([orange, blue, none, none, orange, blue, none, none])
  })

  it('a dimmed mask keeps its colour', () => {
    expect(hex(composed(layersOf([record('1', [1, 0, 0, 1], 0, { classId: 'd' })], true), corner, part(2, 2)))[0]).toBe('2effc000')
  })

  it('void is hatched', () => {
    const shape = maskFromBits(new Uint8Array(256).fill(1), { x: 0, y: 0, w: 16, h: 16 })
    const pixels = composed(layersOf([record('1', [], 0, { region: 'void', classId: null, shape })]), corner, part(16, 16))
    expect([...pixels].filter((p) => p !== 0)).toHaveLength(96)
    expect(pixels[0] !== 0).toBe(hatched(0, 0))
  })

  it('what a stroke has erased shows what lies below', () => {
    const [below, above] = layersOf([record('1', [1, 1, 1, 1], 0), record('2', [1, 1, 1, 1], 0, { classId: 'd' })])
    const pixels = composed([below!, { ...above!, erased: [[0, 1], []] }], corner, part(2, 2))
    expect(hex(pixels)).toEqual(['ff0080ff', 'ffffc000', 'ffffc000', 'ffffc000'])
  })

  it('any part of any tile is that part of the whole picture', () => {
    const [width, height] = [60, 40]
    const bits = fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height })
    fc.assert(
      fc.property(
        fc.array(bits, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(1, 2, 4),
        fc.tuple(fc.nat(8), fc.nat(8), fc.nat(9), fc.nat(9)),
        (pictures, stride, [left, top, w, h]) => {
          const owners = new Uint8Array(width * height)
          const layers = pictures.flatMap((picture, i): MaskLayer[] => {
            const shape = cropMaskFromBits(picture.map(Number), { x: 0, y: 0, w: width, h: height })
            if (!shape) return []
            paintMask(shape, owners, width, height, i + 1)
            return layersOf([record(String(i), [], 0, { shape })]).map((layer) => ({ ...layer, rgba: i + 1 }))
          })
          const place = { x: 4 * stride, y: 2 * stride, stride }
          const words = composed(layers, place, { left, top, right: left + w, bottom: top + h })
          const expected = Array.from({ length: w * h }, (_, i) => {
            const [x, y] = [place.x + (left + (i % w)) * stride, place.y + (top + Math.floor(i / w)) * stride]
            return x < width && y < height ? owners[y * width + x]! : 0
          })
          expect([...words]).toEqual(expected)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('composing the pixels that a stroke covers anew is composing everything', () => {
    const image = { width: 90, height: 70 }
    const below = layersOf([
      record('1', [], 0, { shape: maskFromBits(new Uint8Array(60 * 50).fill(1), { x: 5, y: 5, w: 60, h: 50 }) }),
      record('2', [], 0, { classId: 'd', shape: maskFromBits(new Uint8Array(30 * 30).fill(1), { x: 40, y: 20, w: 30, h: 30 }) }),
    ])
    const at = fc.record({ x: fc.nat(image.width), y: fc.nat(image.height) })
    fc.assert(
      fc.property(
        fc.array(at, { minLength: 2, maxLength: 6 }),
        fc.constantFrom(1, 2, 4),
        fc.integer({ min: 1, max: 40 }),
        (path, stride, px) => {
          const stroke: Stroke = { erase: true, targetId: '1', columns: Array.from({ length: image.width }, () => []), guarded: [] }
          const place = { x: 4 * stride, y: 2 * stride, stride }
          const words = new Uint32Array(tileSide * tileSide)
          composePart(words, below, place, part(tileSide, tileSide))
          const erased = below.map((layer) => (layer.id === '1' ? { ...layer, erased: stroke.columns } : layer))
          path.slice(1).forEach((to, i) => {
            const step = extendStroke(stroke, sweepSpans('round', px, snapToPixels(path[i]!, px), snapToPixels(to, px), image))
            if (step) composePixels(words, erased, place, step.pixels)
          })
          const all = new Uint32Array(tileSide * tileSide)
          composePart(all, erased, place, part(tileSide, tileSide))
          expect(words).toEqual(all)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('are as fine as the screen, never finer', () => {
    expect([4, 1, 0.6, 0.5, 0.26, 0.1].map(strideFor)).toEqual([1, 1, 1, 2, 2, 8])
    expect(partOf({ x: 1024, y: 0, stride: 2 }, { minX: 1000, minY: 7, maxX: 1031, maxY: 9 })).toEqual({
      left: 0,
      top: 3,
      right: 4,
      bottom: 5,
    })
    expect(partOf(corner, { minX: -5, minY: -5, maxX: 9999, maxY: 9999 })).toEqual(part(tileSide, tileSide))
  })
})

describe('what a change of masks makes stale', () => {
  const two = [record('1', [1, 1, 1, 1], 0), record('2', [1, 1, 1, 1], 2)]
  const extent = (before: readonly Annotation[], after: readonly Annotation[]) => changedExtent(layersOf(before), layersOf(after))

  it('nothing, when records are new but look the same', () => {
    expect(extent(two, [two[0]!, { ...two[1]!, rev: 7, shape: { ...two[1]!.shape } }])).toBeNull()
  })
  it('the pixels that differ, not the whole mask', () => {
    expect(extent(two, [two[0]!, record('2', [1, 1, 0, 1], 2)])).toEqual({ minX: 2, minY: 1, maxX: 3, maxY: 2 })
  })
  it('masks that come, go, change colour or place', () => {
    expect(extent([], two)).toEqual({ minX: 0, minY: 0, maxX: 4, maxY: 2 })
    expect(extent(two, [two[1]!])).toEqual({ minX: 0, minY: 0, maxX: 2, maxY: 2 })
    expect(extent(two, [two[0]!, { ...two[1]!, classId: 'd' }])).toEqual({ minX: 2, minY: 0, maxX: 4, maxY: 2 })
    const three = [...two, record('3', [1, 1, 1, 1], 1)]
    expect(extent(three, [three[1]!, three[2]!, three[0]!])).toEqual({ minX: 0, minY: 0, maxX: 2, maxY: 2 })
    expect(extent(three, three.toReversed())).toEqual({ minX: 0, minY: 0, maxX: 3, maxY: 2 })
  })
})
