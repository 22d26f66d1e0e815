import { decode } from 'fast-png'
import { expect, it } from 'vitest'
import { maskFromBits } from '../../shared/geometry/rle.ts'
import { encodeLabelMap, renderIndexMap, type LabelRegion } from './labelMap.ts'
import { fitInside, renderOverlay } from './overlay.ts'

const full = (x: number, y: number, w: number, h: number) => maskFromBits(new Uint8Array(w * h).fill(1), { x, y, w, h })
const region = (
  id: string,
  z: number,
  shape: LabelRegion['shape'],
  index: number | null,
  kind: LabelRegion['region'] = 'object',
): LabelRegion => ({ id, z, shape, index, region: kind })

it('paints by z, void last, and leaves boxes and classless regions out', () => {
  const regions = [
    region('a', 0, full(0, 0, 1, 1), null, 'void'),
    region('b', 2, full(0, 0, 2, 1), 5),
    region(
      'c',
      1,
      {
        kind: 'polygon',
        parts: [
          {
            outer: [
              [0, 0],
              [4, 0],
              [4, 1],
              [0, 1],
            ],
            holes: [],
          },
        ],
      },
      7,
    ),
    region('d', 9, { kind: 'box', x: 0, y: 0, w: 4, h: 2 }, 8),
    region('e', 9, full(3, 1, 1, 1), null),
  ]
  const options = { width: 4, height: 2, fill: 3, regions }
  expect([...renderIndexMap(options)]).toEqual([255, 5, 7, 7, 3, 3, 3, 3])
  const png = decode(encodeLabelMap(options))
  expect([png.channels, png.depth, ...png.data]).toEqual([1, 8, 255, 5, 7, 7, 3, 3, 3, 3])
})

it('void boxes, turned boxes and polygons paint 255 over every object; lines and points never do', () => {
  const outer: [number, number][] = [
    [0, 1],
    [2, 1],
    [2, 2],
    [0, 2],
  ]
  const regions = [
    region('a', 9, full(0, 0, 6, 3), 4),
    region('b', 0, { kind: 'box', x: 4, y: 0, w: 2, h: 1 }, null, 'void'),
    region('c', 0, { kind: 'rotatedBox', cx: 5, cy: 2.5, w: 1, h: 2, angleRad: Math.PI / 2 }, 4, 'void'),
    region('d', 0, { kind: 'polygon', parts: [{ outer, holes: [] }] }, 4, 'void'),
    region('e', 0, { kind: 'polyline', points: outer }, 4, 'void'),
    region('f', 0, { kind: 'point', x: 0, y: 0 }, 4, 'void'),
  ]
  const rows = [4, 4, 4, 4, 255, 255, 255, 255, 4, 4, 4, 4, 4, 4, 4, 4, 255, 255]
  expect([...renderIndexMap({ width: 6, height: 3, fill: 0, regions })]).toEqual(rows)
  const overlay = decode(
    renderOverlay({
      width: 6,
      height: 3,
      size: 6,
      boxes: false,
      masks: true,
      regions: regions.map((one) => ({ ...one, color: '#ff0000' })),
    }),
  )
  const whites = rows.map((_, i) => (overlay.data[i * 4 + 1] === 255 ? 255 : 4))
  expect(whites).toEqual(rows)
})

it('draws an overlay the size of the thumbnail', () => {
  expect(fitInside(1000, 500, 320)).toEqual({ width: 320, height: 160 })
  expect(fitInside(10, 5000, 320)).toEqual({ width: 1, height: 320 })
  expect(fitInside(10, 20, 320)).toEqual({ width: 10, height: 20 })
  const regions = [
    { id: 'a', z: 0, region: 'object' as const, shape: full(0, 0, 500, 500), color: '#ff0000' },
    { id: 'b', z: 1, region: 'object' as const, shape: { kind: 'box' as const, x: 600, y: 100, w: 300, h: 300 }, color: '#00ff00' },
  ]
  const at = (png: ReturnType<typeof decode>, x: number, y: number) => [
    ...png.data.slice((y * png.width + x) * 4, (y * png.width + x) * 4 + 4),
  ]
  const both = decode(renderOverlay({ width: 1000, height: 500, size: 320, boxes: true, masks: true, regions }))
  expect([both.width, both.height]).toEqual([320, 160])
  expect(at(both, 10, 10)).toEqual([255, 0, 0, 140])
  expect(at(both, 159, 159)).toEqual([255, 0, 0, 140])
  expect(at(both, 161, 10)).toEqual([0, 0, 0, 0])
  expect(at(both, 192, 60)).toEqual([0, 255, 0, 255])
  expect(at(both, 240, 80)).toEqual([0, 0, 0, 0])
  const masks = decode(renderOverlay({ width: 1000, height: 500, size: 320, boxes: false, masks: true, regions }))
  expect(at(masks, 192, 60)).toEqual([0, 0, 0, 0])
})
