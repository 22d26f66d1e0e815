import { describe, expect, it } from 'vitest'
import { createSampler } from './sampler.ts'

const epochOf = (sampler: ReturnType<typeof createSampler>, epoch: number): number[] =>
  Array.from({ length: sampler.stepsPerEpoch }, (_, i) => [...sampler.batch(epoch * sampler.stepsPerEpoch + i).positions]).flat()

describe('sampler', () => {
  it('shows every item each epoch and fills up with the start of the same order', () => {
    const sampler = createSampler({ count: 10, batchSize: 4, seed: 3 })
    expect(sampler.stepsPerEpoch).toBe(3)
    const first = epochOf(sampler, 0)
    expect(first.slice(0, 10).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(first.slice(10)).toEqual(first.slice(0, 2))
    expect(epochOf(sampler, 1)).not.toEqual(first)
    expect(sampler.batch(4).epoch).toBe(1)
  })

  it('any step can be asked for at any time', () => {
    const a = createSampler({ count: 7, batchSize: 2, seed: 1 })
    const forward = Array.from({ length: 12 }, (_, s) => [...a.batch(s).positions])
    const b = createSampler({ count: 7, batchSize: 2, seed: 1 })
    for (const step of [11, 3, 7, 0]) expect([...b.batch(step).positions]).toEqual(forward[step])
    expect([...createSampler({ count: 7, batchSize: 2, seed: 2 }).batch(0).positions]).not.toEqual(forward[0])
  })

  it('two ranks share the batch of one', () => {
    const whole = createSampler({ count: 11, batchSize: 4, seed: 9 })
    const halves = [0, 1].map((rank) => createSampler({ count: 11, batchSize: 2, seed: 9, rank, worldSize: 2 }))
    for (let step = 0; step < 6; step++)
      expect(halves.flatMap((h) => [...h.batch(step).positions])).toEqual([...whole.batch(step).positions])
  })

  it('fewer items than a batch', () => {
    expect(new Set(createSampler({ count: 2, batchSize: 5, seed: 0 }).batch(0).positions)).toEqual(new Set([0, 1]))
  })
})
