import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../shared/model/finding.ts'
import { stepChecks, type Pulse } from './checks.ts'

const window = 10
/** Runs `steps` pulses through fresh checks and answers with what was found, first of each key. */
function watch(steps: number, pulse: (step: number) => Partial<Pulse>, totalSteps = 1000): Finding[] {
  const check = stepChecks(window)
  const found = new Map<string, Finding>()
  for (let step = 1; step <= steps; step++) {
    const usual: Pulse = { step, totalSteps, loss: 1 / step + 0.01 * (step % 3), gradientNorm: 1 + 0.1 * (step % 5), lr: 1e-3 }
    const finding = check({ ...usual, ...pulse(step) })
    if (finding && !found.has(finding.key)) found.set(finding.key, finding)
  }
  return [...found.values()]
}
const keys = (findings: Finding[]) => findings.map(({ key, severity }) => `${key} ${severity}`)

describe('health of steps', () => {
  it('has nothing to say of a training that learns', () => {
    expect(watch(500, () => ({}))).toEqual([])
  })

  it('lets one bad batch pass', () => {
    expect(watch(500, (step) => (step === 200 ? { loss: 8, gradientNorm: 1e6 } : {}))).toEqual([])
  })

  it('pauses when the loss explodes, and says from where', () => {
    const [finding] = watch(200, (step) => (step > 100 ? { loss: 40 } : {}))
    expect(finding).toMatchObject({ key: 'lossExploded', severity: 'pause' })
    expect(finding!.step).toBeLessThan(115)
    expect(finding!.data['best']).toBeLessThan(0.1)
  })

  it('does not call a loss exploded that returns to where it began', () => {
    expect(watch(200, (step) => (step > 100 ? { loss: 0.3 + 0.01 * (step % 4) } : {}))).toEqual([])
  })

  it('pauses a loss that does not move while the weights should', () => {
    expect(keys(watch(60, () => ({ loss: 0.7 })))).toEqual(['lossStuck pause'])
  })

  it('warns of a loss that is nearly zero', () => {
    expect(keys(watch(60, (step) => ({ loss: 1e-6 * (1 + (step % 7)) })))).toEqual(['lossVanished warning'])
  })

  it('pauses at a rate of zero, warns of one too small to matter, and forgives the end of a schedule', () => {
    expect(keys(watch(60, () => ({ lr: 0 })))).toEqual(['rateZero pause'])
    expect(keys(watch(60, () => ({ lr: 6e-11 })))).toEqual(['rateZero warning'])
    expect(watch(1000, (step) => (step > 900 ? { lr: 0 } : {}))).toEqual([])
  })

  it('pauses when gradients stay a thousand times larger than they were', () => {
    const found = watch(300, (step) => (step > 200 ? { gradientNorm: 5000 } : {}))
    expect(keys(found)).toEqual(['gradientExploded pause'])
    expect(found[0]!.step).toBe(202)
  })

  it('judges no gradient that nobody measures', () => {
    expect(watch(300, () => ({ gradientNorm: null }))).toEqual([])
  })
})
