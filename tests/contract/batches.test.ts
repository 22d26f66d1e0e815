import { afterAll, beforeAll, expect, it } from 'vitest'
import { rmSync } from 'node:fs'
import { batchClient } from '../../src/shared/model/batch.ts'
import type { Annotation, Edit } from '../../src/shared/model/annotation.ts'
import { itemFilterSchema } from '../../src/shared/model/item.ts'
import { newId } from '../../src/main/newId.ts'
import { endOfJob, makeProject, projectOf, startCore } from './coreHarness.ts'

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
const draw = (itemId: string, client: string, shape: Annotation['shape']) => {
  const content = { classId: null, region: 'object', attributes: {}, provenance: { kind: 'human' } } as const
  const edit: Edit = { op: 'create', annotation: { id: newId(), z: 900, ...content, shape } }
  return started.client.annotations.apply({ entryId: newId(), itemId, client, command: 'createBox', edits: [edit] })
}

/** The host ends and another one opens the project. */
async function restart(): Promise<void> {
  await started.core.close()
  started = await startCore(started.folder)
  await started.core.host.slot.open(projectOf(started.folder))
}

it('what a job copied can be taken back after a restart, but for what somebody changed since, and the list says how much that is', async () => {
  const items = await itemsOf()
  const from = items[0]!
  const { changed } = await draw(from.id, 'p', { kind: 'box', x: 7, y: 7, w: 9, h: 9 })
  const input = { itemId: from.id, annotationIds: [changed[0]!.id], filter, pictures: 4, skipDone: false }
  const { jobId } = await started.client.annotations.propagate(input)
  await endOfJob(started.core, jobId)
  // On one picture the copy is changed, on another one something else is drawn.
  const copy = (await list(items[1]!.id)).find(({ z, shape }) => shape.kind === 'box' && shape.x === 7 && z > 0)!
  const patch = { shape: { kind: 'box', x: 8, y: 7, w: 9, h: 9 } } as const
  const edits: Edit[] = [{ op: 'update', id: copy.id, rev: copy.rev, patch }]
  await started.client.annotations.apply({ entryId: newId(), itemId: items[1]!.id, client: 'p', command: 'resize', edits })
  await draw(items[2]!.id, 'p', { kind: 'box', x: 70, y: 7, w: 9, h: 9 })

  await restart()
  expect(await started.client.jobs.list({})).toEqual([])
  const told = { batchId: jobId, command: 'propagate', dataset: 'shapes', from: { itemId: from.id, name: from.name } }
  const { batches, before } = await started.client.annotations.batches({ itemId: from.id, limit: 10 })
  expect(batches).toMatchObject([{ ...told, pictures: 4, objects: 4, left: 4, asLeft: 3 }])
  expect(batches[0]!.at).toBeGreaterThan(Date.now() - 60_000)
  expect(before).toBeNull()
  expect((await started.client.annotations.batches({ itemId: items[1]!.id, limit: 10 })).batches).toEqual([])

  expect(await started.client.assist.undoBatch({ batchId: jobId })).toEqual({ undone: 3, left: 1 })
  expect((await list(items[1]!.id)).some(({ id }) => id === copy.id)).toBe(true)
  expect((await started.client.annotations.batches({ limit: 10 })).batches).toMatchObject([{ ...told, pictures: 4, left: 1, asLeft: 0 }])
})

it('lists those of other jobs and of earlier studios, page by page, without what nobody can take back', async () => {
  const { client } = started
  const items = await itemsOf()
  const ids = [newId(), newId(), newId()] as const
  for (const id of ids)
    for (const { id: itemId } of items.slice(0, 2)) await draw(itemId, batchClient(id, itemId), { kind: 'point', x: 3, y: 3 })
  await draw(items[0]!.id, 'batch:', { kind: 'point', x: 4, y: 4 })
  await draw(items[0]!.id, 'batch:zz:', { kind: 'point', x: 4, y: 4 })
  expect(await client.assist.undoBatch({ batchId: ids[1] })).toEqual({ undone: 2, left: 0 })
  const first = await client.annotations.batches({ limit: 1 })
  expect(first).toMatchObject({ batches: [{ batchId: ids[2], from: null, pictures: 2, left: 2, asLeft: 2 }], before: ids[2] })
  const rest = await client.annotations.batches({ limit: 2, before: first.before })
  expect(rest.batches.map(({ batchId, command }) => [batchId, command])).toEqual([
    [ids[0], 'createBox'],
    [expect.any(String), 'propagate'],
  ])
  // Pictures that are set aside wait with what was done to them.
  await client.items.setAside({ itemIds: [items[0]!.id], reason: null })
  expect((await client.annotations.batches({ limit: 1 })).batches).toMatchObject([{ batchId: ids[2], pictures: 1, left: 1, asLeft: 1 }])
})
