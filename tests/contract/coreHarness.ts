import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { PageClient } from '../../src/shared/api/page/contract.ts'
import type { Job } from '../../src/shared/model/job.ts'
import { isLive, type Run, type RunStatus } from '../../src/shared/model/run.ts'
import { createCore, type Core } from '../../src/main/core.ts'
import type { SpawnChild } from '../../src/main/jobs/child.ts'
import { createLogger } from '../../src/main/log.ts'
import { demoDataset } from '../support/demoDataset.ts'
import { entryFile, forkEntry } from '../support/entries.ts'

/** The whole host over a folder of its own. */
export async function startCore(
  folder = mkdtempSync(path.join(tmpdir(), 'maskwright-core-')),
  shell: 'cli' | 'web' = 'cli',
  spawnChild: SpawnChild = forkEntry,
): Promise<{ core: Core; client: PageClient; folder: string }> {
  const core = await createCore({
    shell,
    version: 'test',
    spawnChild,
    roots: [folder],
    log: createLogger('test', process.env['MASKWRIGHT_LOG'] ?? 'silent'),
    stateFolder: path.join(folder, 'state'),
    databaseFile: entryFile('database'),
  })
  return { core, client: core.cliClient(), folder }
}

export const projectOf = (folder: string) => path.join(folder, 'project')

/** A project with a small generated dataset; answers with the dataset's id. */
export async function makeProject(
  { core, client, folder }: Awaited<ReturnType<typeof startCore>>,
  { train = 12, val = 4 } = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const source = path.join(folder, 'shapes')
  await demoDataset({ folder: source, seed: 1, train, val })
  await core.host.slot.create(projectOf(folder), 'test')
  const { jobId } = await client.datasets.import({ folderId: (await client.folders.idForPath({ path: source })).folderId })
  const { result } = await endOfJob(core, jobId)
  return (result as { datasetId: string }).datasetId
}

export async function endOfJob(core: Core, jobId: string): Promise<Job> {
  const job = await core.host.jobs.wait(jobId)
  if (job.state !== 'finished') throw new Error(`${job.kind} ${job.state}: ${job.error?.code} ${job.error?.message}`)
  return job
}

/** Small enough to train in seconds; a worker for its data would be a third of such a training. */
export const tinyConfig = (steps: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: {
    type: 'segformer',
    variant: 'custom',
    dims: [8, 8, 16, 16],
    depths: [1, 1, 1, 1],
    heads: [1, 1, 1, 1],
    srRatios: [8, 4, 2, 1],
    embedDim: 16,
    dropPath: 0,
    dropout: 0,
  },
  data: { batchSize: 4, cropSize: [64, 64], workers: 0 },
  optimizer: { type: 'adamw', lr: 0.001 },
  schedule: { type: 'poly', warmup: { length: 2 } },
  loop: { steps, validateEvery: { unit: 'step', every: Math.ceil(steps / 2) } },
  checkpoint: { every: { unit: 'step', every: 5 } },
  device: { provider: 'cpu', threads: 1 },
  ...more,
})

/** Waits until the run has one of the states, or reached the step. */
export async function until(client: PageClient, runId: string, condition: (run: Run) => boolean): Promise<Run> {
  for await (const event of await client.runs.watch({ runId })) if (event.type === 'run' && condition(event.run)) return event.run
  throw new Error('the watch ended')
}
export const is =
  (...statuses: RunStatus[]) =>
  (run: Run): boolean =>
    statuses.includes(run.status)

export const atRest = (run: Run): boolean => !isLive(run)
export const remove = (folder: string) => rmSync(folder, { recursive: true, force: true })
