import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Id } from '../../../../shared/model/ids.ts'
import type { Item, ItemStatus } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'

const [first, second] = [2, 3].map((n) => `01900000-0000-7000-8000-00000000000${n}`) as [Id, Id]
const datasetId = '01900000-0000-7000-8000-000000000001'

it('the review is kept of the picture that the toast names, though another one is open by then', async () => {
  setActivePinia(createPinia())
  toasts.splice(0)
  onTestFinished(() => void toasts.splice(0))
  const statuses = new Map<Id, ItemStatus>([[first, 'reviewed']])
  const itemOf = (id: Id) =>
    ({ id, datasetId, name: id, relPath: 'a.jpg', width: 60, height: 40, status: statuses.get(id) ?? 'todo', tags: [] }) as unknown as Item
  setLink(
    memoryLink({
      items: {
        get: async ({ itemId }) => itemOf(itemId),
        neighbours: async () => ({ index: 0, total: 2, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new Error('no picture here')),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }),
        // The first word about it stands for an edit that takes the review away.
        describe: async ({ entryId, itemId, change }) => {
          statuses.set(itemId, change.kind === 'status' ? change.status : 'done')
          const told = { entryId, itemId, command: `item.${change.kind}`, changed: [], deleted: [], itemRev: 1, savedAt: 1 }
          return { ...told, canUndo: true, canRedo: false }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(first)
  await label.describe(first, { kind: 'tags', add: ['x'], remove: [] })
  await vi.waitFor(() => expect(toasts.length).toBe(1))
  await label.open(second)
  toasts[0]!.action!.run()
  await vi.waitFor(() => expect([statuses.get(first), statuses.get(second)]).toEqual(['reviewed', undefined]))
  label.leave()
})
