import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Run } from '../../src/shared/model/run.ts'
import { findRun } from '../../src/main/cli/lookup.ts'
import type { RunPatch } from '../../src/main/db/store.ts'
import { newId } from '../../src/main/newId.ts'
import { atRest, projectOf, remove, startCore, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
beforeEach(async () => {
  started = await startCore()
  await started.core.host.slot.create(projectOf(started.folder), 'test')
})
afterEach(async () => {
  await started.core.close()
  remove(started.folder)
})

async function stored(name: string, patch: RunPatch): Promise<Run> {
  const { store } = started.core.host.slot.require()
  const id = newId()
  const made = { taskId: 'semanticSegmentation', datasetId: newId(), snapshotHash: '', totalSteps: 10, totalEpochs: 1, config: {} }
  await store.call('runs.create', { id, name, ...made })
  await store.call('runs.startAttempt', { runId: id, fromStep: 0, at: 1 })
  mkdirSync(path.join(projectOf(started.folder), 'runs', id), { recursive: true })
  return store.call('runs.update', { runId: id, patch })
}
const folderOf = (run: Run) => path.join(projectOf(started.folder), 'runs', run.id)

test('a run that a closed studio left waiting is taken out of the queue by a command line', async () => {
  const { client } = started
  const waits = await stored('waits', { status: 'queued', queuedAt: 5 })
  await expect(client.runs.trash({ runIds: [waits.id] })).rejects.toMatchObject({ code: 'run/busy' })
  await client.runs.stop({ runId: waits.id })
  expect((await client.runs.list({}))[0]).toMatchObject({ status: 'stopped', queuedAt: null })
  expect((await client.runs.get({ runId: waits.id })).run.endedAt).not.toBeNull()
  await client.runs.trash({ runIds: [waits.id] })
})

test('to delete several runs deletes all of them or none', async () => {
  const { client } = started
  const end = { status: 'finished', endedAt: 9 } as const
  const doomed = await stored('doomed', { ...end, trashedAt: 10 })
  const kept = await stored('kept', end)
  await expect(client.runs.purge({ runIds: [doomed.id, kept.id] })).rejects.toMatchObject({ code: 'input/invalid' })
  expect([doomed, kept].map((run) => existsSync(folderOf(run)))).toEqual([true, true])
  expect(await client.runs.list({})).toHaveLength(2)
  await client.runs.purge({ runIds: [doomed.id, doomed.id] })
  expect((await client.runs.list({})).map(({ name }) => name)).toEqual(['kept'])
})

test('a number names the run that has it, whatever another one is called; a name that several have names none', async () => {
  const { client } = started
  const first = await stored('baseline', {})
  const second = await stored('1', {})
  await stored('baseline', {})
  expect(await findRun(client, '1')).toMatchObject({ id: first.id })
  expect(await findRun(client, '#1')).toMatchObject({ id: first.id })
  expect(await findRun(client, '2')).toMatchObject({ id: second.id })
  await expect(findRun(client, 'baseline')).rejects.toThrow('several runs are called baseline: say which by its number, #3 or #1')
  const named = await stored('#try', {})
  expect(await findRun(client, '#try')).toMatchObject({ id: named.id })
})

test('a run that one page resumes while another puts it into the trash does not train in the trash', async () => {
  const { client } = started
  // Whoever comes a little later: each pair meets at another moment.
  for (let late = 0; late < 12; late++) {
    const { id } = await stored(`both ${late}`, { status: 'stopped', endedAt: 9 })
    const resuming = client.runs.resume({ runId: id })
    for (let i = 0; i < late; i++) await new Promise(setImmediate)
    const [resumed, trashed] = await Promise.allSettled([resuming, client.runs.trash({ runIds: [id] })])
    if (resumed.status === 'fulfilled' && resumed.value.attempt === 2 && trashed.status === 'fulfilled')
      expect(trashed.value[0]!.attempt, 'the run had come to rest').toBe(2)
    const { trashedAt } = await until(client, id, atRest)
    expect(trashedAt !== null).toBe(trashed.status === 'fulfilled')
  }
})
