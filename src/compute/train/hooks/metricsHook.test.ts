import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import type { LoopState, StepFacts, Voice } from '../hook.ts'
import { metricsHook } from './metricsHook.ts'

it('keeps the numbers of a step until they are stored, not its pictures', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const told: { name: string; value: number }[] = []
  const voice: Voice = {
    say: () => undefined,
    event: () => undefined,
    status: () => undefined,
    metrics: (points) => void told.push(...points),
  }
  const hook = metricsHook(3, null)
  const pictures: WeakRef<Float32Array>[] = []
  const take = (step: number) => {
    const image = new Float32Array(1000)
    pictures.push(new WeakRef(image))
    const numbers = {
      loss: step,
      losses: {},
      gradientNorm: null,
      lossScale: null,
      skipped: false,
      extras: {},
      lr: 0.1,
      dataMs: 1,
      stepMs: step,
    }
    const facts: StepFacts = { ...numbers, batches: [{ image }], shown: null }
    void hook.afterStep?.({ step, table: { totalSteps: 9 } } as LoopState, voice, facts)
  }
  take(1)
  take(2)
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  expect(pictures.map((picture) => picture.deref())).toEqual([undefined, undefined])
  take(3)
  expect(told.find(({ name }) => name === 'stepMs')?.value).toBe(2)
  expect(told.find(({ name }) => name === 'loss')?.value).toBe(2)
})
