import { expect, it } from 'vitest'
import type { MetricPoint } from '../../src/shared/model/run.ts'
import type { ModelRecord } from '../../src/shared/model/modelRecord.ts'
import { newId } from '../../src/main/newId.ts'
import { newStore, openStore, temporaryFolder } from './projectFixture.ts'

const point = (step: number, attempt: number, value: number, name = 'loss'): MetricPoint => ({
  attempt,
  step,
  epoch: step / 10,
  split: 'train',
  name,
  value,
  wall: 1000 + step,
})

it('keeps runs, attempts, tables and curves; a resumed run’s curve is the live chain only', async () => {
  const folder = temporaryFolder()
  const store = await newStore(folder)
  const id = newId()
  const config = { seed: 3, deep: { a: [1, 2] } }
  const run = await store.call('runs.create', {
    id,
    name: null,
    taskId: 't',
    datasetId: newId(),
    snapshotHash: '',
    totalSteps: 100,
    totalEpochs: 10,
    config,
  })
  expect(run).toMatchObject({ number: 1, name: '#1', status: 'created', attempt: 0 })
  expect(await store.call('runs.startAttempt', { runId: id, fromStep: 0, at: 5 })).toMatchObject({ attempt: 1, startedAt: null })
  const points = Array.from({ length: 30 }, (_, i) => point(i + 1, 1, i))
  await store.call('metrics.append', { runId: id, points })
  await store.call('metrics.append', { runId: id, points: points.slice(10) })
  const table = (step: number, name: string) => ({
    step,
    split: 'val',
    columns: ['IoU'],
    rows: [{ classId: null, name, color: '#000000', values: [0.5] }],
  })
  await store.call('classTables.add', { runId: id, attempt: 1, table: table(30, 'old') })
  expect(await store.call('metrics.list', { runId: id, maxPoints: 100 })).toEqual(points)
  await store.call('runs.startAttempt', { runId: id, fromStep: 20, at: 9 })
  await store.call('metrics.append', { runId: id, points: [point(21, 2, 7), point(22, 2, NaN), point(22, 2, Infinity, 'grad')] })
  await store.call('classTables.add', { runId: id, attempt: 2, table: table(22, 'new') })
  const live = await store.call('metrics.list', { runId: id, maxPoints: 100 })
  expect(live).toEqual([...points.slice(0, 20), point(21, 2, 7)])
  // The checkpoint of step 22 was damaged, so attempt 3 began before where it should have.
  await store.call('runs.startAttempt', { runId: id, fromStep: 22, at: 11 })
  await store.call('metrics.append', { runId: id, points: [point(21, 3, 8)] })
  expect(await store.call('metrics.list', { runId: id, maxPoints: 100 })).toEqual([...points.slice(0, 20), point(21, 3, 8)])
  const error = { code: 'run/diverged' as const, message: 'no', data: { step: 22 } }
  await store.call('runs.update', {
    runId: id,
    patch: { status: 'failed', error, step: 22, primary: { name: 'mIoU', best: 0.4, bestStep: 10, last: 0.3 } },
  })
  await store.close()
  const again = await openStore(folder)
  const stored = await again.call('runs.get', { runId: id })
  expect(stored.config).toEqual(config)
  expect(stored.run).toMatchObject({ status: 'failed', error, attempt: 3, primary: { best: 0.4 } })
  expect(stored.classTable!.rows[0]!.name).toBe('new')
  await expect(again.call('runs.get', { runId: newId() })).rejects.toMatchObject({ code: 'run/not-found' })
  expect((await again.call('runs.list', {})).map((one) => one.number)).toEqual([1])
})

it('thins a long curve to its extremes, ends and order', async () => {
  const store = await newStore()
  const id = newId()
  await store.call('runs.create', {
    id,
    name: 'x',
    taskId: 't',
    datasetId: newId(),
    snapshotHash: '',
    totalSteps: 1,
    totalEpochs: 1,
    config: {},
  })
  const points = Array.from({ length: 20_000 }, (_, i) => point(i, 1, i === 7_777 ? 1e6 : i === 13_131 ? -1e6 : Math.sin(i)))
  await store.call('metrics.append', { runId: id, points })
  const thin = await store.call('metrics.list', { runId: id, maxPoints: 500 })
  expect(thin.length).toBeLessThanOrEqual(500)
  expect(thin.map((p) => p.step)).toEqual([...thin.map((p) => p.step)].sort((a, b) => a - b))
  expect(thin.map((p) => p.value)).toEqual(expect.arrayContaining([1e6, -1e6]))
  expect([thin[0]!.step, thin.at(-1)!.step]).toEqual([0, 19_999])
})

it('keeps models', async () => {
  const store = await newStore()
  const parity = { maxAbsDiff: 0, maxAbsLogit: 1, relativeL2: 0, argmaxAgreement: 1, bound: 1, images: 1, passed: true }
  const model: ModelRecord = {
    id: newId(),
    name: 'm',
    taskId: 't',
    runId: null,
    checkpoint: 'best',
    precision: 'fp32',
    bytes: 1,
    opset: 17,
    irVersion: 8,
    classes: [],
    inputSize: [64, 64],
    datasetHash: 'h',
    parity,
    primary: null,
    createdAt: 1,
  }
  await store.call('models.add', { model })
  expect(await store.call('models.list', {})).toEqual([model])
  await store.call('models.remove', { modelId: model.id })
  await expect(store.call('models.get', { modelId: model.id })).rejects.toMatchObject({ code: 'model/not-found' })
})
