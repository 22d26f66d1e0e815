import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import type { Batch } from '../../../../shared/model/batch.ts'
import { i18n } from '../../../i18n/i18n.ts'
import { setLink } from '../../../stores/link.ts'
import { useStudio } from '../../../stores/studio.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import EarlierBatches from './EarlierBatches.vue'

const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`
const batchOf = (n: number): Batch => ({
  batchId: idOf(n),
  command: 'propagate',
  who: 'Ada',
  at: Date.now(),
  dataset: 'shapes',
  from: { itemId: idOf(99), name: `${n}.jpg` },
  pictures: 4,
  objects: 8,
  left: 4,
  asLeft: 3,
})

it('offers what earlier jobs copied, page by page and without those on show elsewhere, and takes one back', async () => {
  const known = Array.from({ length: 13 }, (_, i) => batchOf(i)).reverse()
  const undone: string[] = []
  setLink(
    memoryLink({
      annotations: {
        batches: async ({ before, limit }) => {
          const at = before ? known.findIndex(({ batchId }) => batchId === before) + 1 : 0
          const batches = known.slice(at, at + limit)
          return { batches, before: at + limit < known.length ? batches.at(-1)!.batchId : null }
        },
      },
      assist: {
        undoBatch: async ({ batchId }) => {
          undone.push(batchId)
          const taken = known.find((batch) => batch.batchId === batchId)!
          Object.assign(taken, { left: 1, asLeft: 0 })
          return { undone: 3, left: 1 }
        },
      },
    }),
  )
  setActivePinia(createPinia())
  useStudio().project = { id: idOf(1), name: 'test' } as never
  const props = { itemId: null, title: 'Earlier', except: new Set([idOf(12)]) }
  const wrapper = mount(EarlierBatches, { props, global: { plugins: [i18n] } })
  await flushPromises()
  const rows = (): string[] => wrapper.findAll('li').map((row) => row.text())
  expect([rows().length, rows()[0]]).toEqual([12, expect.stringContaining('11.jpg')])
  expect(rows()[0]).toContain('8 objects in 4 pictures · 3 of 4 as the job left them')
  await wrapper.get('button').trigger('click')
  await flushPromises()
  expect(undone).toEqual([idOf(11)])
  expect(rows()[0]).toContain('taken back in 3 · the rest was changed since and stays')
  expect(wrapper.get('button').attributes('disabled')).toBeDefined()
  wrapper.unmount()
})
