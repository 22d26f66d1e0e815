import { expect, it } from 'vitest'
import { emaSchema } from '../../shared/model/train/ema.ts'
import { emaMomentum, emaProgram } from './ema.ts'
import { KernelMemory } from './kernel.ts'

it('copies after the first update, then holds its share or anneals it', () => {
  const shares = (over: object) => [1, 2, 3, 101, 100_000].map((update) => emaMomentum(emaSchema.parse(over), update))
  expect(shares({})).toEqual([1, 2e-4, 2e-4, 2e-4, 2e-4])
  expect(shares({ gamma: 100, momentum: 0.01 })).toEqual([1, 100 / 101, 100 / 102, 0.5, 0.01])
})

it('moves towards the source by its share, and not at all where both are equal', () => {
  const memory = new KernelMemory(32)
  const [average, source] = [memory.allocate(16), memory.allocate(16)]
  average.set([1, 0.1, -3, 1 / 3])
  source.set([2, 0.1, 5, 1 / 3])
  const before = average.slice()
  memory.compile(emaProgram)({ average, source }, 0, 16, { momentum: 0.25 })
  expect([average[0], average[2]]).toEqual([1.25, -1])
  for (const i of [1, 3]) expect(Object.is(average[i], before[i])).toBe(true)
})
