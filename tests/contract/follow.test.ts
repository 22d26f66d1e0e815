import { afterAll, beforeAll, expect, test } from 'vitest'
import { followRun } from '../../src/main/cli/follow.ts'
import type { Output } from '../../src/main/cli/output.ts'
import { makeProject, remove, startCore, tinyConfig } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started, { train: 4, val: 2 })
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

const noted: string[] = []
const output: Output = {
  json: false,
  say: () => undefined,
  note: (line) => void noted.push(line),
  progress: () => undefined,
  endProgress: () => undefined,
  result: () => undefined,
  fail: () => undefined,
}

test('a command that follows a training ends when the health watch pauses it, and says in a sentence what was found', async () => {
  const { client } = started
  const schedule = { type: 'constant', warmup: { type: 'constant', length: 50, factor: 0 } }
  const config = tinyConfig(60, {
    schedule,
    hooks: [{ type: 'health', window: 5 }],
    data: { batchSize: 2, cropSize: [64, 64], workers: 0 },
  })
  const { id } = await client.runs.launch({ datasetId, config })
  const run = await followRun(client, id, output, AbortSignal.timeout(60_000))
  expect(run).toMatchObject({ status: 'paused', step: 5, error: { code: 'run/unhealthy' } })
  const sentence = 'The learning rate has been 0 for 5 steps: the weights do not move. Look at the warm-up and the schedule.'
  expect(noted).toEqual([`step 5: ${sentence}`])
  expect(run.error!.message).toBe(`paused at step 5: ${sentence}`)
  const log = await client.runs.log({ runId: id, tail: 50 })
  expect(JSON.stringify(log)).toContain(`health at step 5: ${sentence}`)
})
