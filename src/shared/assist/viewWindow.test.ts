import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AssistWindow } from '../model/assist.ts'
import { boxWindow, endsAtEdge, viewWindow, widerWindow } from './viewWindow.ts'

const large = { width: 6000, height: 4000 }

test('the whole picture while most of it is seen, or where it is hardly larger than what the model takes', () => {
  expect(viewWindow(large, [0, 0, 6000, 4000], 1024)).toBeNull()
  expect(viewWindow(large, [500, 0, 5000, 4000], 1024)).toBeNull()
  expect(viewWindow({ width: 960, height: 720 }, [0, 0, 900, 700], 1024)).toBeNull()
})

test('zoomed in, pixels reach the model one to one, and tiny details enlarged by four at most', () => {
  const [x0, , x1] = viewWindow(large, [3000, 2000, 3700, 2400], 1024)!
  expect(x1 - x0).toBe(1024)
  const [a, b, c, d] = viewWindow(large, [3000, 2000, 3010, 2010], 1024)!
  expect([c - a, d - b]).toEqual([256, 256])
})

test('at the edge of the picture the window stays inside, and a thin picture gives all of its short side', () => {
  expect(viewWindow(large, [5900, 3950, 6000, 4000], 1024)).toEqual([5744, 3744, 6000, 4000])
  expect(viewWindow({ width: 8000, height: 300 }, [4000, 0, 4500, 300], 1024)).toEqual([3913, 0, 4637, 300])
})

test('small pans keep the window they had; a view that left it, or that needs far less, gets its own', () => {
  const before = viewWindow(large, [3000, 2000, 3700, 2400], 1024)!
  expect(viewWindow(large, [3030, 1990, 3730, 2390], 1024, before)).toBe(before)
  expect(viewWindow(large, [4000, 2000, 4700, 2400], 1024, before)).not.toEqual(before)
  expect(viewWindow(large, [3200, 2100, 3300, 2160], 1024, before)).not.toEqual(before)
})

test('what is seen always lies in the window, the window in the picture, and views nearby share few windows', () => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 30_000 }), height: fc.integer({ min: 1, max: 30_000 }) })
  const place = fc.tuple(fc.double({ min: -0.2, max: 1.1, noNaN: true }), fc.double({ min: -0.2, max: 1.1, noNaN: true }))
  fc.assert(
    fc.property(
      size,
      place,
      fc.double({ min: 1e-4, max: 1, noNaN: true }),
      fc.constantFrom(256, 512, 1024),
      (picture, [u, v], zoom, side) => {
        const w = Math.max(1, Math.round(zoom * picture.width))
        const h = Math.max(1, Math.round(zoom * picture.height))
        const x = Math.round(u * picture.width)
        const y = Math.round(v * picture.height)
        const found = viewWindow(picture, [x, y, x + w, y + h] as AssistWindow, side)
        if (found === null) return
        const [x0, y0, x1, y1] = found
        expect(x0 >= 0 && y0 >= 0 && x1 <= picture.width && y1 <= picture.height && x1 > x0 && y1 > y0).toBe(true)
        const inside = (from: number, to: number, length: number): [number, number] => {
          const first = Math.min(length - 1, Math.max(0, from))
          return [first, Math.max(first + 1, Math.min(length, Math.max(0, to)))]
        }
        const [left, right] = inside(x, x + w, picture.width)
        const [top, bottom] = inside(y, y + h, picture.height)
        expect(x0 <= left && y0 <= top && x1 >= right && y1 >= bottom).toBe(true)
      },
    ),
  )
  const windows = new Set<string>()
  for (let x = 0; x < 1000; x++) windows.add(String(viewWindow(large, [2000 + x, 1000, 2700 + x, 1400], 1024)))
  expect(windows.size).toBeLessThan(10)
})

test('a box is looked at with room around it', () => {
  const [x0, y0, x1, y1] = boxWindow(large, [1000, 1000, 1100, 1200], 1024)!
  expect(x0 <= 960 && y0 <= 960 && x1 >= 1140 && y1 >= 1240).toBe(true)
  expect(boxWindow(large, [0, 0, 6000, 4000], 1024)).toBeNull()
})

test('a wider window is twice as large around the old one, inside the picture, and at last all of it', () => {
  expect(widerWindow(large, [3000, 2000, 4024, 3024])).toEqual([2560, 1536, 4608, 3584])
  expect(widerWindow(large, [4976, 2976, 6000, 4000])).toEqual([3952, 1952, 6000, 4000])
  expect(widerWindow(large, [0, 0, 2200, 2200])).toBeNull()
  expect(widerWindow({ width: 8000, height: 300 }, [3913, 0, 4637, 300])).toEqual([3620, 0, 5068, 300])
})

test('what ends at an edge of the window may go on there, unless that is where the picture ends', () => {
  const ends = (minX: number, maxX: number, window: AssistWindow) => endsAtEdge({ minX, minY: 150, maxX, maxY: 200 }, window, large)
  expect(ends(100, 612, [100, 100, 612, 612])).toBe(true)
  expect(ends(102, 400, [100, 100, 612, 612])).toBe(true)
  expect(ends(103, 609, [100, 100, 612, 612])).toBe(false)
  expect(ends(0, 400, [0, 0, 512, 512])).toBe(false)
  expect(ends(5500, 6000, [5488, 0, 6000, 512])).toBe(false)
  // Beyond the edge there is more of it: it was not cut there.
  expect(ends(50, 400, [100, 100, 612, 612])).toBe(false)
})
