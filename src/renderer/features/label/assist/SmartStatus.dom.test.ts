import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { SmartDraft } from '../../../canvas/engine/draft.ts'
import { FloodSegmenter } from '../../../canvas/wand/floodSegmenter.ts'
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

it('says what brings the clicks back when all of them are taken back', async () => {
  setActivePinia(createPinia())
  setLocale('en')
  const { editor, tools } = useLabel()
  const size = { width: 20, height: 20 }
  editor.open('01900000-0000-7000-8000-000000000001', size, 1, [], [])
  editor.setCamera({ scale: 1, x: 0, y: 0 })
  editor.finders.segmenter = new FloodSegmenter(size, () => [1, 2, 3])
  tools.choose('smart')
  const page = mount(SmartStatus)
  const plain = { shift: false, alt: false, mod: false }
  tools.down({ x: 5, y: 5 }, 'main', 1, plain)
  tools.up({ x: 5, y: 5 }, plain)
  await nextTick()
  expect(page.text()).not.toContain('Every click is taken back')
  tools.undoStep()
  await nextTick()
  expect(page.text()).toContain('Every click is taken back')
})

it('says that all of what was found is protected', async () => {
  setActivePinia(createPinia())
  setLocale('en')
  const { editor } = useLabel()
  const page = mount(SmartStatus)
  editor.gesture.setDraft({ ...asked, proposals: [0.9] })
  await nextTick()
  expect(page.text()).toContain('belongs to protected objects')
})
