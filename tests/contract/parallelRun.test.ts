import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atRest, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started, { train: 8, val: 2 })
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

const together = (steps: number, more: Record<string, unknown> = {}) =>
  tinyConfig(steps, { device: { provider: 'cpu', threads: 1, processes: 2 }, ...more })
const trainingPids = () => started.core.host.supervisor.running.filter(({ name }) => name === 'training').map(({ pid }) => pid)

test('a launched run with two processes trains, is stopped and resumed with one, and leaves no process', async () => {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, config: together(60) })
  await until(client, id, (run) => run.step >= 6)
  const pids = trainingPids()
  expect(pids).toHaveLength(2)
  await client.runs.stop({ runId: id })
  const stopped = await until(client, id, atRest)
  expect(stopped.status).toBe('stopped')
  expect(trainingPids()).toEqual([])
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow()
  await client.runs.resume({ runId: id, set: ['device.processes=1', 'loop.steps=64'] })
  await until(client, id, (run) => run.attempt === 2 && run.step > stopped.step)
  expect(trainingPids()).toHaveLength(1)
  const ended = await until(client, id, (run) => run.attempt === 2 && atRest(run))
  expect(ended).toMatchObject({ status: 'finished', step: 64, error: null })
  const log = readFileSync(path.join(projectOf(started.folder), 'runs', id, 'log.txt'), 'utf8')
  expect(log).toContain('2 processes train together, 1 thread each: each computes 2 of the 4 pictures of a batch')
})

test('a process that is killed interrupts the run with its number, and one call resumes it', async () => {
  const { client } = started
  const { id } = await client.runs.launch({ datasetId, config: together(40) })
  await until(client, id, (run) => run.step >= 6)
  const [first, second] = trainingPids()
  process.kill(second!, 'SIGKILL')
  const ended = await until(client, id, atRest)
  expect(ended).toMatchObject({ status: 'interrupted', error: { code: 'process/gone', data: { rank: 2, size: 2 } } })
  expect(() => process.kill(first!, 0)).toThrow()
  await client.runs.resume({ runId: id, set: [] })
  expect(await until(client, id, (run) => run.attempt === 2 && atRest(run))).toMatchObject({ status: 'finished', step: 40 })
  const losses = (await client.runs.metrics({ runId: id, maxPoints: 1000 })).filter(
    ({ name, split }) => name === 'loss' && split === 'train',
  )
  expect(losses.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
})

test('a health watch that pauses the run pauses all of it', async () => {
  const { client } = started
  const hooks = [{ type: 'health', window: 10 }]
  const schedule = { type: 'constant', warmup: { type: 'constant', length: 100, factor: 0 } }
  const config = together(200, { schedule, hooks })
  const checked = await client.runs.preflight({ datasetId, config })
  expect(checked.problems).toEqual([])
  const { id } = await client.runs.launch({ datasetId, config })
  const ended = await until(client, id, atRest)
  expect(ended).toMatchObject({ status: 'paused', error: { code: 'run/unhealthy' } })
  expect(ended.error!.data['rank']).toBeUndefined()
  expect(trainingPids()).toEqual([])
})

test('the preflight counts the memory of all, and says what several processes do differently', async () => {
  const { client } = started
  const plan = async (config: Record<string, unknown>) => client.runs.preflight({ datasetId, config })
  const device = (processes: number) => ({ device: { provider: 'cpu', processes }, data: { batchSize: 8, cropSize: [128, 128] } })
  const [one, two] = [await plan(tinyConfig(4, device(1))), await plan(tinyConfig(4, device(2)))]
  // Each holds the weights and Node.js, but half of the pictures.
  expect(two.memory!.estimatedBytes).toBeGreaterThan(one.memory!.estimatedBytes)
  expect(two.memory!.estimatedBytes).toBeLessThan(2 * one.memory!.estimatedBytes)
  expect(two.warnings).toContainEqual({ key: 'batchNormProcesses', data: { size: 4, processes: 2 } })
  const grouped = tinyConfig(4, { ...device(2), loss: [{ type: 'lovasz' }, { type: 'crossEntropy' }] })
  ;(grouped['model'] as Record<string, unknown>)['headNorm'] = 'group'
  const keys = (await plan(grouped)).warnings
  expect(keys).toContainEqual({ key: 'lossInPieces', data: { losses: 'lovasz', size: 4, pieces: 2 } })
  expect(keys.map(({ key }) => key)).not.toContain('batchNormProcesses')
  const odd = await plan(tinyConfig(4, { data: { batchSize: 5 }, device: { processes: 2 } }))
  expect(odd.problems).toMatchObject([{ path: 'data.batchSize', rule: { key: 'unequalShares', data: { nearest: 4 } } }])
})
