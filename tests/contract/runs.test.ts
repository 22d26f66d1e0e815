import { fork } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunEvent } from '../../src/shared/api/page/runs.ts'
import type { Snapshot } from '../../src/shared/model/snapshot.ts'
import { atRest, endOfJob, is, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started)
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

const runFolder = (runId: string) => path.join(projectOf(started.folder), 'runs', runId)
/** With a worker for the data, as most trainings have. */
const withWorker = { data: { batchSize: 4, cropSize: [64, 64], workers: 1 } }
const trainingPid = () => started.core.host.supervisor.running.find(({ name }) => name === 'training')?.pid

test('a training runs to its end: everything stored, streams conflated, files where the design says', async () => {
  const { client } = started
  const run = await client.runs.launch({ datasetId, name: 'first', config: tinyConfig(30, withWorker) })
  expect(run).toMatchObject({ number: 1, name: 'first', attempt: 1, totalSteps: 30 })
  const events: RunEvent[] = []
  const begin = performance.now()
  for await (const event of await client.runs.watch({ runId: run.id })) {
    events.push(event)
    if (event.type === 'run' && atRest(event.run)) break
  }
  const seconds = (performance.now() - begin) / 1000
  const last = events.findLast((event) => event.type === 'run')!
  expect(last.type === 'run' && last.run).toMatchObject({
    status: 'finished',
    step: 30,
    device: 'cpu',
    error: null,
    primary: { name: 'mIoU' },
  })
  for (const type of ['run', 'metrics', 'classTable', 'log'] as const)
    expect(events.filter((event) => event.type === type).length, type).toBeLessThanOrEqual(seconds * 10 + 2)
  const points = await client.runs.metrics({ runId: run.id, maxPoints: 20_000 })
  const loss = points.filter((point) => point.split === 'train' && point.name === 'loss')
  expect(loss.map((point) => point.step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  // What the page saw, joined, is what is stored.
  const seen = events
    .flatMap((event) => (event.type === 'metrics' ? event.points : []))
    .filter((point) => point.split === 'train' && point.name === 'loss')
  expect(seen.map(({ step, value }) => [step, value])).toEqual(loss.map(({ step, value }) => [step, value]))
  const stored = await client.runs.get({ runId: run.id })
  expect(stored.run.snapshotHash).toMatch(/^[0-9a-f]{64}$/)
  expect(stored.classTable?.rows.length).toBeGreaterThan(2)
  expect(stored.checkpoints.some((checkpoint) => checkpoint.best)).toBe(true)
  expect(readdirSync(runFolder(run.id))).toEqual(
    expect.arrayContaining(['config.json', 'snapshot.json', 'log.jsonl', 'checkpoints', 'environment.json', 'labels']),
  )
  expect((await client.runs.log({ runId: run.id, tail: 5 })).length).toBe(5)
  expect(trainingPid()).toBeUndefined()
})

test('stop ends after the step in progress; resume goes on as a new attempt from there', async () => {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, config: tinyConfig(40) })
  await until(client, id, (run) => run.step >= 4)
  await client.runs.stop({ runId: id })
  const stopped = await until(client, id, atRest)
  expect(stopped).toMatchObject({ status: 'stopped', attempt: 1 })
  expect(stopped.step).toBeLessThan(40)
  const resumed = await client.runs.resume({ runId: id })
  expect(resumed).toMatchObject({ attempt: 2, step: stopped.step })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'finished', step: 40, attempt: 2 })
  const loss = (await client.runs.metrics({ runId: id, maxPoints: 20_000 })).filter(
    (point) => point.split === 'train' && point.name === 'loss',
  )
  expect(loss.map((point) => point.step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  expect(new Set(loss.map((point) => point.attempt))).toEqual(new Set([1, 2]))
  await expect(client.runs.resume({ runId: id })).rejects.toMatchObject({ code: 'run/not-resumable' })
})

test('a run does not go on, and is not scored, on a picture that another file of its size became', async () => {
  const { core, client } = started
  const { id } = await client.runs.launch({ datasetId, config: tinyConfig(40) })
  await until(client, id, (run) => run.step >= 6)
  await client.runs.stop({ runId: id })
  await until(client, id, atRest)
  const { items } = JSON.parse(readFileSync(path.join(runFolder(id), 'snapshot.json'), 'utf8')) as Snapshot
  const { imagePath, width, height } = items.find(({ split }) => split.includes('val'))!
  const before = readFileSync(imagePath)
  await sharp({ create: { width, height, channels: 3, background: 'teal' } }).toFile(imagePath)
  const changed = { code: 'file/changed', data: { hash: expect.any(String) as string } }
  await client.runs.resume({ runId: id })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'failed', error: changed })
  const evaluate = async (splits: string[]) =>
    core.host.jobs.wait((await client.models.evaluate({ source: { kind: 'run', runId: id, checkpoint: 'last' }, splits })).jobId)
  expect(await evaluate(['val'])).toMatchObject({ state: 'failed', error: changed })
  expect(await evaluate(['train'])).toMatchObject({ state: 'finished' })
  writeFileSync(imagePath, before)
  expect(await evaluate(['val'])).toMatchObject({ state: 'finished' })
  await client.runs.resume({ runId: id })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'finished', error: null })
})

