import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { curveFileOf } from '../../src/main/db/curves/curveFile.ts'
import type { OperationInput, ProjectStore } from '../../src/main/db/store.ts'
import { newId } from '../../src/main/newId.ts'
import { counterRng } from '../../src/shared/counterRng.ts'
import type { MetricPoint } from '../../src/shared/model/run.ts'
import { newStore, openStore, temporaryFolder } from './projectFixture.ts'

const point = (step: number, value: number, change: Partial<MetricPoint> = {}): MetricPoint => ({
  attempt: 1,
  step,
  epoch: step / 100,
  split: 'train',
  name: 'loss',
  value,
  wall: 1e12 + step * 1000,
  ...change,
})

async function newRun(store: ProjectStore): Promise<string> {
  const id = newId()
  const rest = { taskId: 't', datasetId: newId(), snapshotHash: '', totalSteps: 100, totalEpochs: 1, config: {} }
  await store.call('runs.create', { id, name: 'x', ...rest })
  await store.call('runs.startAttempt', { runId: id, fromStep: 0, at: 1e12 })
  return id
}
const finish = (store: ProjectStore, runId: string) =>
  store.call('runs.update', { runId, patch: { status: 'finished', endedAt: Date.now() } })

const ask = (change: Partial<OperationInput<'curves.drawn'>>): OperationInput<'curves.drawn'> => ({
  runIds: [],
  curves: null,
  axis: 'step',
  range: null,
  maxPoints: 400,
  smoothing: 0,
  ...change,
})

/** The moving average as it is defined, over every value. */
function average(values: readonly number[], weight: number): number[] {
  let sum = 0
  return values.map((value, i) => {
    sum = weight * sum + (1 - weight) * value
    return sum / (1 - weight ** (i + 1))
  })
}

it('averages over every stored point before it thins, in the whole curve and in a part of it', async () => {
  const store = await newStore()
  const runId = await newRun(store)
  const rng = counterRng(5, 'curve')
  const values = Array.from({ length: 20_000 }, (_, i) => 3 / (1 + i / 500) + rng.range(-0.5, 0.5))
  await store.call('metrics.append', { runId, points: values.map((value, i) => point(i + 1, value)) })
  for (const smoothing of [0.5, 0.99]) {
    const exact = average(values, smoothing)
    for (const range of [null, [9_000, 12_000]] as const) {
      const [curve] = await store.call('curves.drawn', ask({ runIds: [runId], smoothing, range: range ? [...range] : null }))
      const { smooth, raw } = curve!
      expect(smooth!.steps.length).toBeLessThanOrEqual(400)
      expect(smooth!.steps.length).toBeGreaterThan(150)
      const worst = Math.max(...smooth!.steps.map((step, i) => Math.abs(exact[step - 1]! - smooth!.values[i]!)))
      expect(worst).toBeLessThan(1e-5)
      expect(raw.values).toEqual(raw.steps.map((step) => values[step - 1]))
      // Nothing that stands out of a column is lost.
      const [from, to] = range ?? [1, 20_000]
      const inRange = exact.slice(from - 1, to)
      expect(Math.max(...smooth!.values)).toBeCloseTo(Math.max(...inRange), 4)
      expect(Math.min(...smooth!.values)).toBeCloseTo(Math.min(...inRange), 4)
      expect([smooth!.steps[0], smooth!.steps.at(-1)]).toEqual(range ? [from - 1, to + 1] : [1, 20_000])
    }
  }
})

