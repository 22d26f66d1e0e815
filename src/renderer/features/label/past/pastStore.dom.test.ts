import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import type { Annotation } from '../../../../shared/model/annotation.ts'
import type { HistoryEntry, RestorePoint } from '../../../../shared/model/history.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { rightClick } from '../canvasMenu.ts'
import { useLabel } from '../labelStore.ts'
import { pastMenu } from './pastMenu.ts'
import { usePast } from './pastStore.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const entry = (seq: number): HistoryEntry => ({
  seq,
  entryId: `e${seq}`,
  kind: 'edit',
  command: 'move',
  client: 'page-1',
  who: null,
  at: seq,
  undone: false,
  changes: 1,
})

it('the history ends with the image before its first change, which can be looked at and gone back to', async () => {
  setActivePinia(createPinia())
  const journal = Array.from({ length: 120 }, (_, i) => entry(120 - i))
  const restored: RestorePoint[] = []
  const looked: number[] = []
  const none = { itemRev: 1, canUndo: false, canRedo: false }
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => new Promise(() => undefined),
      },
      annotations: {
        list: async () => ({ ...none, annotations: [] }),
        history: async ({ before, limit }) => journal.filter(({ seq }) => seq < (before ?? Infinity)).slice(0, limit),
        at: async ({ seq }) => (looked.push(seq), { annotations: [], shapes: [] }),
        async restore({ entryId, point }) {
          restored.push(point)
          return { ...none, entryId, itemId, command: 'restoreState', changed: [], deleted: [], savedAt: 1 }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  const past = usePast()
  await vi.waitFor(() => expect(past.entries).toHaveLength(100))
  expect(past.points.includes(null)).toBe(false)
  await past.more()
  expect([past.points.length, past.points.at(-1)]).toEqual([121, null])
  await past.view(past.points.at(-1)!)
  expect([looked, label.editor.ghosts.past]).toEqual([[0], []])
  await past.goBack()
  expect(restored).toEqual([{ kind: 'state', seq: 0 }])
  journal.length = 0
  await past.reload()
  expect(past.points).toEqual([])
})

it('a right click on an earlier state offers the object under it, also one that was deleted then', async () => {
  setActivePinia(createPinia())
  const box = (id: string, x: number): Annotation => ({
    id,
    itemId,
    classId: null,
    region: 'void',
    shape: { kind: 'box', x, y: 1, w: 5, h: 5 },
    attributes: {},
    provenance: { kind: 'human' },
    z: 0,
    rev: 1,
  })
  const restored: RestorePoint[] = []
  const none = { itemRev: 1, canUndo: false, canRedo: false }
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: () => new Promise(() => undefined),
      },
      annotations: {
        list: async () => ({ ...none, annotations: [] }),
        history: async () => [entry(7)],
        at: async () => ({ annotations: [box('stays', 10)], shapes: [{ before: box('gone', 30), after: null }] }),
        async restore({ entryId, point }) {
          restored.push(point)
          return { ...none, entryId, itemId, command: 'restoreShapes', changed: [], deleted: [], savedAt: 1 }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  const past = usePast()
  await vi.waitFor(() => expect(past.entries).toHaveLength(1))
  const canvas = document.createElement('div')
  const at = async (x: number): Promise<void> => {
    await past.view(past.entries[0]!)
    label.editor.setCamera({ scale: 1, x: 0, y: 0 })
    canvas.addEventListener('contextmenu', (event) => rightClick(label, event), { once: true })
    canvas.dispatchEvent(new MouseEvent('contextmenu', { clientX: x, clientY: 3 }))
  }
  await at(50)
  expect([past.picked, pastMenu(past)[0]!.disabled]).toEqual([null, true])
  for (const x of [12, 32]) {
    await at(x)
    pastMenu(past)[0]!.run()
    await vi.waitFor(() => expect(past.restored.size).toBe(1))
    expect([past.viewed?.entry?.seq, label.editor.selection.size]).toEqual([7, 0])
  }
  await vi.waitFor(() => expect(restored).toHaveLength(2))
  expect(restored).toEqual([
    { kind: 'shapes', shapes: [{ id: 'stays', seq: 7 }] },
    { kind: 'shapes', shapes: [{ id: 'gone', seq: 6 }] },
  ])
})
