import { afterAll, beforeAll, expect, it } from 'vitest'
import { rmSync } from 'node:fs'
import type { Annotation } from '../../src/shared/model/annotation.ts'
import { itemFilterSchema } from '../../src/shared/model/item.ts'
import { propagate, takeBack } from '../../src/renderer/features/label/propagate/propagate.ts'
import { newId } from '../../src/main/newId.ts'
import { makeProject, startCore } from './coreHarness.ts'

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

it('copies into the following pictures of the filtered list: not into done ones, nothing twice, an entry for each, and takes them all back', async () => {
  const { client } = started
  const filter = itemFilterSchema.parse({})
  const { items } = await client.items.window({ datasetId, filter, offset: 0, limit: 10 })
  const list = (itemId: string) => client.annotations.list({ itemId, client: 'p' }).then(({ annotations }) => annotations)
  const from = items[1]!
  const groupId = newId()
  const [model] = await list(from.id)
  const records: Annotation[] = [
    { ...model!, shape: { kind: 'box', x: 3, y: 4, w: 5, h: 6 }, attributes: { note: 'a' }, groupId },
    { ...model!, shape: { kind: 'box', x: 30, y: 4, w: 5, h: 6 }, groupId, locked: true },
    { ...model!, shape: { kind: 'box', x: 90_000, y: 4, w: 5, h: 6 } },
  ]
  await client.items.setStatus({ itemIds: [items[3]!.id], status: 'done' })
  const before = await Promise.all(items.map(({ id }) => list(id)))
  const shown: number[][] = []
  const ports = {
    client: () => client,
    slot: () => 'p',
    newId,
    progress: (...steps: number[]) => void shown.push(steps),
    signal: new AbortController().signal,
  }
  const input = { from, filter, records, pictures: 3, skipDone: true }

  expect(await propagate(input, ports)).toEqual({ pictures: 2, objects: 4, skipped: 1, known: 0 })
  expect(shown.at(-1)).toEqual([2, 3])
  const added = async (n: number) => (await list(items[n]!.id)).filter(({ id }) => !before[n]!.some((old) => old.id === id))
  expect(await added(0)).toEqual([])
  expect(await added(3)).toEqual([])
  expect(await added(5)).toEqual([])
  const copies = await added(2)
  expect(copies.map(({ shape, attributes }) => [shape, attributes])).toEqual(
    records.slice(0, 2).map(({ shape, attributes }) => [shape, attributes]),
  )
  expect(new Set(copies.map((copy) => copy.groupId)).size).toBe(1)
  expect(copies.some((copy) => copy.groupId === groupId || copy.locked)).toBe(false)
  expect((await added(4))[0]!.groupId).not.toBe(copies[0]!.groupId)

  expect(await propagate(input, ports)).toEqual({ pictures: 0, objects: 0, skipped: 1, known: 4 })
  expect(await propagate({ ...input, pictures: 1, skipDone: false, records: [] }, ports)).toMatchObject({ pictures: 0 })
  expect(await takeBack(2, ports)).toBe(2)
  expect(await Promise.all(items.map(({ id }) => list(id)))).toEqual(before)
})

it('stops where it is cancelled, and takes nothing back that is something else', async () => {
  const { client } = started
  const { items } = await client.items.window({ datasetId, filter: itemFilterSchema.parse({}), offset: 0, limit: 10 })
  const [from] = items
  const stop = new AbortController()
  const record = (await client.annotations.list({ itemId: from!.id, client: 'q' })).annotations[0]!
  const ports = {
    client: () => client,
    slot: () => 'q',
    newId,
    progress: (done: number) => void (done === 1 && stop.abort()),
    signal: stop.signal,
  }
  const input = {
    from: from!,
    filter: itemFilterSchema.parse({}),
    records: [{ ...record, shape: { kind: 'point', x: 2, y: 2 } as const }],
    pictures: 5,
    skipDone: false,
  }
  expect(await propagate(input, ports)).toMatchObject({ pictures: 2 })
  const point = {
    id: newId(),
    classId: null,
    region: 'object',
    shape: { kind: 'point', x: 1, y: 1 },
    attributes: {},
    provenance: { kind: 'human' },
    z: 99,
  } as const
  await client.annotations.apply({
    entryId: newId(),
    itemId: from!.id,
    client: 'q',
    command: 'createPoint',
    edits: [{ op: 'create', annotation: point }],
  })
  expect(await takeBack(1, ports)).toBe(0)
  expect((await client.annotations.list({ itemId: from!.id, client: 'q' })).annotations.some(({ id }) => id === point.id)).toBe(true)
})
