import { expect, it } from 'vitest'
import { certaintyOf } from './certainty.ts'
import type { View } from './viewAverage.ts'

const view = (classes: number, planes: number[][]): View => ({
  logits: Float32Array.from(planes.flat()),
  classes,
  height: 1,
  width: planes[0]!.length,
  flipped: false,
})

it('is the mean of the largest probability over places and looks', () => {
  expect(certaintyOf([view(4, [[5], [5], [5], [5]])])).toBeCloseTo(0.25)
  // ln 3 more than the other: three of four.
  expect(
    certaintyOf([
      view(2, [
        [Math.log(3), 0],
        [0, 0],
      ]),
    ]),
  ).toBeCloseTo((0.75 + 0.5) / 2)
  expect(certaintyOf([view(2, [[200], [-200]]), view(2, [[0], [0]])])).toBeCloseTo((1 + 0.5) / 2)
})
