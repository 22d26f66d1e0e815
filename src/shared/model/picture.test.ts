import { expect, it } from 'vitest'
import { coarseLevelOf, levelsOf, type PictureFormat } from './picture.ts'

it('begins with no more than a screen can show, and with what a decoder reduces by itself where it can', () => {
  const coarse = (format: PictureFormat, width: number, height: number) => coarseLevelOf({ format, width, height })
  expect(coarse('png', 4_096, 300)).toBe(0)
  expect(coarse('png', 4_097, 300)).toBe(1)
  expect(coarse('tiff', 30_000, 20_000)).toBe(3)
  expect(['jpeg', 'jpeg', 'jpeg'].map((format, i) => coarse(format as PictureFormat, [8_000, 16_000, 30_000][i]!, 5_000))).toEqual([
    1, 2, 4,
  ])
  expect(levelsOf({ width: 30_000, height: 20_000 })).toBe(7)
})
