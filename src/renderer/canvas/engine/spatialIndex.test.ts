import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boundsMeet } from '../../../shared/geometry/box.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import { SpatialIndex } from './spatialIndex.ts'

const bounds = fc
  .tuple(
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 0, max: 200 }),
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 40 }),
  )
  .map(([minX, minY, w, h]): Bounds => ({ minX, minY, maxX: minX + w, maxY: minY + h }))

it('answers as a plain search does, whatever was changed since it was built', () => {
  fc.assert(
    fc.property(
      fc.array(bounds, { maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(80), fc.option(bounds)), { maxLength: 90 }),
      bounds,
      (start, changes, query) => {
        const plain = new Map(start.map((b, i) => [String(i), b]))
        const index = new SpatialIndex()
        index.rebuild(plain)
        for (const [n, b] of changes) {
          if (b) plain.set(String(n), b)
          else plain.delete(String(n))
          index.set(String(n), b)
        }
        const want = [...plain].filter(([, b]) => boundsMeet(b, query)).map(([id]) => id)
        expect(index.query(query).sort()).toEqual(want.sort())
      },
    ),
  )
})
