import { describe, expect, it } from 'vitest'
import { createSampler } from './sampler.ts'
import { coverageOf, describeCoverage } from './sampling/coverage.ts'

const epochOf = (sampler: ReturnType<typeof createSampler>, epoch: number): number[] =>
  Array.from({ length: sampler.stepsPerEpoch }, (_, i) => [...sampler.batch(epoch * sampler.stepsPerEpoch + i).positions]).flat()

describe('sampler', () => {
  it('shows every item each epoch and fills up with the start of the same order', () => {
    const sampler = createSampler({ groups: [{ count: 10 }], batchSize: 4, seed: 3 })
    expect(sampler.stepsPerEpoch).toBe(3)
    const first = epochOf(sampler, 0)
    expect(first.slice(0, 10).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(first.slice(10)).toEqual(first.slice(0, 2))
    expect(epochOf(sampler, 1)).not.toEqual(first)
    expect(sampler.batch(4).epoch).toBe(1)
  })

  it('any step can be asked for at any time', () => {
    const a = createSampler({ groups: [{ count: 7 }], batchSize: 2, seed: 1 })
    const forward = Array.from({ length: 12 }, (_, s) => [...a.batch(s).positions])
    const b = createSampler({ groups: [{ count: 7 }], batchSize: 2, seed: 1 })
    for (const step of [11, 3, 7, 0]) expect([...b.batch(step).positions]).toEqual(forward[step])
    expect([...createSampler({ groups: [{ count: 7 }], batchSize: 2, seed: 2 }).batch(0).positions]).not.toEqual(forward[0])
  })

  it('two ranks share the batch of one', () => {
    const whole = createSampler({ groups: [{ count: 11 }], batchSize: 4, seed: 9 })
    const halves = [0, 1].map((rank) => createSampler({ groups: [{ count: 11 }], batchSize: 2, seed: 9, rank, worldSize: 2 }))
    for (let step = 0; step < 6; step++)
      expect(halves.flatMap((h) => [...h.batch(step).positions])).toEqual([...whole.batch(step).positions])
  })

  it('fewer items than a batch', () => {
    expect(new Set(createSampler({ groups: [{ count: 2 }], batchSize: 5, seed: 0 }).batch(0).positions)).toEqual(new Set([0, 1]))
  })

  it('repeats by weight: whole ones exactly, fractions so that the epoch keeps its length', () => {
    const weights = [1, 2, 1, 2.5, 0.5, 1]
    const sampler = createSampler({ groups: [{ count: 2 }, { count: 6, weights }], batchSize: 5, seed: 4 })
    const totals = new Float64Array(8)
    for (let epoch = 0; epoch < 400; epoch++) {
      const { positions, occurrences } = sampler.epoch(epoch)
      expect(positions.length).toBe(10)
      const times = new Int32Array(8)
      for (const [i, position] of positions.entries()) {
        times[position]!++
        expect(occurrences[i]).toBeLessThan(3)
      }
      expect([...times.subarray(0, 5)]).toEqual([1, 1, 1, 2, 1])
      // Each occurrence of a picture has its own number.
      const keys = new Set([...positions].map((position, i) => `${position}:${occurrences[i]!}`))
      expect(keys.size).toBe(10)
      times.forEach((n, i) => (totals[i]! += n))
    }
    expect(totals[5]! / 400).toBeCloseTo(2.5, 1)
    expect(totals[6]! / 400).toBeCloseTo(0.5, 1)
  })
})

describe('mixing by rates', () => {
  const groups = [{ count: 5000 }, { count: 900 }, { count: 40 }, { count: 3 }]
  const mix = { rates: [9, 3, 3, 1], samplesPerEpoch: 16_000 }
  const options = { groups, mix, batchSize: 8, seed: 7 }
  const sourceOf = (position: number): number => [0, 5000, 5900, 5940].findLastIndex((start) => position >= start)

  it('draws 9,3,3,1 of 16 within two percent of the whole, the same again on another sampler', () => {
    const { positions } = createSampler(options).epoch(0)
    const counts = [0, 0, 0, 0]
    for (const position of positions) counts[sourceOf(position)]!++
    for (const [i, expected] of [9000, 3000, 3000, 1000].entries()) expect(Math.abs(counts[i]! - expected)).toBeLessThan(0.02 * 9000)
    expect(createSampler(options).epoch(0).positions).toEqual(positions)
    expect(createSampler(options).epoch(1).positions).not.toEqual(positions)
    expect(createSampler({ ...options, seed: 8 }).epoch(0).positions).not.toEqual(positions)
  })

  it('gives two ranks the batch of one', () => {
    const whole = createSampler(options)
    const halves = [0, 1].map((rank) => createSampler({ ...options, batchSize: 4, rank, worldSize: 2 }))
    for (const step of [0, 1999, 2000])
      expect(halves.flatMap((half) => [...half.batch(step).positions])).toEqual([...whole.batch(step).positions])
  })

  it('draws items of a source by their weights', () => {
    const weighed = createSampler({ ...options, groups: [{ count: 3, weights: [1, 0, 3] }], mix: { rates: [1], samplesPerEpoch: 8000 } })
    const counts = [0, 0, 0]
    for (const position of weighed.epoch(0).positions) counts[position]!++
    expect(counts[1]).toBe(0)
    expect(counts[2]! / 8000).toBeCloseTo(0.75, 1)
  })

  it('reports expected and real shares and what is left out', () => {
    const coverage = coverageOf(groups, mix, createSampler(options).epoch(0))
    expect(coverage.map(({ expected }) => expected)).toEqual([9 / 16, 3 / 16, 3 / 16, 1 / 16])
    for (const { expected, actual } of coverage) expect(actual).toBeCloseTo(expected, 1)
    // 9000 draws with replacement from 5000 leave (1 - 1/5000)^9000 of them out.
    expect(coverage[0]!.unseen / 5000).toBeCloseTo(Math.exp(-1.8), 1)
    expect(coverage.slice(2).map(({ unseen }) => unseen)).toEqual([0, 0])
    expect(describeCoverage(['a', 'b', 'c', 'd'], coverage)[0]).toContain('56.25 % of an epoch expected')
  })
})
