import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import { i18n, setLocale } from '../../i18n/i18n.ts'
import { useSaveState } from '../../stores/saveState.ts'
import DiskBanner from './DiskBanner.vue'

it('names what waits in the language that is chosen, also when that changes while the disk is full', async () => {
  setActivePinia(createPinia())
  useSaveState().trouble = { error: { code: 'disk/full', message: '', data: {} }, waiting: ['move', 'delete'] }
  const wrapper = mount(DiskBanner, { global: { plugins: [i18n] } })
  expect(wrapper.text()).toContain('Move, Delete')
  setLocale('zh-CN')
  await nextTick()
  expect(wrapper.text()).toContain('移动')
  expect(wrapper.text()).not.toContain('Move')
  setLocale('en')
  wrapper.unmount()
})
