import { expect, it } from 'vitest'
import { levelFor, levelPlace, levelSizes } from './pictureLevels.ts'

it('halves a picture until it is small', () => {
  expect(levelSizes({ width: 1025, height: 600 })).toEqual([
    { width: 1025, height: 600 },
    { width: 513, height: 300 },
    { width: 257, height: 150 },
    { width: 129, height: 75 },
  ])
  expect(levelSizes({ width: 200, height: 256 })).toEqual([{ width: 200, height: 256 }])
})

it('shows the copy that is nearest in size', () => {
  expect([64, 1, 0.8, 0.6, 0.3, 0.01].map((scale) => levelFor(scale, 4))).toEqual([0, 0, 0, 1, 2, 3])
})

it('puts every copy on the same whole device pixels', () => {
  const view = { scale: 0.3217, offsetX: -13.4, offsetY: 20.6, ratio: 1.5, width: 900, height: 600 }
  const picture = { width: 1025, height: 601 }
  for (const level of levelSizes(picture)) {
    const { kx, ky, x, y } = levelPlace(view, picture, level)
    const ends = [x, y, x + level.width * kx, y + level.height * ky].map((at) => at * view.ratio)
    expect(ends.map((at) => Number(at.toFixed(6)))).toEqual([-13, 21, 316, 214])
  }
})
