import { afterAll, beforeAll, expect, it } from 'vitest'
import { rmSync } from 'node:fs'
import type { Annotation, Edit } from '../../src/shared/model/annotation.ts'
import { itemFilterSchema } from '../../src/shared/model/item.ts'
import { propagationReportSchema, type Propagation, type PropagationReport } from '../../src/shared/model/propagation.ts'
import { newId } from '../../src/main/newId.ts'
import { endOfJob, makeProject, startCore } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let datasetId = ''
beforeAll(async () => {
  started = await startCore()
  datasetId = await makeProject(started, { train: 5, val: 1 })
})
afterAll(async () => {
  await started.core.close()
  rmSync(started.folder, { recursive: true, force: true })
})

const filter = itemFilterSchema.parse({})
const itemsOf = async () => (await started.client.items.window({ datasetId, filter, offset: 0, limit: 10 })).items
const list = (itemId: string) => started.client.annotations.list({ itemId, client: 'p' }).then(({ annotations }) => annotations)
const draw = (itemId: string, annotations: readonly Partial<Annotation>[]) => {
  const base = { classId: null, region: 'object', attributes: {}, provenance: { kind: 'human' } } as const
  const edits = annotations.map((one, z) => ({ op: 'create', annotation: { ...base, id: newId(), z, ...one } }) as Edit)
  const entry = { entryId: newId(), itemId, client: 'p', command: 'createBox' }
  return started.client.annotations.apply({ ...entry, edits })
}
async function propagate(input: Partial<Propagation> & Pick<Propagation, 'itemId' | 'annotationIds'>): Promise<PropagationReport> {
  const { jobId } = await started.client.annotations.propagate({ filter, pictures: 3, skipDone: true, ...input })
  return propagationReportSchema.parse((await endOfJob(started.core, jobId)).result)
}

it('copies into the following pictures of the filtered list: not into done ones, nothing twice, an entry for each, all taken back at once', async () => {
  const { client } = started
  const items = await itemsOf()
  const from = items[1]!
  const groupId = newId()
  const { changed } = await draw(from.id, [
    { shape: { kind: 'box', x: 3, y: 4, w: 5, h: 6 }, attributes: { note: 'a' }, groupId },
    { shape: { kind: 'box', x: 30, y: 4, w: 5, h: 6 }, groupId, locked: true },
    { shape: { kind: 'box', x: 90_000, y: 4, w: 5, h: 6 } },
  ])
  const copied = { itemId: from.id, annotationIds: changed.map(({ id }) => id) }
  await client.items.setStatus({ itemIds: [items[3]!.id], status: 'done' })
  const before = await Promise.all(items.map(({ id }) => list(id)))

  const report = await propagate(copied)
  expect(report).toMatchObject({ changedPictures: 2, changed: 4, skipped: 1, known: 0, outside: 2, problems: [] })
  const added = async (n: number) => (await list(items[n]!.id)).filter(({ id }) => !before[n]!.some((old) => old.id === id))
  expect(await added(0)).toEqual([])
  expect(await added(3)).toEqual([])
  expect(await added(5)).toEqual([])
  const copies = await added(2)
  expect(copies.map(({ shape, attributes }) => [shape, attributes])).toEqual(
    changed.slice(0, 2).map(({ shape, attributes }) => [shape, attributes]),
  )
  expect(new Set(copies.map((copy) => copy.groupId)).size).toBe(1)
  expect(copies.some((copy) => copy.groupId === groupId || copy.locked)).toBe(false)
  expect((await added(4))[0]!.groupId).not.toBe(copies[0]!.groupId)

  expect(await propagate(copied)).toMatchObject({ changedPictures: 0, changed: 0, skipped: 1, known: 4 })
  expect(await client.assist.undoBatch({ batchId: report.batchId })).toEqual({ undone: 2, left: 0 })
  expect((await Promise.all(items.map(({ id }) => list(id)))).map((all) => all.map(({ id }) => id))).toEqual(
    before.map((all) => all.map(({ id }) => id)),
  )
})

it('the picture that the filter no longer shows is followed by the same ones', async () => {
  const items = await itemsOf()
  const { changed } = await draw(items[1]!.id, [{ shape: { kind: 'box', x: 7, y: 8, w: 9, h: 10 } }])
  await started.client.items.setStatus({ itemIds: [items[1]!.id], status: 'inProgress' })
  const todo = itemFilterSchema.parse({ status: 'todo' })
  const shown = (await started.client.items.window({ datasetId, filter: todo, offset: 0, limit: 10 })).items
  const next = shown.filter(({ id }) => items.findIndex((item) => item.id === id) > 1)[0]!
  const report = await propagate({ itemId: items[1]!.id, annotationIds: changed.map(({ id }) => id), filter: todo, pictures: 1 })
  expect(report).toMatchObject({ changedPictures: 1, changed: 1 })
  expect((await list(next.id)).filter(({ shape }) => shape.kind === 'box' && shape.x === 7)).toHaveLength(1)
  await started.client.assist.undoBatch({ batchId: report.batchId })
})

