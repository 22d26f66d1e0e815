import path from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createEditing } from '../../src/renderer/features/label/editing.ts'
import type { Home } from '../../src/renderer/stores/home.ts'
import type { Item } from '../../src/shared/model/item.ts'
import { makeProject, projectOf, remove, startCore } from './coreHarness.ts'

let started: Awaited<ReturnType<typeof startCore>>
let items: Item[]
beforeAll(async () => {
  started = await startCore()
  const datasetId = await makeProject(started, { train: 2, val: 1 })
  items = (
    await started.client.items.window({ datasetId, filter: { split: null, classId: null, status: null, text: '' }, offset: 0, limit: 9 })
  ).items
})
afterAll(async () => {
  await started.core.close()
  remove(started.folder)
})

/** The editing of one window, over the real host. */
async function openWindow(client: string, item: Item, home: Home | null = null) {
  const saves = {
    pending: 0,
    refused: [],
    away: [],
    blocked: false,
    asked: 0,
    askedAway: [],
    trouble: null,
    begin: () => undefined,
    saved: () => undefined,
    yielded: () => undefined,
  }
  const editing = createEditing({
    client: () => started.client,
    slot: () => client,
    home: () => home,
    saves,
    refused: (error) => {
      throw error
    },
    revised: () => undefined,
    elsewhere: () => undefined,
    saved: () => undefined,
    denied: () => undefined,
    held: () => undefined,
    done: () => undefined,
  })
  const list = await started.client.annotations.list({ itemId: item.id, client })
  editing.editor.open(item.id, { width: item.width, height: item.height }, list.itemRev, list.annotations, [])
  const saved = () => editing.queue.whenEmpty()
  const move = async (id: string, x: number) => {
    editing.editor.commitPatches('move', new Map([[id, { shape: { kind: 'box', x, y: 0, w: 9, h: 9 } }]]))
    await saved()
  }
  const x = (id: string) => (editing.editor.records.get(id)?.shape as { x: number } | undefined)?.x
  return { editing, editor: editing.editor, saved, move, x, saves }
}
const stored = async (item: Item, id: string) =>
  (await started.client.annotations.list({ itemId: item.id, client: 'cli' })).annotations.find((record) => record.id === id)

it('two windows on one image: different shapes merge, one shape is settled by choice, and undo takes back what each really did', async () => {
  const item = items[0]!
  const a = await openWindow('page-1', item)
  const ids = [10, 20, 30, 40].map((x) => a.editor.commitNew('createBox', { kind: 'box', x, y: 0, w: 9, h: 9 }))
  await a.saved()
  const [one, two, three, four] = ids as [string, string, string, string]
  const b = await openWindow('page-2', item)
  // Window B does not hear of what A does until it is told so, as with a link that was down.
  await a.move(one, 11)
  a.editor.commit('delete', [{ op: 'delete', id: three, rev: a.editor.records.get(three)!.rev }])
  await a.saved()
  b.editor.commitPatches(
    'move',
    new Map([one, two, three, four].map((id, i) => [id, { shape: { kind: 'box', x: 100 + i, y: 0, w: 9, h: 9 } }])),
  )
  await b.saved()
  expect(b.editing.conflicts.value.map(({ id }) => id)).toEqual([one, three])
  expect([b.x(one), b.x(two), b.x(three), b.x(four)]).toEqual([11, 101, undefined, 103])
  expect((await stored(item, one))!.shape).toMatchObject({ x: 11 })
  expect((await stored(item, two))!.shape).toMatchObject({ x: 101 })
  // Deleted there: it comes back with this window's change, as the same object.
  b.editing.settle([one, three], 'mine')
  await b.saved()
  expect([b.x(one), b.x(three)]).toEqual([100, 102])
  await b.editing.undo()
  expect([b.x(one), b.x(three)]).toEqual([11, undefined])
  await b.editing.undo()
  expect([b.x(one), b.x(two), b.x(four)]).toEqual([11, 20, 40])
  // Nothing of this window's is left; what the other one did is not taken back by it.
  expect(b.editing.canUndo.value).toBe(false)
  await b.editing.undo()
  expect([b.x(one), b.x(two), b.x(three), b.x(four)]).toEqual([11, 20, undefined, 40])
  await a.editing.reload()
  await a.editing.undo()
  expect(a.x(three)).toBe(30)
  await a.editing.undo()
  expect(a.x(one)).toBe(10)
})

it('keeping both puts this version beside the stored one, as one entry', async () => {
  const item = items[1]!
  const a = await openWindow('page-1', item)
  const id = a.editor.commitNew('createBox', { kind: 'box', x: 10, y: 0, w: 9, h: 9 })
  await a.saved()
  const b = await openWindow('page-2', item)
  await a.move(id, 50)
  await b.move(id, 90)
  const before = b.editor.records.size
  b.editing.settle([id], 'both')
  await b.saved()
  expect(b.editor.records.size).toBe(before + 1)
  expect(b.x(id)).toBe(50)
  expect(b.editor.records.inOrder().some(({ shape }) => shape.kind === 'box' && shape.x === 90)).toBe(true)
  await b.editing.undo()
  expect(b.editor.records.size).toBe(before)
})

it('a gesture of a window that has not heard of it that another project is open is saved when its own is open again', async () => {
  const item = items[0]!
  const { slot } = started.core.host
  const a = await openWindow('page-1', item, slot.require().project)
  await slot.create(path.join(started.folder, 'another'), 'another')
  const id = a.editor.commitNew('createBox', { kind: 'box', x: 60, y: 0, w: 9, h: 9 })
  await vi.waitFor(() => expect(a.editing.problem.value?.code).toBe('project/none-open'), { timeout: 10_000 })
  expect([a.x(id), a.editing.queue.length]).toEqual([60, 1])
  await slot.open(projectOf(started.folder))
  a.editing.queue.retry()
  await a.saved()
  expect((await stored(item, id))?.shape).toMatchObject({ x: 60 })
})

it('of an object that both windows locked the chosen version is the one that stays, and undo brings the other one back', async () => {
  const item = items[1]!
  const a = await openWindow('page-5', item)
  const id = a.editor.commitNew('createBox', { kind: 'box', x: 10, y: 0, w: 9, h: 9 })
  await a.saved()
  const b = await openWindow('page-6', item)
  const change = (x: number) => new Map([[id, { shape: { kind: 'box', x, y: 0, w: 9, h: 9 }, locked: true } as const]])
  a.editor.commitPatches('move', change(20))
  await a.saved()
  b.editor.commitPatches('move', change(30))
  await b.saved()
  expect(b.editing.conflicts.value).toHaveLength(1)
  b.editing.settle([id], 'mine')
  await b.saved()
  expect(await stored(item, id)).toMatchObject({ shape: { x: 30 }, locked: true })
  await b.editing.undo()
  expect(await stored(item, id)).toMatchObject({ shape: { x: 20 }, locked: true })
})
