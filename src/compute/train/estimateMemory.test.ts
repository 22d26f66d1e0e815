import { expect, it } from 'vitest'
import { estimateMemory } from './estimateMemory.ts'

it('a process that takes half of a batch needs what a batch of that size does', () => {
  const config = (batchSize: number, processes: number) => ({
    model: { type: 'segformer', variant: 'mit-b0' },
    data: { batchSize, cropSize: [64, 64] },
    device: { processes },
  })
  const of = (batchSize: number, processes: number) => estimateMemory(config(batchSize, processes), 3)
  expect(of(8, 2)).toEqual(of(4, 1))
  expect(of(8, 2).bytes).toBeLessThan(of(8, 1).bytes)
})
