import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combineSpans, spanRules, type MaskSpans } from './maskSpans.ts'
import { nearestOnSegment } from './point.ts'
import type { ImageVec } from './spaces.ts'
import { snapToPixels, sweepSpans, type BrushTip } from './stamps.ts'

const image = { width: 40, height: 30 }

const bitsOf = ({ x, columns }: MaskSpans): Uint8Array => {
  const bits = new Uint8Array(image.width * image.height)
  columns.forEach((rows, i) => {
    for (let k = 0; k < rows.length; k += 2) for (let y = rows[k]!; y < rows[k + 1]!; y++) bits[y * image.width + x + i] = 1
  })
  return bits
}

const paint = (inside: (p: ImageVec) => boolean): Uint8Array =>
  Uint8Array.from({ length: image.width * image.height }, (_, i) =>
    Number(inside({ x: (i % image.width) + 0.5, y: Math.floor(i / image.width) + 0.5 })),
  )

const place = fc
  .record({ x: fc.integer({ min: -40, max: 400 }), y: fc.integer({ min: -40, max: 300 }) })
  .map(({ x, y }) => ({ x: x / 8, y: y / 8 }))
const size = fc.integer({ min: 1, max: 60 }).map((s) => s / 2)

describe('stamps', () => {
  it('a round sweep holds the pixels whose centres are within its radius of the way', () => {
    fc.assert(
      fc.property(place, place, size, (a, b, d) => {
        expect(bitsOf(sweepSpans('round', d, a, b, image))).toEqual(paint((p) => nearestOnSegment(p, a, b).distance <= d / 2 + 1e-9))
      }),
    )
  })

  it('a stroke is the union of its stamps, and more of them never take a pixel away', () => {
    for (const tip of ['round', 'square'] as const) {
      fc.assert(
        fc.property(place, place, size, (a, b, d) => {
          const sweep = bitsOf(sweepSpans(tip, d, a, b, image))
          const union = new Uint8Array(sweep.length)
          for (let i = 0; i <= 400; i++) {
            const at = { x: a.x + (i / 400) * (b.x - a.x), y: a.y + (i / 400) * (b.y - a.y) }
            bitsOf(sweepSpans(tip, d, at, at, image)).forEach((bit, k) => bit && (union[k] = 1))
          }
          // Stamps close together (0.16 px at most) miss only pixels whose centre lies at the rim.
          const inner = d > 0.4 ? bitsOf(sweepSpans(tip, d - 0.4, a, b, image)) : new Uint8Array(sweep.length)
          union.forEach((bit, k) => expect(sweep[k]).toBeGreaterThanOrEqual(bit))
          inner.forEach((bit, k) => expect(union[k]).toBeGreaterThanOrEqual(bit))
        }),
        { numRuns: 12 },
      )
    }
  })

  it('the thinnest stroke has no gap', () => {
    fc.assert(
      fc.property(place, place, fc.constantFrom<BrushTip>('round', 'square'), (from, to, tip) => {
        const [a, b] = [snapToPixels(from, 1), snapToPixels(to, 1)]
        const { columns } = sweepSpans(tip, 1, a, b, { width: 100, height: 100 })
        const first = columns.findIndex((rows) => rows.length > 0)
        const last = columns.findLastIndex((rows) => rows.length > 0)
        for (let i = first + 1; i <= last; i++) {
          const [before, here] = [columns[i - 1]!, columns[i]!]
          expect(here).toHaveLength(2)
          expect(here[0]! <= before[1]! && here[1]! >= before[0]!).toBe(true)
        }
      }),
    )
  })

  it('painting and erasing the same stroke takes exactly its pixels', () => {
    fc.assert(
      fc.property(place, place, place, size, (a, b, c, d) => {
        const before = sweepSpans('square', 9, a, c, image)
        const stroke = sweepSpans('round', d, a, b, image)
        const erased = combineSpans(combineSpans(before, stroke, spanRules.union), stroke, spanRules.subtract)
        const [was, now, taken] = [bitsOf(before), bitsOf(erased), bitsOf(stroke)]
        expect(now).toEqual(was.map((bit, i) => (taken[i] ? 0 : bit)))
      }),
    )
  })

  it('keeps its form wherever it is put', () => {
    const form = (at: ImageVec, d: number): string => {
      const { columns } = sweepSpans('round', d, snapToPixels(at, d), snapToPixels(at, d), image)
      const top = Math.min(...columns.flat())
      return columns.map((rows) => rows.map((y) => y - top).join('-')).join(' ')
    }
    for (const d of [1, 2, 3, 4, 5, 10])
      expect(new Set([0, 0.2, 0.49, 0.7].map((off) => form({ x: 20 + off, y: 15 + off / 3 }, d))).size).toBe(1)
    expect(form({ x: 20.3, y: 15.2 }, 1)).toBe('0-1')
    expect(form({ x: 20, y: 15 }, 2)).toBe('0-2 0-2')
  })
})
