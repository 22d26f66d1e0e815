import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atRest, endOfJob, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

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

test('a whole training on TensorFlow.js: preflight, losses of ONNX Runtime, validation, checkpoints, export', async () => {
  const { core, client } = started
  const config = (provider: 'cpu' | 'tfjs') =>
    tinyConfig(4, { device: { provider }, data: { batchSize: 2, cropSize: [32, 32], workers: 1 } })
  const { problems, warnings } = await client.runs.preflight({ datasetId, config: config('tfjs') })
  expect(problems).toEqual([])
  expect(warnings.map(({ key }) => key)).toContainEqual(expect.stringMatching(/^tfjs(Native|NoPackage|NoLibrary|Broken)$/))
  expect((await client.runs.preflight({ datasetId, config: config('cpu') })).warnings.filter(({ key }) => key.startsWith('tfjs'))).toEqual(
    [],
  )

  const ids: string[] = []
  for (const provider of ['tfjs', 'cpu'] as const) {
    const { id } = await client.runs.launch({ datasetId, config: config(provider) })
    ids.push(id)
    expect(await until(client, id, atRest)).toMatchObject({ status: 'finished', step: 4, error: null })
  }
  const [run] = await Promise.all(ids.map(async (runId) => (await client.runs.get({ runId })).run))
  expect(run!.device).toMatch(/^tfjs \((cpu|tensorflow)\)$/)
  const points = async (runId: string, split: string, name: string) =>
    (await client.runs.metrics({ runId, maxPoints: 1000 })).filter((point) => point.split === split && point.name === name)
  const [ours, theirs] = await Promise.all(ids.map((id) => points(id, 'train', 'loss')))
  expect(ours!.length).toBe(4)
  ours!.forEach(({ value }, i) => expect(Math.abs(value / theirs![i]!.value - 1)).toBeLessThan(1e-4))
  expect((await points(ids[0]!, 'val', 'mIoU')).length).toBeGreaterThan(0)

  const folder = path.join(projectOf(started.folder), 'runs', ids[0]!)
  const log = readFileSync(path.join(folder, 'log.jsonl'), 'utf8')
  expect(log).toContain(`${run!.device}, as configured`)
  expect(log).toContain(
    run!.device === 'tfjs (cpu)' ? 'warning: TensorFlow.js computes in plain JavaScript' : "TensorFlow's native library",
  )
  expect(log).toContain('validation and sample pictures are computed by ONNX Runtime')

  const { jobId } = await client.models.export({ runId: ids[0]!, checkpoint: 'last', precision: 'fp32' })
  const { modelId } = (await endOfJob(core, jobId)).result as { modelId: string }
  expect((await client.models.get({ modelId })).parity).toMatchObject({ passed: true })
})
