import { describe, expect, it } from 'vitest'
import { previewPolygons } from './regionPreview.ts'
import { maskFromBits } from './rle.ts'

const size = { width: 100, height: 100 }
const disc = maskFromBits(
  Uint8Array.from({ length: 3600 }, (_, i) => Number(((i % 60) - 29.5) ** 2 + (Math.floor(i / 60) - 29.5) ** 2 < 29 * 29)),
  { x: 10, y: 10, w: 60, h: 60 },
)
const inputs = [{ id: 'a', shape: disc }]

describe('preview of a simplification', () => {
  it('without tolerance no pixel differs', () => {
    const { verticesBefore, verticesAfter, differingPx, areaPx } = previewPolygons({ inputs, size, tolerancePx: 0 })
    expect([verticesAfter, differingPx]).toEqual([verticesBefore, 0])
    expect(areaPx).toBeGreaterThan(2600)
  })

  it('counts vertices and the pixels that change sides', () => {
    const loose = previewPolygons({ inputs, size, tolerancePx: 1 })
    const looser = previewPolygons({ inputs, size, tolerancePx: 6 })
    expect(loose.verticesAfter).toBeLessThan(loose.verticesBefore / 3)
    expect(looser.verticesAfter).toBeLessThan(loose.verticesAfter)
    expect(loose.differingPx).toBeGreaterThan(0)
    expect(looser.differingPx).toBeGreaterThan(loose.differingPx)
    expect(loose.shapes.map(([id, shape]) => [id, shape.kind])).toEqual([['a', 'polygon']])
  })
})
