import { expect, it } from 'vitest'
import type { ProjectStore } from '../../src/main/db/store.ts'
import { newId } from '../../src/main/newId.ts'
import type { Annotation, Edit } from '../../src/shared/model/annotation.ts'
import type { RestorePoint } from '../../src/shared/model/history.ts'
import { addDataset, importedAnnotation, importedItem, newBox, newStore, openStore, temporaryFolder } from './projectFixture.ts'

const content = (list: readonly Annotation[]) => list.map((record) => ({ ...record, rev: 0 })).sort((a, b) => (a.id < b.id ? -1 : 1))
const list = async (store: ProjectStore, itemId: string) =>
  content((await store.call('annotations.list', { itemId, client: 'A' })).annotations)
const edit = (store: ProjectStore, itemId: string, edits: Edit[], client = 'A') =>
  store.call('annotations.apply', { entryId: newId(), itemId, client, command: 'edit', edits, who: 'Mia' })
const undo = (store: ProjectStore, client = 'A') => store.call('annotations.undo', { entryId: newId(), client })
const restore = (store: ProjectStore, itemId: string, point: RestorePoint, client = 'A') =>
  store.call('annotations.restore', { entryId: newId(), itemId, client, point })
const newestSeq = async (store: ProjectStore, itemId: string) => (await store.call('journal.history', { itemId, limit: 1 }))[0]!.seq

async function edited(folder = temporaryFolder()) {
  const store = await newStore(folder)
  const imported = importedAnnotation()
  const [item, other] = [importedItem(0, [imported]), importedItem(1, [importedAnnotation()])]
  const datasetId = await addDataset(store, [item, other])
  const [one, two] = [newBox(), newBox({ z: 2 })]
  const states: [number, Annotation[]][] = [[0, await list(store, item.id)]]
  const after = async (work: Promise<unknown>) => {
    await work
    states.push([await newestSeq(store, item.id), await list(store, item.id)])
  }
  await after(edit(store, item.id, [{ op: 'create', annotation: one }]))
  await after(
    edit(
      store,
      item.id,
      [
        { op: 'create', annotation: two },
        { op: 'update', id: imported.id, rev: 1, patch: { z: 7 } },
      ],
      'B',
    ),
  )
  await edit(store, other.id, [{ op: 'delete', id: other.annotations[0]!.id, rev: 1 }], 'C')
  await after(
    edit(store, item.id, [
      { op: 'delete', id: imported.id, rev: 2 },
      { op: 'delete', id: one.id, rev: 1 },
    ]),
  )
  await after(undo(store, 'A'))
  await after(undo(store, 'B'))
  await after(edit(store, item.id, [{ op: 'delete', id: imported.id, rev: 4 }]))
  return { folder, store, datasetId, item, other, imported, one, two, states }
}

it('an image can be seen as it was after every entry, and brought back there by one entry that can be undone', async () => {
  const { store, item, states } = await edited()
  for (const [seq, state] of states) {
    const then = await store.call('annotations.at', { itemId: item.id, seq })
    expect(content(then.annotations)).toEqual(state)
  }
  const now = states.at(-1)![1]
  const before = (await store.call('journal.history', { itemId: item.id, limit: 100 })).length
  for (const [i, [seq, state]] of states.slice(0, -1).entries()) {
    const result = await restore(store, item.id, { kind: 'state', seq })
    expect(result.command).toBe('restoreState')
    expect(await list(store, item.id)).toEqual(state)
    await undo(store)
    expect(await list(store, item.id)).toEqual(now)
    // History grows; nothing of it is taken away.
    expect(await store.call('journal.history', { itemId: item.id, limit: 100 })).toHaveLength(before + 2 * (i + 1))
  }
  await expect(store.call('annotations.at', { itemId: newId(), seq: 0 })).rejects.toMatchObject({ code: 'item/not-found' })
})

it('going back to where it is already writes nothing', async () => {
  const { store, item, states } = await edited()
  const result = await restore(store, item.id, { kind: 'state', seq: states.at(-1)![0] })
  expect(result).toMatchObject({ changed: [], deleted: [] })
  expect(await newestSeq(store, item.id)).toBe(states.at(-1)![0])
})

it('one shape comes back as it was, with the object of the source file it stands for; the others stay', async () => {
  const { store, item, imported, states } = await edited()
  const [seq] = states[2]!
  const { shapes } = await store.call('annotations.at', { itemId: item.id, seq })
  expect(shapes.map(({ before, after }) => [before?.z, after?.z])).toEqual([
    [undefined, 2],
    [0, 7],
  ])
  const before = await list(store, item.id)
  await restore(store, item.id, { kind: 'shapes', shapes: [{ id: imported.id, seq }] })
  const after = await list(store, item.id)
  expect(after.find(({ id }) => id === imported.id)).toMatchObject({ z: 7, provenance: { kind: 'import' } })
  expect(after.filter(({ id }) => id !== imported.id)).toEqual(before)
  expect((await store.call('items.files', { itemId: item.id })).origins[imported.id]).toEqual({ kind: 'xml', index: 0 })
})

