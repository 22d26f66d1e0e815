import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { scheduleSchema, type Schedule } from '../../../shared/model/train/schedules/table.ts'
import { learningRate } from './learningRate.ts'

interface Case {
  name: string
  schedule: Record<string, unknown>
  base: number
  stepsPerEpoch: number
  totalSteps: number
  rates: [step: number, rate: number][]
}
/** From tests/oracles/schedules.py. */
const file = new URL('../../../../tests/fixtures/schedules.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }

/** Every step of a run. */
function rates(given: Record<string, unknown>, base: number, table: { stepsPerEpoch: number; totalSteps: number }): number[] {
  const schedule: Schedule = scheduleSchema.parse(given)
  return Array.from({ length: table.totalSteps }, (_, step) => learningRate(schedule, base, step, table))
}
const none = { length: 0 }

describe('schedules', () => {
  it.each(cases)('$name: as the step-by-step form', ({ schedule, base, rates: stored, ...table }) => {
    const ours = rates(schedule, base, table)
    expect(stored.length).toBeGreaterThan(10)
    for (const [step, rate] of stored) expect(Math.abs(ours[step]! - rate), `step ${step}`).toBeLessThanOrEqual(1e-9 * base)
  })

  it('gives the numbers of the restated experiment by epoch: epoch 0 is wasted', () => {
    const schedule = { type: 'poly', by: 'epoch', end: 201, warmup: { length: 15, unit: 'epoch', factor: 1e-6 } }
    const ours = rates(schedule, 6e-5, { stepsPerEpoch: 588, totalSteps: 588 * 200 })
    const epoch = (n: number) => [ours[n * 588]!, ours[n * 588 + 587]!]
    for (const rate of epoch(0)) expect(rate).toBeCloseTo(6e-11, 15)
    for (const rate of epoch(1)) expect(rate).toBeCloseTo(4.28577e-6, 10)
    expect(epoch(14)).toEqual([6e-5, 6e-5])
    expect(epoch(15)).toEqual([6e-5, 6e-5])
    for (const rate of epoch(199)) expect(rate).toBeCloseTo(6e-5 / 185, 12)
  })

  it('reaches the minimum of poly in the last step, and not yet that of cosine', () => {
    const table = { stepsPerEpoch: 10, totalSteps: 40 }
    expect(rates({ type: 'poly', minLr: 1e-5, warmup: none }, 1e-3, table).at(-1)).toBe(1e-5)
    expect(rates({ type: 'cosine', minLr: 1e-5, warmup: none }, 1e-3, table).at(-1)).toBeGreaterThan(1e-5)
  })

  it('holds the last rate after an end before the run', () => {
    for (const type of ['poly', 'cosine']) {
      const ours = rates({ type, minLr: 1e-4, end: 20, warmup: none }, 1e-2, { stepsPerEpoch: 10, totalSteps: 40 })
      expect(new Set(ours.slice(19)).size).toBe(1)
      expect(ours[18]).toBeGreaterThan(ours[19]!)
    }
  })

  it('works with runs of one step, without warm-up, and with a warm-up longer than the run', () => {
    const one = { stepsPerEpoch: 1, totalSteps: 1 }
    for (const type of ['poly', 'cosine', 'step', 'constant']) expect(rates({ type, warmup: none }, 1, one), type).toEqual([1])
    expect(rates({ type: 'oneCycle' }, 1, one).every(Number.isFinite)).toBe(true)
    const long = rates({ type: 'poly', warmup: { length: 101, factor: 0 } }, 1, { stepsPerEpoch: 10, totalSteps: 50 })
    expect(long.at(-1)).toBeCloseTo(0.49, 12)
    expect(rates({ type: 'constant', warmup: { length: 1, factor: 0.1 } }, 1, { stepsPerEpoch: 10, totalSteps: 3 })).toEqual([1, 1, 1])
  })

  it('starts poly by epoch in the first whole epoch after a warm-up counted in steps', () => {
    const ours = rates({ type: 'poly', by: 'epoch', warmup: { length: 12, factor: 0 } }, 1, { stepsPerEpoch: 10, totalSteps: 60 })
    expect(ours[11]).toBe(1)
    expect(ours.slice(12, 30)).toEqual(Array<number>(18).fill(1))
    expect(ours[30]).toBeCloseTo(2 / 3, 12)
    expect(ours[59]).toBe(0)
  })
})
