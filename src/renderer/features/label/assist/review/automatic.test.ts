import { expect, it } from 'vitest'
import { firstOptions, isChoice, lowered, shippedOptions } from './automatic.ts'

it('thresholds go below what came nearest, never up, and the IoU stays where the model tells none', () => {
  expect(lowered(firstOptions, { iou: 0.58, stability: 0.833 })).toEqual({
    ...firstOptions,
    predIouThreshold: 0.52,
    stabilityThreshold: 0.74,
  })
  expect(lowered(shippedOptions, { iou: 0.99, stability: 0.5 })).toEqual({ ...shippedOptions, stabilityThreshold: 0.45 })
  expect(lowered(firstOptions, { iou: null, stability: 0 }).predIouThreshold).toBe(firstOptions.predIouThreshold)
  expect([null, firstOptions, lowered(firstOptions, { iou: 0, stability: 0 })].every(isChoice)).toBe(true)
  expect(isChoice({ ...firstOptions, predIouThreshold: 2 })).toBe(false)
})
