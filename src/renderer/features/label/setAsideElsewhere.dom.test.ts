import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { useLabel } from './labelStore.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item

it('an open picture that is set aside elsewhere stays on show and cannot be changed until it is taken back', async () => {
  setActivePinia(createPinia())
  let aside = false
  const gone = () => new AppError('item/set-aside', 'a.jpg was set aside', { id: itemId, file: 'a.jpg' })
  setLink(
    memoryLink({
      items: {
        get: async () => (aside ? Promise.reject(gone()) : item),
        neighbours: async () => (aside ? Promise.reject(gone()) : { index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: async () => Promise.reject(new AppError('file/unreadable', 'no picture here')),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  expect([label.item?.id, label.isOut, label.editor.mayChange()]).toEqual([itemId, false, true])
  const studio = useStudio()
  aside = true
  await studio.dispatch({ type: 'items', datasetId })
  await vi.waitFor(() => expect(label.isOut).toBe(true))
  await vi.waitFor(() => expect(label.editor.mayChange()).toBe(false))
  expect([label.item?.id, await label.setStatus('done'), label.item?.status]).toEqual([itemId, 'refused', 'todo'])
  aside = false
  await studio.dispatch({ type: 'items', datasetId })
  await vi.waitFor(() => expect(label.editor.mayChange()).toBe(true))
  expect(label.isOut).toBe(false)
})
