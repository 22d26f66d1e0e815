import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import type { Annotation, EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { useLabel } from './labelStore.ts'

const [datasetId, one, two] = [1, 2, 3].map((n) => `01900000-0000-7000-8000-00000000000${n}`) as [Id, Id, Id]
const box = { kind: 'box', x: 10, y: 10, w: 20, h: 20 } as const

/** Two pictures, each the neighbour of the other, on a host that tells nobody what changed. */
function place() {
  setActivePinia(createPinia())
  const records = new Map<Id, Annotation[]>([
    [one, []],
    [two, []],
  ])
  const revs = new Map([
    [one, 0],
    [two, 0],
  ])
  const journal: { itemId: Id; before: Annotation[] }[] = []
  const undone: typeof journal = []
  const host = { saving: Promise.resolve(), drawing: Promise.reject<never>(new AppError('file/unreadable', 'no picture here')) }
  host.drawing.catch(() => undefined)
  /** Pictures whose objects were read, in order. */
  const reads: Id[] = []
  const item = (id: Id) =>
    ({
      ...{ id, datasetId, name: id === one ? 'one' : 'two', relPath: 'x.jpg', width: 60, height: 40, status: 'inProgress', tags: [] },
      rev: revs.get(id)!,
    }) as unknown as Item
  /** Leaves a picture with these objects, and answers with what that changed. */
  function leave(itemId: Id, after: Annotation[], entryId: Id = crypto.randomUUID()): EditResult {
    const before = records.get(itemId)!
    records.set(itemId, after)
    revs.set(itemId, revs.get(itemId)! + 1)
    const stays = (record: Annotation, list: Annotation[]): boolean => list.some(({ id }) => id === record.id)
    return {
      ...{ entryId, itemId, command: 'draw', itemRev: revs.get(itemId)!, savedAt: 5, canUndo: journal.length > 0 },
      canRedo: undone.length > 0,
      changed: after.filter((record) => !stays(record, before)),
      deleted: before.filter((record) => !stays(record, after)).map(({ id }) => id),
    }
  }
  function travel(from: typeof journal, to: typeof journal): EditResult {
    const { itemId, before } = from.pop()!
    to.push({ itemId, before: records.get(itemId)! })
    return leave(itemId, before)
  }
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => item(itemId),
        neighbours: async ({ itemId }) => ({
          ...{ index: itemId === one ? 0 : 1, total: 2, listed: true },
          ...{ previous: itemId === two ? one : null, next: itemId === one ? two : null },
        }),
        picture: () => host.drawing,
      },
      annotations: {
        async list({ itemId }) {
          reads.push(itemId)
          return { itemRev: revs.get(itemId)!, annotations: records.get(itemId)!, canUndo: journal.length > 0, canRedo: undone.length > 0 }
        },
        async apply({ entryId, itemId, edits }) {
          await host.saving
          const before = records.get(itemId)!
          journal.push({ itemId, before })
          const drawn = edits.flatMap((edit) => (edit.op === 'create' ? [{ ...edit.annotation, itemId, rev: 1 }] : []))
          return leave(itemId, [...before, ...drawn], entryId)
        },
        undo: async () => travel(journal, undone),
        redo: async () => travel(undone, journal),
        restore: async ({ itemId }) => leave(itemId, []),
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  const shown = (): [Id | null, number] => [label.editor.itemId, label.editor.records.size]
  const readAhead = (itemId: Id): Promise<void> => vi.waitFor(() => expect(reads.at(-1)).toBe(itemId))
  /** Draws in the first picture and goes on to the second, where the first is read ahead again. */
  async function drawAndGoOn(): Promise<void> {
    await label.open(one)
    await readAhead(two)
    label.editor.commitNew('draw', box)
    await label.settled()
    await label.open(two)
    await readAhead(one)
  }
  return { label, host, records, revs, reads, leave, shown, readAhead, drawAndGoOn }
}

it('undo and redo that lead to a neighbour show it as they left it', async () => {
  const { label, shown, readAhead, drawAndGoOn } = place()
  await drawAndGoOn()
  label.editor.commitNew('draw', box)
  await label.undo()
  expect(shown()).toEqual([two, 0])
  await label.undo()
  await label.open(label.wanted!.itemId)
  expect([...shown(), label.canUndo, label.canRedo]).toEqual([one, 0, false, true])
  await readAhead(two)
  await label.open(two)
  await readAhead(one)
  await label.redo()
  await label.open(label.wanted!.itemId)
  expect([...shown(), label.editor.selection.size]).toEqual([one, 1, 1])
})

it('a neighbour that got an earlier state back shows that state', async () => {
  const { label, shown, drawAndGoOn } = place()
  await drawAndGoOn()
  await label.restore(one, { kind: 'state', seq: 0 })
  await label.open(one)
  expect(shown()).toEqual([one, 0])
})

it('what was saved after its picture was read ahead is shown', async () => {
  const { label, host, shown, readAhead } = place()
  const saving = Promise.withResolvers<void>()
  host.saving = saving.promise
  await label.open(one)
  await readAhead(two)
  label.editor.commitNew('draw', box)
  await label.open(two)
  await readAhead(one)
  saving.resolve()
  await label.settled()
  await label.open(one)
  expect(shown()).toEqual([one, 1])
})

it('a change that is heard of while the picture is on its way is in what is shown first', async () => {
  const { label, host, shown, leave, drawAndGoOn } = place()
  await drawAndGoOn()
  const drawing = Promise.withResolvers<never>()
  host.drawing = drawing.promise
  const sizes: number[] = []
  label.editor.onChange((aspect) => aspect === 'item' && sizes.push(label.editor.records.size))
  const opening = label.open(one)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const { itemRev } = leave(one, [])
  await useStudio().dispatch({ type: 'annotations', itemId: one, itemRev, client: 'a job' })
  drawing.reject(new AppError('file/unreadable', 'no picture here'))
  await opening
  expect([sizes, shown()]).toEqual([[0], [one, 0]])
})

it('a change that nobody heard of is found by its revision soon after the picture is open', async () => {
  const { label, shown, leave, drawAndGoOn } = place()
  await drawAndGoOn()
  leave(one, [])
  await label.open(one)
  await vi.waitFor(() => expect(shown()).toEqual([one, 0]))
})

it('a change under the name of this page is read when no answer will bring it, and not read twice when one did', async () => {
  const { label, reads, shown, leave, drawAndGoOn } = place()
  await drawAndGoOn()
  const { client } = useStudio()
  await label.open(one)
  await useStudio().dispatch({ type: 'annotations', itemId: one, itemRev: leave(one, []).itemRev, client })
  await vi.waitFor(() => expect(shown()).toEqual([one, 0]))
  label.editor.commitNew('draw', box)
  await label.settled()
  const before = reads.length
  await useStudio().dispatch({ type: 'annotations', itemId: one, itemRev: label.editor.records.itemRev, client })
  expect([reads.length - before, shown()]).toEqual([0, [one, 1]])
})
