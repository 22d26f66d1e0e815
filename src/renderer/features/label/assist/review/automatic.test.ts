import { expect, it } from 'vitest'
import { firstOptions, smallOptions } from '../../../../../shared/assist/automaticDefaults.ts'
import type { Job } from '../../../../../shared/model/job.ts'
import { canPass, isChoice, leftBy, lowered, optionsOf } from './automatic.ts'

it('thresholds go below what came nearest, never up, and the IoU stays where the model tells none', () => {
  expect(lowered(firstOptions, { iou: 0.58, stability: 0.833 })).toEqual({
    ...firstOptions,
    predIouThreshold: 0.52,
    stabilityThreshold: 0.74,
  })
  expect(lowered(smallOptions, { iou: 0.99, stability: 0.5 })).toEqual({ ...smallOptions, stabilityThreshold: 0.1 })
  expect(lowered(firstOptions, { iou: -0.4, stability: 0.5 }).predIouThreshold).toBe(0)
  expect(
    [
      { iou: 0.1, stability: 0.1 },
      { iou: null, stability: 1 },
      { iou: -0.1, stability: 1 },
      { iou: 1, stability: 0 },
    ].map(canPass),
  ).toEqual([true, true, false, false])
  expect(lowered(firstOptions, { iou: null, stability: 0 }).predIouThreshold).toBe(firstOptions.predIouThreshold)
  expect([null, firstOptions, lowered(firstOptions, { iou: 0, stability: 0 })].every(isChoice)).toBe(true)
  expect(isChoice({ ...firstOptions, predIouThreshold: 2 })).toBe(false)
})

it('a finished job tells which list it left of which picture; others left none', () => {
  const result = { reviewId: 'r', itemId: 'i', masks: 3 }
  const progress = { phase: 'assisting', done: 1, total: 1, rate: null, leftSeconds: null } as const
  const job: Job = {
    id: 'j',
    kind: 'automaticMasks',
    subject: '',
    state: 'finished',
    progress,
    result,
    error: null,
    createdAt: 0,
    endedAt: 1,
  }
  expect(leftBy(job)).toEqual(result)
  expect(leftBy({ ...job, state: 'cancelled' })).toBeNull()
  expect(leftBy({ ...job, kind: 'refinePrediction' })).toBeNull()
  expect(leftBy({ ...job, result: { masks: 3 } })).toBeNull()
})

it('one thing that was chosen leaves the thresholds to the model', () => {
  const choice = { pointsPerSide: 8 }
  expect(isChoice(choice)).toBe(true)
  expect(isChoice({ pointsPerSide: 0 })).toBe(false)
  expect(optionsOf(true, choice)).toEqual({ ...smallOptions, pointsPerSide: 8 })
  expect(optionsOf(false, choice)).toEqual({ ...firstOptions, pointsPerSide: 8 })
  expect(optionsOf(true, null)).toEqual(smallOptions)
})
