import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import type { HistoryEntry, RestorePoint } from '../../../../shared/model/history.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { useLabel } from '../labelStore.ts'
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
        neighbours: async () => ({ index: 0, total: 1, previous: null, next: null }),
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
