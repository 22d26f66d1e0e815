import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { SmartDraft } from '../../../canvas/engine/draft.ts'
import { setLocale } from '../../../i18n/i18n.ts'
import { useLabel } from '../labelStore.ts'
import SmartStatus from './SmartStatus.vue'

const asked: SmartDraft = {
  kind: 'smart',
  points: [],
  box: { minX: 10, minY: 10, maxX: 12, maxY: 12 },
  proposals: [],
  chosen: 0,
  mask: null,
  shape: null,
  result: 'new',
  state: 'known',
}

it('says that nothing was found, also of a box without a click; not while the box is drawn', async () => {
  setActivePinia(createPinia())
  setLocale('en')
  const { editor } = useLabel()
  const page = mount(SmartStatus)
  const says = async (draft: SmartDraft): Promise<boolean> => {
    editor.gesture.setDraft(draft)
    await nextTick()
    return page.text().includes('click on another place')
  }
  expect(await says(asked)).toBe(true)
  expect(await says({ ...asked, state: 'unasked' })).toBe(false)
  expect(await says({ ...asked, state: 'waiting' })).toBe(false)
  expect(await says({ ...asked, box: null, points: [{ x: 1, y: 1, positive: true }] })).toBe(true)
})
