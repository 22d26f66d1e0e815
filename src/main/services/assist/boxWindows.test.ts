import { expect, it } from 'vitest'
import { byWindow } from './boxWindows.ts'

it('large things share the whole picture, small ones are looked at enlarged with what lies in the same window', () => {
  const things = [
    { name: 'large', x: 0, y: 0, w: 900, h: 500 },
    { name: 'small', x: 3_000, y: 1_000, w: 20, h: 30 },
    { name: 'also large', x: 100, y: 100, w: 500, h: 1_000 },
    { name: 'twin', x: 3_030, y: 1_010, w: 20, h: 30 },
    { name: 'far', x: 10, y: 1_900, w: 20, h: 30 },
  ]
  const groups = [...byWindow(things, (thing) => thing, { width: 4_000, height: 2_000 }, 1_024)]
  expect(groups.map(({ together }) => together.map(({ name }) => name))).toEqual([['large', 'also large'], ['small', 'twin'], ['far']])
  expect(groups[0]!.window).toBeNull()
  const [x0, y0, x1, y1] = groups[1]!.window!
  expect(x0 <= 3_000 && x1 >= 3_020 && y0 <= 1_000 && y1 >= 1_030).toBe(true)
  expect(x1 - x0).toBeLessThan(1_000)
})