it('grows with a run that goes on, and leaves out what a later attempt did again', async () => {
  const store = await newStore()
  const runId = await newRun(store)
  const values = async () => (await store.call('curves.drawn', ask({ runIds: [runId] })))[0]!.raw.values
  await store.call('metrics.append', { runId, points: [point(1, 10), point(2, 20)] })
  expect(await values()).toEqual([10, 20])
  await store.call('metrics.append', { runId, points: [point(3, 30), point(4, Infinity), point(3, 0.5, { split: 'val', name: 'mIoU' })] })
  expect(await values()).toEqual([10, 20, 30])
  const spark = { split: 'val', name: 'mIoU' }
  expect(await store.call('curves.summaries', { runs: [{ runId, spark }] })).toEqual([
    {
      runId,
      curves: [
        { split: 'train', name: 'loss', points: 3, last: 30, lastStep: 3, min: 10, minStep: 1, max: 30, maxStep: 3 },
        { split: 'val', name: 'mIoU', points: 1, last: 0.5, lastStep: 3, min: 0.5, minStep: 3, max: 0.5, maxStep: 3 },
      ],
      spark: [0.5],
    },
  ])
  // Resumed from step 2 an hour later.
  await store.call('runs.startAttempt', { runId, fromStep: 2, at: 2e12 })
  await store.call('metrics.append', {
    runId,
    points: [point(3, 31, { attempt: 2, wall: 2e12 }), point(4, 41, { attempt: 2, wall: 2e12 + 5000 })],
  })
  expect(await values()).toEqual([10, 20, 31, 41])
  const [loss] = await store.call('curves.drawn', ask({ runIds: [runId], axis: 'time' }))
  // The pause and the step that was done twice take no time.
  expect(loss!.raw.x).toEqual([0, 1, 1, 6])
  await store.call('metrics.append', { runId, points: [point(5, 51, { attempt: 2, wall: 2e12 + 7000 })] })
  expect(await values()).toEqual([10, 20, 31, 41, 51])
  expect((await store.call('curves.drawn', ask({ runIds: [runId], axis: 'time' })))[0]!.raw.x!.at(-1)).toBe(8)
  const page = await store.call('curves.points', { runId, split: 'train', name: 'loss', after: 2, limit: 2 })
  expect(page.map(({ step, value }) => [step, value])).toEqual([
    [3, 31],
    [4, 41],
  ])
  await expect(store.call('curves.drawn', ask({ runIds: [newId()] }))).rejects.toMatchObject({ code: 'run/not-found' })
})

it('keeps the curves of a run at rest in the cache, and does without a cache that is damaged, old or gone', async () => {
  const folder = temporaryFolder()
  let store = await newStore(folder)
  const runId = await newRun(store)
  await store.call('metrics.append', { runId, points: [1, 2, 3].map((step) => point(step, step * 1.1)) })
  const file = curveFileOf(folder, runId)
  const drawn = () => store.call('curves.drawn', ask({ runIds: [runId], axis: 'epoch' }))
  const live = await drawn()
  expect(existsSync(file)).toBe(false)
  await finish(store, runId)
  expect(await drawn()).toEqual(live)
  expect(existsSync(file)).toBe(true)
  const good = readFileSync(file)
  const bits = [
    good,
    good.subarray(0, good.length - 8),
    Buffer.alloc(64),
    Buffer.concat([good.subarray(0, 8), Buffer.alloc(good.length - 8, '{')]),
  ]
  for (const bytes of bits) {
    await store.close()
    writeFileSync(file, bytes)
    store = await openStore(folder)
    const [summary] = await store.call('curves.summaries', { runs: [{ runId, spark: { split: 'train', name: 'loss' } }] })
    expect(summary).toMatchObject({ curves: [{ last: 3 * 1.1, max: 3 * 1.1, min: 1.1 }], spark: [1.1, 2.2, 3.3] })
    expect(await drawn()).toEqual(live)
    expect(statSync(file).size).toBe(good.length)
  }
  // What is read back is what is there, not what was: a resumed run has another key.
  await store.call('runs.startAttempt', { runId, fromStep: 3, at: 2e12 })
  await store.call('metrics.append', { runId, points: [point(4, 9, { attempt: 2 })] })
  await finish(store, runId)
  expect((await drawn())[0]!.raw.values.at(-1)).toBe(9)
})
