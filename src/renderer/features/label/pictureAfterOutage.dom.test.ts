import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { AppError } from '../../../shared/errors.ts'
import type { Item } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { useLabel } from './labelStore.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.tif', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const header = { width: 60, height: 40, orientation: 1, inTiles: true }

it('what could not be opened or read while the host was away is read by itself when it is back', async () => {
  setActivePinia(createPinia())
  const away = { items: true, pictures: true }
  const lost = () => Promise.reject(new AppError('rpc/unavailable', 'no answer'))
  setLink(
    memoryLink({
      items: {
        get: async () => (away.items ? lost() : item),
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: async () => (away.pictures ? lost() : ({ itemId, relPath: 'a.tif', version: '1', tiled: true, header } as never)),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const [label, studio] = [useLabel(), useStudio()]
  await label.open(itemId)
  expect([label.item, (label.error as AppError).code]).toEqual([null, 'rpc/unavailable'])
  away.items = false
  studio.epoch++
  await vi.waitFor(() => expect([label.item?.id, label.error]).toEqual([itemId, null]))
  await vi.waitFor(() => expect((label.pictureError as AppError | null)?.code).toBe('rpc/unavailable'))
  away.pictures = false
  await nextTick()
  expect(label.picture).toBeNull()
  studio.epoch++
  await vi.waitFor(() => expect([label.pictureError, label.picture?.info.relPath]).toEqual([null, 'a.tif']))
})
