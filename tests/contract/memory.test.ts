import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atRest, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started, { train: 16, val: 2 })
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

const large = (steps: number, device: Record<string, unknown> = {}) =>
  tinyConfig(steps, { data: { batchSize: 8, cropSize: [512, 512], workers: 0 }, device: { provider: 'cpu', threads: 1, ...device } })
const plan = async (config: Record<string, unknown>) => (await started.client.runs.preflight({ datasetId, config })).memory!
const peakBytes = (): number => {
  const pid = started.core.host.supervisor.running.find(({ name }) => name === 'training')!.pid
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}

test.runIf(process.platform === 'linux')('the estimate is what the training then takes', async () => {
  const { client } = started
  const { estimatedBytes } = await plan(large(3))
  const { id } = await client.runs.launch({ datasetId, config: large(3) })
  let peak = 0
  await until(client, id, (run) => {
    if (run.step >= 2 && !atRest(run)) peak = Math.max(peak, peakBytes())
    return run.step >= 3 || atRest(run)
  })
  await until(client, id, atRest)
  expect(peak / estimatedBytes).toBeGreaterThan(0.7)
  expect(peak / estimatedBytes).toBeLessThan(1.2)
})

test('what cannot fit is warned of, with the parts of a batch that would', async () => {
  const warned = async (memoryGb: number) =>
    (await started.client.runs.preflight({ datasetId, config: large(4, { memoryGb }) })).warnings.filter(({ key }) =>
      key.startsWith('memory'),
    )
  const { estimatedBytes } = await plan(large(4))
  const inParts = await plan(large(4, { batchParts: 4 }))
  expect(inParts.estimatedBytes).toBeLessThan(estimatedBytes)
  expect(await warned((estimatedBytes * 1.1) / 1e9)).toEqual([])
  expect(await warned((inParts.estimatedBytes * 1.02) / 1e9)).toMatchObject([{ key: 'memoryParts', data: { parts: 4 } }])
  expect(await warned(0.25)).toMatchObject([{ key: 'memoryNever' }])
})

test.runIf(process.platform === 'linux')(
  'a training that runs out of memory goes on from its checkpoint with smaller parts, and says so',
  async () => {
    const { client } = started
    const limit = (await plan(large(3, { batchParts: 4 }))).estimatedBytes * 1.15
    const { id } = await client.runs.launch({ datasetId, config: large(3, { memoryGb: limit / 1e9 }) })
    const run = await until(client, id, atRest)
    expect(run).toMatchObject({ status: 'finished', step: 3, error: null })
    expect(run.attempt).toBeGreaterThan(1)
    const { config, findings, record } = await client.runs.get({ runId: id })
    const { batchParts } = (config as { device: { batchParts: number } }).device
    expect(batchParts).toBe(2 ** (run.attempt - 1))
    expect(record?.origins['device.batchParts']).toMatchObject({ from: 'memory' })
    expect(findings.map(({ key }) => key)).toEqual(expect.arrayContaining(['memoryRestart', 'batchNormParts']))
    expect(findings.findLast(({ key }) => key === 'memoryRestart')?.data).toMatchObject({
      batchSize: 8,
      parts: batchParts,
      size: 8 / batchParts,
    })
    const losses = (await client.runs.metrics({ runId: id, maxPoints: 1000 })).filter(
      ({ name, split }) => name === 'loss' && split === 'train',
    )
    expect(losses.map(({ step }) => step)).toEqual([1, 2, 3])
    const stored = JSON.parse(readFileSync(path.join(projectOf(started.folder), 'runs', id, 'config.json'), 'utf8')) as typeof config
    expect(stored).toEqual(config)
  },
  // Three processes, one after the other, of which two run until they are ended.
  240_000,
)

test.runIf(process.platform === 'linux')('where one picture is too much already, the run fails with that sentence', async () => {
  const { client } = started
  const config = tinyConfig(8, {
    data: { batchSize: 1, cropSize: [512, 512], workers: 0 },
    device: { provider: 'cpu', threads: 1, memoryGb: 0.25 },
  })
  const { id } = await client.runs.launch({ datasetId, config })
  expect(await until(client, id, atRest)).toMatchObject({ status: 'failed', error: { code: 'process/out-of-memory' } })
})