it('what was done until it was cancelled is told and can be taken back; what somebody did since stays', async () => {
  const { client, core } = started
  const items = await itemsOf()
  const { changed } = await draw(items[0]!.id, [{ shape: { kind: 'point', x: 2, y: 2 } }])
  const stop = core.host.jobs.subscribe(
    ({ id, kind, endedAt, progress }) => kind === 'propagate' && endedAt === null && progress.done === 2 && core.host.jobs.cancel(id),
  )
  const input = { itemId: items[0]!.id, annotationIds: changed.map(({ id }) => id), filter, pictures: 5, skipDone: false }
  const { jobId } = await client.annotations.propagate(input)
  const { state, result } = await core.host.jobs.wait(jobId)
  stop()
  const report = propagationReportSchema.parse(result)
  expect([state, report.batchId, report.changedPictures]).toEqual(['cancelled', jobId, 3])
  const copy = (await list(items[1]!.id)).at(-1)!
  const edits = [{ op: 'update', id: copy.id, rev: copy.rev, patch: { attributes: { seen: true } } }] as const
  await client.annotations.apply({ entryId: newId(), itemId: items[1]!.id, client: 'q', command: 'attributes', edits: [...edits] })
  expect(await client.assist.undoBatch({ batchId: jobId })).toEqual({ undone: 2, left: 1 })
  expect((await list(items[1]!.id)).some(({ id }) => id === copy.id)).toBe(true)
})

it('copies are cut at the border of the picture they come into', async () => {
  const items = await itemsOf()
  const { width } = items[1]!
  const { changed } = await draw(items[0]!.id, [
    { shape: { kind: 'box', x: width - 2, y: 11, w: 5, h: 13 } },
    { shape: { kind: 'box', x: 4, y: 11, w: 5, h: 13 } },
  ])
  const input = { itemId: items[0]!.id, annotationIds: changed.map(({ id }) => id), pictures: 1, skipDone: false }
  const report = await propagate(input)
  expect(report).toMatchObject({ changed: 2, outside: 0, cut: 1 })
  expect((await list(items[1]!.id)).map(({ shape }) => shape)).toContainEqual({ kind: 'box', x: width - 2, y: 11, w: 2, h: 13 })
  expect(await propagate(input)).toMatchObject({ changed: 0, known: 2, cut: 0 })
  await started.client.assist.undoBatch({ batchId: report.batchId })
})

it('a picture that cannot be changed is named, and the others get their copies', async () => {
  const items = await itemsOf()
  const { changed } = await draw(items[0]!.id, [{ shape: { kind: 'box', x: 7, y: 7, w: 9, h: 9 } }])
  const { core, client } = started
  // Set aside after the list of pictures was taken down.
  const setAside = (): void => void client.items.setAside({ itemIds: [items[2]!.id], reason: null })
  const stop = core.host.jobs.subscribe(({ progress: { phase, done } }) => phase === 'propagating' && done === 0 && setAside())
  const report = await propagate({ itemId: items[0]!.id, annotationIds: changed.map(({ id }) => id), pictures: 5, skipDone: false })
  stop()
  expect(report).toMatchObject({ changedPictures: 4, problems: [{ item: items[2]!.name, error: { code: 'item/set-aside' } }] })
})

it('copies as many objects as a picture may have, as one entry of each picture', async () => {
  const items = await itemsOf()
  const { client } = started
  const many = Array.from({ length: 5_100 }, (_, i) => ({
    shape: { kind: 'box', x: i % 100, y: Math.floor(i / 100), w: 5, h: 5 } as const,
  }))
  const { changed } = await draw(items[3]!.id, many)
  const report = await propagate({ itemId: items[3]!.id, annotationIds: changed.map(({ id }) => id), pictures: 1, skipDone: false })
  expect(report).toMatchObject({ changedPictures: 1, changed: 5_100, problems: [] })
  const [entry] = await client.annotations.history({ itemId: items[4]!.id, limit: 1 })
  expect(entry).toMatchObject({ command: 'propagate', changes: 5_100 })
  expect(await client.assist.undoBatch({ batchId: report.batchId })).toEqual({ undone: 1, left: 0 })
})
