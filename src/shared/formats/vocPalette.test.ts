import { expect, it } from 'vitest'
import { vocColor, vocPalette } from './vocPalette.ts'

it('is the colour map of the VOC devkit', () => {
  const known: [number, [number, number, number]][] = [
    [0, [0, 0, 0]],
    [1, [128, 0, 0]],
    [2, [0, 128, 0]],
    [3, [128, 128, 0]],
    [4, [0, 0, 128]],
    [15, [192, 128, 128]],
    [20, [0, 64, 128]],
    [255, [224, 224, 192]],
  ]
  const table = vocPalette()
  for (const [index, color] of known) {
    expect(vocColor(index)).toEqual(color)
    expect([...table.subarray(index * 3, index * 3 + 3)]).toEqual(color)
  }
  expect(new Set(Array.from({ length: 256 }, (_, i) => vocColor(i).join())).size).toBe(256)
})
