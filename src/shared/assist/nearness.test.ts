import { expect, it } from 'vitest'
import { nearestScores, nearness } from './nearness.ts'

const thresholds = { predIouThreshold: 0.8, stabilityThreshold: 0.9 }

it('a mask is as near to the thresholds as its weaker score, whether or not the model says how sure it is', () => {
  expect(nearness({ iou: 0.4, stability: 0.9 }, thresholds)).toBeCloseTo(0.5)
  expect(nearness({ iou: 0.8, stability: 0.45 }, thresholds)).toBeCloseTo(0.5)
  expect(nearness({ iou: null, stability: 0.45 }, thresholds)).toBeCloseTo(0.5)
  expect(nearness({ iou: 0.1, stability: 0 }, { predIouThreshold: 0, stabilityThreshold: 0 })).toBe(1)
})

it('the nearest is found among all, null among none', () => {
  const near = { iou: 0.7, stability: 0.8 }
  expect(nearestScores([{ iou: 0.1, stability: 1 }, near, { iou: 1, stability: 0.2 }], thresholds)).toBe(near)
  expect(nearestScores([], thresholds)).toBeNull()
})
