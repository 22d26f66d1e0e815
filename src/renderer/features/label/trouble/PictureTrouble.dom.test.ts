import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished, vi } from 'vitest'
import { h } from 'vue'
import { AppError, type ErrorCode, type ErrorData } from '../../../../shared/errors.ts'
import type { Item } from '../../../../shared/model/item.ts'
import { t } from '../../../i18n/i18n.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { useLabel } from '../labelStore.ts'
import PictureTrouble from './PictureTrouble.vue'

const [datasetId, itemId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
const item = { id: itemId, datasetId, name: 'a', relPath: 'a.jpg', width: 60, height: 40, status: 'todo', tags: [] } as unknown as Item

/** The ways on that are offered for a picture that cannot be shown for this reason. */
async function waysOn(code: ErrorCode, data: ErrorData = {}): Promise<string> {
  return (await cardFor(code, data)).text()
}

/** What was asked of the host to take another file as the picture. */
const accepted: unknown[] = []

async function cardFor(code: ErrorCode, data: ErrorData): Promise<VueWrapper> {
  setActivePinia(createPinia())
  setLink(
    memoryLink({
      items: {
        get: async () => item,
        neighbours: async () => ({ index: 0, total: 1, listed: true, previous: null, next: null }),
        acceptFile: async (input: unknown) => {
          accepted.push(input)
          return {}
        },
        picture: async () => Promise.reject(new AppError(code, 'no picture here', { file: 'a.jpg', ...data })),
      },
      annotations: { list: async () => ({ itemRev: 1, annotations: [], canUndo: false, canRedo: false }) },
      datasets: { list: async () => [], classes: async () => [] },
    }),
  )
  const label = useLabel()
  await label.open(itemId)
  await vi.waitFor(() => expect(label.trouble).not.toBeNull())
  const card = mount(() => h(TooltipProvider, () => h(PictureTrouble)))
  onTestFinished(() => card.unmount())
  return card
}

it('offers to set a picture aside that is at fault itself, and to try again where the disk is', async () => {
  const broken = await waysOn('file/unreadable')
  expect([t('common.retry'), t('pictures.trouble.setAside')].map((words) => broken.includes(words))).toEqual([true, true])
  for (const code of ['disk/full', 'disk/failed'] as const) {
    const ways = await waysOn(code)
    expect([t('common.retry'), t('pictures.trouble.setAside')].map((words) => ways.includes(words))).toEqual([true, false])
  }
})

it('offers to take a file with other content of the same size as the picture, which is asked about first', async () => {
  const card = await cardFor('file/changed', { hash: 'aaaaaaaa', wasHash: 'bbbbbbbb' })
  const offer = card.findAll('button').find((button) => button.text() === t('pictures.trouble.accept'))!
  await offer.trigger('click')
  const dialog = await vi.waitFor(() => document.querySelector('[role=dialog]')!)
  expect(accepted).toEqual([])
  expect(dialog.textContent).toContain(t('pictures.trouble.acceptFinal'))
  expect(dialog.textContent).toContain('aaaaaaaa')
  const yes = [...dialog.querySelectorAll('button')].find((button) => button.textContent?.trim() === t('pictures.trouble.accept'))!
  yes.click()
  await vi.waitFor(() => expect(accepted).toEqual([{ itemId, hash: 'aaaaaaaa', wasHash: 'bbbbbbbb' }]))
})

it('says what to do with a file of another size, and does not offer to take it', async () => {
  const ways = await waysOn('file/changed', { width: 61, height: 40, wasWidth: 60, wasHeight: 40 })
  expect(ways).toContain(t('pictures.trouble.otherSize'))
  expect(ways).not.toContain(t('pictures.trouble.accept'))
})
