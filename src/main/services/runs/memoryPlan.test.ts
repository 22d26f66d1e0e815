import { expect, it } from 'vitest'
import { requireTrainConfig } from '../../../shared/model/trainConfigParse.ts'
import { partsThatFit } from './memoryPlan.ts'

const config = (processes: number, batchParts = 1) => requireTrainConfig({ data: { batchSize: 8 }, device: { processes, batchParts } })
/** Of one process. */
const estimate = { bytes: 1000, activations: 800 }

it('every process needs its memory, and its share of a batch can be divided until one picture is left', () => {
  expect(partsThatFit(config(1), estimate, 1000)).toBeNull()
  expect(partsThatFit(config(2), estimate, 2000)).toBeNull()
  expect(partsThatFit(config(2), estimate, 1999)).toBe(2)
  // 200 + 800 / 4 of each.
  expect(partsThatFit(config(2), estimate, 800)).toBe(4)
  expect(partsThatFit(config(2), estimate, 799)).toBeNull()
  expect(partsThatFit(config(1), estimate, 300)).toBe(8)
  expect(partsThatFit(config(2, 2), estimate, 1200)).toBe(4)
})
