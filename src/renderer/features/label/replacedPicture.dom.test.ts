import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Item } from '../../../shared/model/item.ts'
import { setLink } from '../../stores/link.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import FilmThumb from './FilmThumb.vue'
import { useLabel } from './labelStore.ts'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.tif', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item
const header = { width: 60, height: 40, orientation: 1, inTiles: true }

it('a picture that another file became, by whichever window, is read again, and so is its thumbnail', async () => {
  setActivePinia(createPinia())
  let version = '1'
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        picture: async () => ({ itemId, relPath: 'a.tif', version, tiled: true, header }) as never,
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const [label, studio] = [useLabel(), useStudio()]
  const thumb = mount(FilmThumb, { props: { itemId } })
  onTestFinished(() => thumb.unmount())
  await label.open(itemId)
  await vi.waitFor(() => expect(label.picture?.info.version).toBe('1'))
  const address = thumb.find('img').attributes('src')
  await thumb.find('img').trigger('error')
  expect(thumb.find('img').exists()).toBe(false)
  version = '2'
  await studio.dispatch({ type: 'picture', itemId })
  await vi.waitFor(() => expect(label.picture?.info.version).toBe('2'))
  expect(thumb.find('img').attributes('src')).not.toBe(address)
})
