import { expect, it } from 'vitest'
import { encodeRuns } from '../../shared/geometry/rle.ts'
import { windowPrompt } from './windowPrompt.ts'

const mask = { kind: 'mask' as const, x: 120, y: 70, w: 20, h: 40, rle: encodeRuns([0, 800]) }
const embedding = { window: { width: 50, height: 25 } }
const view = [100, 50, 200, 100] as const

it('places of the picture are told in pixels of what was encoded, within reach of it', () => {
  const points = [
    { x: 150, y: 75, positive: true },
    { x: 1e9, y: -1e9, positive: false },
  ]
  expect(windowPrompt({ points, box: [100, 50, 110, 60], mask: null }, embedding, [...view], true)).toEqual({
    points: [
      { x: 25, y: 12.5, positive: true },
      { x: 100, y: -25, positive: false },
    ],
    box: [0, 0, 5, 5],
  })
})

it('a model that takes no mask to start from is shown the box around it, unless it is given one', () => {
  expect(windowPrompt({ points: [], box: null, mask }, embedding, [...view], true).box).toBeNull()
  expect(windowPrompt({ points: [], box: null, mask }, embedding, [...view], false).box).toEqual([10, 10, 20, 30])
  expect(windowPrompt({ points: [], box: [100, 50, 200, 100], mask }, embedding, [...view], false).box).toEqual([0, 0, 50, 25])
})
