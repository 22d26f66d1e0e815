import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { useLabel } from './labelStore.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']

it('the state of the open picture follows what a job or another window does to it', async () => {
  setActivePinia(createPinia())
  const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
  let itemRev = 1
  setLink(
    memoryLink({
      items: {
        get: async () => ({ ...item, status: itemRev === 1 ? 'todo' : 'inProgress' }),
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new AppError('file/unreadable', 'no picture here')),
      },
      annotations: { list: async () => ({ itemRev, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  expect(label.item?.status).toBe('todo')
  itemRev = 2
  await useStudio().dispatch({ type: 'annotations', itemId, itemRev, client: 'a job' })
  await vi.waitFor(() => expect(label.item?.status).toBe('inProgress'))
})
