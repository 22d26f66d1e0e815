import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { AppError } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { setLink } from '../../../stores/link.ts'
import { useStudio } from '../../../stores/studio.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { useLabel } from '../labelStore.ts'
import InstructionFields from './InstructionFields.vue'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = {
  id: itemId,
  datasetId,
  name: 'a',
  relPath: 'a.jpg',
  width: 60,
  height: 40,
  status: 'done',
  tags: ['day'],
  instructions: { texts: ['the car'], isSentence: false },
} as unknown as Item

/** The open picture of a host that can be out of reach, or refuse what is said of it. */
async function opened() {
  setActivePinia(createPinia())
  const host = { item, down: false, refuses: false }
  setLink(
    memoryLink({
      items: {
        get: async () => host.item,
        neighbours: async () => ({ index: 0, total: 1, previous: null, next: null }),
        picture: async () => Promise.reject(new AppError('file/unreadable', 'no picture here')),
      },
      annotations: {
        list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }),
        describe: async ({ entryId, change }) => {
          if (host.down) throw new AppError('rpc/unavailable', 'no answer')
          if (host.refuses) throw new AppError('item/not-found', 'there is no such picture', { id: itemId })
          if (change.kind === 'tags') host.item = { ...host.item, tags: [...host.item.tags, ...change.add] }
          if (change.kind === 'instructions') host.item = { ...host.item, instructions: change.instructions }
          if (change.kind === 'status') host.item = { ...host.item, status: change.status }
          const told = { entryId, itemId, command: `item.${change.kind}`, changed: [], deleted: [], itemRev: 1, savedAt: 1 }
          return { ...told, canUndo: true, canRedo: false, listedIn: datasetId }
        },
      },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  const back = async (): Promise<void> => {
    host.down = false
    label.retrySaving()
    await vi.waitFor(() => expect(label.pending()).toBe(0))
  }
  return { host, label, back }
}

it('what is said of a picture while the host is out of reach shows, and is kept when more is said', async () => {
  const { host, label, back } = await opened()
  host.down = true
  const Host = defineComponent(() => () => h(TooltipProvider, () => label.item && h(InstructionFields, { item: label.item })))
  const page = mount(Host, { attachTo: document.body })
  onTestFinished(() => page.unmount())
  void label.describe(itemId, { kind: 'tags', add: ['night'], remove: ['day'] })
  void label.describe(itemId, { kind: 'tags', add: ['rain'], remove: [] })
  expect(label.item?.tags).toEqual(['night', 'rain'])
  await page.get('#instructions-sentences').trigger('click')
  await flushPromises()
  await page.get('textarea').setValue('the red car')
  await page.get('textarea').trigger('change')
  await flushPromises()
  expect(label.item?.instructions).toEqual({ texts: ['the red car'], isSentence: true })
  // Another look at what the host has so far takes nothing of it away.
  await useStudio().dispatch({ type: 'items', datasetId })
  await flushPromises()
  expect([label.item?.tags, label.item?.instructions.isSentence]).toEqual([['night', 'rain'], true])
  await back()
  expect(host.item.instructions).toEqual({ texts: ['the red car'], isSentence: true })
})

it('what had to wait and is refused later shows no more', async () => {
  const { host, label, back } = await opened()
  host.down = true
  host.refuses = true
  expect(await label.setStatus('reviewed')).toBe(false)
  void label.describe(itemId, { kind: 'tags', add: ['night'], remove: [] })
  expect([label.item?.status, label.item?.tags]).toEqual(['reviewed', ['day', 'night']])
  host.item = { ...host.item, status: 'rejected' }
  await back()
  await vi.waitFor(() => expect([label.item?.status, label.item?.tags]).toEqual(['rejected', ['day']]))
})