test('SIGKILL of the compute process leaves an interrupted run that resumes', async () => {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, config: tinyConfig(40, withWorker) })
  await until(client, id, (run) => run.step >= 8)
  process.kill(trainingPid()!, 'SIGKILL')
  const killed = await until(client, id, atRest)
  expect(killed).toMatchObject({ status: 'interrupted', error: { code: 'process/gone', data: { reason: 'it was ended by SIGKILL' } } })
  await client.runs.resume({ runId: id })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'finished', attempt: 2, error: null })
  const loss = (await client.runs.metrics({ runId: id, maxPoints: 20_000 })).filter(
    (point) => point.split === 'train' && point.name === 'loss',
  )
  expect(loss.map((point) => point.step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
})

test('what cannot be trained is refused with a code before anything starts', async () => {
  const { client } = started
  const launch = (config: Record<string, unknown>) => client.runs.launch({ datasetId, config })
  await expect(launch({ ...tinyConfig(5), optimiser: {} })).rejects.toMatchObject({
    code: 'config/unknown-key',
    data: { nearest: 'optimizer' },
  })
  await expect(launch(tinyConfig(5, { data: { trainSplits: ['nothing'] } }))).rejects.toMatchObject({ code: 'run/no-training-items' })
  await expect(client.runs.resume({ runId: datasetId })).rejects.toMatchObject({ code: 'run/not-found' })
  const checked = await client.runs.preflight({ datasetId, config: tinyConfig(5, { data: { batchSize: 2 } }) })
  expect(checked).toMatchObject({ problems: [], trainItems: 12, valItems: 4, stepsPerEpoch: 6, totalSteps: 5 })
  expect(checked.warnings.map((warning) => warning.key)).toContain('smallBatch')
  const withLoss = (loss: object) => client.runs.preflight({ datasetId, config: tinyConfig(5, { loss: [loss] }) })
  expect((await withLoss({ type: 'crossEntropy', classWeights: [1] })).problems).toMatchObject([
    { path: 'loss.0.classWeights', rule: { key: 'classWeightCount', data: { weights: 1 } } },
  ])
  expect((await withLoss({ type: 'softmaxFocal' })).warnings).toContainEqual({
    key: 'focalCollapse',
    data: { name: 'softmaxFocal', gamma: 2, sure: 80, kept: 11 },
  })
  expect((await client.runs.presets({})).length).toBeGreaterThan(0)
})

test('a device that is not there fails the run with its code', async () => {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, config: tinyConfig(5, { device: { provider: 'dml' } }) })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'failed', error: { code: 'device/not-available' } })
})

test('export, parity, prediction and evaluation of a run; the model goes when it is removed', async () => {
  const { core, client } = started
  const run = (await client.runs.list({})).find((candidate) => candidate.name === 'first')!
  const { jobId } = await client.models.export({ runId: run.id, checkpoint: 'best', precision: 'fp32' })
  const { modelId } = (await endOfJob(core, jobId)).result as { modelId: string }
  const model = await client.models.get({ modelId })
  expect(model).toMatchObject({ runId: run.id, parity: { passed: true } })
  const file = path.join(projectOf(started.folder), 'models', `${modelId}.onnx`)
  expect(readFileSync(file).length).toBe(model.bytes)
  const { items } = await client.items.window({
    datasetId,
    filter: { split: 'val', classId: null, status: null, text: '' },
    offset: 0,
    limit: 1,
  })
  const prediction = await client.models.predict({ modelId, source: { kind: 'item', itemId: items[0]!.id } })
  expect(prediction).toMatchObject({ width: 256, height: 256 })
  const overlay = await core.assets.prediction(prediction.overlayAsset, new URLSearchParams())
  expect('file' in overlay.body && existsSync(overlay.body.file)).toBe(true)
  const evaluation = await client.models.evaluate({ source: { kind: 'model', modelId, datasetId }, splits: ['val'] })
  expect((await endOfJob(core, evaluation.jobId)).result).toMatchObject({ items: 4 })
  await client.models.remove({ modelId })
  expect(existsSync(file)).toBe(false)
  await expect(client.models.predict({ modelId, source: { kind: 'item', itemId: items[0]!.id } })).rejects.toMatchObject({
    code: 'model/not-found',
  })
})

test('a host that was killed while it trained: the next one finds everything and goes on', async () => {
  const { folder } = await (async () => {
    const first = await startCore()
    await makeProject(first)
    await first.core.close()
    return first
  })()
  const child = fork(path.join(import.meta.dirname, 'processes', 'trainingHost.ts'), [folder], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const runId = await new Promise<string>((resolve) => child.once('message', (id) => resolve(id as string)))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  // An export was under way as well.
  const partial = path.join(projectOf(folder), 'models', 'a.onnx.1.partial')
  mkdirSync(path.dirname(partial), { recursive: true })
  writeFileSync(partial, 'half')
  const second = await startCore(folder)
  await second.core.host.slot.open(projectOf(folder))
  expect(existsSync(partial)).toBe(false)
  const found = (await second.client.runs.get({ runId })).run
  expect(found.status).toBe('interrupted')
  const points = await second.client.runs.metrics({ runId, maxPoints: 20_000 })
  const loss = points.filter((point) => point.split === 'train' && point.name === 'loss')
  const logged = readFileSync(path.join(projectOf(folder), 'runs', runId, 'log.jsonl'), 'utf8').match(/"name":"loss"/g)!.length
  expect(loss).toHaveLength(logged)
  expect(found.step).toBe(loss.at(-1)!.step)
  await second.client.runs.resume({ runId })
  expect(await until(second.client, runId, is('finished', 'failed'))).toMatchObject({ status: 'finished', step: 40, attempt: 2 })
  await second.core.close()
  remove(folder)
})
