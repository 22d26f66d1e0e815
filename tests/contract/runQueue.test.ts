import { cpSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { atRest, is, makeProject, projectOf, remove, startCore, tinyConfig, until } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId: string
/** A project without runs, imported once: each test has a copy. */
let fresh: string
beforeAll(async () => {
  const first = await startCore()
  fresh = first.folder
  datasetId = await makeProject(first)
  await first.core.close()
})
afterAll(() => remove(fresh))
beforeEach(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'maskwright-core-'))
  cpSync(projectOf(fresh), projectOf(folder), { recursive: true })
  started = await startCore(folder)
  await started.core.host.slot.open(projectOf(folder))
})
afterEach(async () => {
  await started.core.close()
  remove(started.folder)
})

const launch = (name: string, steps: number, priority = 0) =>
  started.client.runs.launch({ datasetId, name, config: tinyConfig(steps), priority })
const statusOf = async (runId: string) => (await started.client.runs.get({ runId })).run.status

test('what is launched while a run trains waits; the greatest priority goes first, and one that is stopped leaves', async () => {
  const { client } = started
  const first = await launch('first', 400)
  await until(client, first.id, is('running'))
  const low = await launch('low', 3)
  const given = await launch('given up', 3)
  const high = await launch('high', 3, 5)
  for (const { id } of [low, given, high]) expect(await until(client, id, is('queued'))).toMatchObject({ startedAt: null })
  expect(await client.runs.update({ runId: low.id, priority: 9 })).toMatchObject({ priority: 9, status: 'queued' })
  await expect(client.runs.resume({ runId: low.id })).rejects.toMatchObject({ code: 'run/busy' })
  await client.runs.stop({ runId: given.id })
  expect(await until(client, given.id, atRest)).toMatchObject({ status: 'stopped', queuedAt: null, step: 0 })
  await client.runs.stop({ runId: first.id })
  const ends = await Promise.all([low, high].map(({ id }) => until(client, id, atRest)))
  expect(ends).toMatchObject([{ status: 'finished' }, { status: 'finished' }])
  expect(ends[0]!.startedAt!).toBeLessThan(ends[1]!.startedAt!)
  expect(ends[1]!.startedAt!).toBeGreaterThanOrEqual(ends[0]!.endedAt! - 50)
  // A run that waited and was stopped can be taken up like any other.
  // Two pages ask at once: one of them is told that the other was first.
  const asked = await Promise.allSettled([client.runs.resume({ runId: given.id }), client.runs.resume({ runId: given.id })])
  expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'run/busy' } })
  expect((await client.runs.get({ runId: given.id })).run.attempt).toBe(2)
  expect(await until(client, given.id, atRest)).toMatchObject({ status: 'finished', step: 3 })
})

test('runs that wait are kept when the studio closes: a command line leaves them, a studio takes them up in their order', async () => {
  const first = await launch('first', 400)
  await until(started.client, first.id, is('running'))
  const waiting = [await launch('one', 3), await launch('two', 3, 1)]
  for (const { id } of waiting) await until(started.client, id, is('queued'))
  await started.core.close()
  const { folder } = started
  started = await startCore(folder)
  await started.core.host.slot.open(projectOf(folder))
  expect(await statusOf(first.id)).toBe('stopped')
  expect(await Promise.all(waiting.map(({ id }) => statusOf(id)))).toEqual(['queued', 'queued'])
  await started.core.close()
  started = await startCore(folder, 'web')
  await started.core.host.slot.open(projectOf(folder))
  const ends = await Promise.all(waiting.map(({ id }) => until(started.client, id, atRest)))
  expect(ends.map(({ status }) => status)).toEqual(['finished', 'finished'])
  expect(ends[1]!.startedAt!).toBeLessThan(ends[0]!.startedAt!)
})

test('names, tags and notes are kept, also while the run trains', async () => {
  const { client } = started
  const { id } = await launch('before', 60)
  await until(client, id, is('running'))
  const written = { name: 'after', tags: ['baseline', 'tiny'], notes: 'The first one.\nSlow.' }
  expect(await client.runs.update({ runId: id, ...written })).toMatchObject(written)
  await expect(client.runs.update({ runId: id, name: '   ' })).rejects.toMatchObject({ code: 'input/invalid' })
  await until(client, id, atRest)
  expect(await client.runs.update({ runId: id, tags: ['kept'] })).toMatchObject({ ...written, tags: ['kept'], status: 'finished' })
  expect((await client.runs.list({})).find((run) => run.id === id)).toMatchObject({ ...written, tags: ['kept'] })
})

test('the trash takes runs at rest, gives them back, and deletes for good only what lies in it', async () => {
  const { client, folder } = started
  const live = await launch('live', 400)
  await until(client, live.id, is('running'))
  await expect(client.runs.trash({ runIds: [live.id] })).rejects.toMatchObject({ code: 'run/busy' })
  await client.runs.stop({ runId: live.id })
  await until(client, live.id, atRest)
  await expect(client.runs.purge({ runIds: [live.id] })).rejects.toMatchObject({ code: 'input/invalid' })
  expect((await client.runs.trash({ runIds: [live.id] }))[0]!.trashedAt).not.toBeNull()
  await expect(client.runs.resume({ runId: live.id })).rejects.toMatchObject({ code: 'run/not-resumable' })
  expect((await client.runs.restore({ runIds: [live.id] }))[0]!.trashedAt).toBeNull()
  await client.runs.trash({ runIds: [live.id] })
  const runFolder = path.join(projectOf(folder), 'runs', live.id)
  expect(existsSync(runFolder)).toBe(true)
  await client.runs.purge({ runIds: [live.id] })
  expect(existsSync(runFolder)).toBe(false)
  expect(await client.runs.list({})).toEqual([])
  await expect(client.runs.get({ runId: live.id })).rejects.toMatchObject({ code: 'run/not-found' })
  expect((await launch('next', 1)).number).toBe(2)
})