it('the trash lists what was deleted with who, when and where, survives a restart, and gives it back', async () => {
  const { folder, store, datasetId, item, other, imported, two } = await edited()
  await store.close()
  const again = await openStore(folder)
  const ofItem = await again.call('annotations.deleted', { scope: 'item', id: item.id, offset: 0, limit: 10 })
  expect(ofItem.deleted.map(({ id, kind, who, client }) => [id, kind, who, client])).toEqual([
    [imported.id, 'edit', 'Mia', 'A'],
    // An undone drawing is there, too.
    [two.id, 'undo', null, 'B'],
  ])
  expect(ofItem.deleted[0]).toMatchObject({ itemName: item.name, annotation: { shape: imported.shape, z: 0 } })
  const all = await again.call('annotations.deleted', { scope: 'dataset', id: datasetId, offset: 0, limit: 10 })
  expect(all).toMatchObject({ total: 3 })
  expect(all.deleted.map(({ itemId }) => itemId)).toEqual([item.id, item.id, other.id])
  expect((await again.call('annotations.deleted', { scope: 'dataset', id: datasetId, offset: 2, limit: 10 })).deleted).toHaveLength(1)
  await restore(again, item.id, { kind: 'shapes', shapes: ofItem.deleted.map(({ id, seq }) => ({ id, seq: seq - 1 })) })
  expect((await list(again, item.id)).map(({ id }) => id)).toEqual(expect.arrayContaining([imported.id, two.id]))
  expect(await again.call('annotations.deleted', { scope: 'item', id: item.id, offset: 0, limit: 10 })).toEqual({ total: 0, deleted: [] })
  // A class that is gone, or a mask that no longer fits, is said, and nothing is half restored.
  await undo(again)
  expect(await again.call('annotations.deleted', { scope: 'item', id: item.id, offset: 0, limit: 10 })).toMatchObject({ total: 2 })
})

it('a gesture that deleted many objects is read once for all of them, listed and given back', async () => {
  const store = await newStore()
  const item = importedItem(0)
  await addDataset(store, [item])
  const angles = Array.from({ length: 240_000 }, (_, i) => i / 1e5)
  const outer = angles.map((a): [number, number] => [10 + Math.cos(a) * 9.123456789, 5 + Math.sin(a) * 4.987654321])
  const drawn = [newBox({ shape: { kind: 'polygon', parts: [{ outer, holes: [] }] } }), ...Array.from({ length: 599 }, () => newBox())]
  await edit(
    store,
    item.id,
    drawn.map((annotation) => ({ op: 'create', annotation })),
  )
  await edit(
    store,
    item.id,
    drawn.map(({ id }) => ({ op: 'delete', id, rev: 1 })),
  )
  const { total, deleted } = await store.call('annotations.deleted', { scope: 'item', id: item.id, offset: 0, limit: 500 })
  expect([total, deleted.length, new Set(deleted.map(({ id }) => id)).size]).toEqual([600, 500, 500])
  await restore(store, item.id, { kind: 'shapes', shapes: deleted.map(({ id, seq }) => ({ id, seq: seq - 1 })) })
  expect(await list(store, item.id)).toHaveLength(500)
}, 30_000)

it('objects are brought back from a point of their own each', async () => {
  const { store, item, imported, one, states } = await edited()
  await restore(store, item.id, {
    kind: 'shapes',
    shapes: [
      { id: imported.id, seq: 0 },
      { id: one.id, seq: states[1]![0] },
    ],
  })
  const now = await list(store, item.id)
  expect(now.find(({ id }) => id === imported.id)).toMatchObject({ z: 0 })
  expect(now.find(({ id }) => id === one.id)).toMatchObject({ z: 1 })
})

it('an object whose id is in use on another image stays there', async () => {
  const { store, item, other, imported, states } = await edited()
  await edit(store, other.id, [{ op: 'create', annotation: newBox({ id: imported.id, z: 40 }) }], 'B')
  await expect(restore(store, item.id, { kind: 'state', seq: states[0]![0] })).rejects.toMatchObject({ code: 'annotation/invalid' })
  expect((await list(store, other.id)).find(({ id }) => id === imported.id)).toMatchObject({ z: 40 })
})

it('changes no locked object: it says which, and does it when they are to be unlocked', async () => {
  const store = await newStore()
  const item = importedItem(0, [])
  await addDataset(store, [item])
  const [locked, ordered, free] = [newBox(), newBox(), newBox()]
  await edit(
    store,
    item.id,
    [locked, ordered, free].map((annotation) => ({ op: 'create', annotation })),
  )
  const start = await newestSeq(store, item.id)
  const shape = { kind: 'box', x: 1, y: 1, w: 2, h: 2 } as const
  const moved = [locked, free].map(({ id }): Edit => ({ op: 'update', id, rev: 1, patch: { shape } }))
  await edit(store, item.id, [...moved, { op: 'update', id: ordered.id, rev: 1, patch: { z: 9 } }])
  await edit(store, item.id, [
    { op: 'update', id: locked.id, rev: 2, patch: { locked: true } },
    { op: 'update', id: ordered.id, rev: 2, patch: { locked: true } },
  ])
  const before = await list(store, item.id)
  const point = { kind: 'state', seq: start } as const
  const held = { code: 'annotation/locked', data: { ids: locked.id, count: 1 } }
  await expect(restore(store, item.id, point)).rejects.toMatchObject(held)
  await expect(restore(store, item.id, { kind: 'state', seq: 0 })).rejects.toMatchObject({ data: { count: 2 } })
  expect(await list(store, item.id)).toEqual(before)
  await restore(store, item.id, {
    kind: 'shapes',
    shapes: [
      { id: free.id, seq: start },
      { id: ordered.id, seq: start },
    ],
  })
  await store.call('annotations.restore', { entryId: newId(), itemId: item.id, client: 'A', point, unlock: true })
  expect(content((await store.call('annotations.at', { itemId: item.id, seq: start })).annotations)).toEqual(await list(store, item.id))
  await undo(store)
  expect((await list(store, item.id)).find(({ id }) => id === locked.id)).toMatchObject({ locked: true, shape })
})
