import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import { i18n } from '../../../i18n/i18n.ts'
import type { Common } from './commonValues.ts'
import MixedCheck from './MixedCheck.vue'

const check = (value: Common<boolean>) => {
  const wrapper = mount(MixedCheck, { props: { label: 'Locked', value }, global: { plugins: [i18n] } })
  return { wrapper, box: wrapper.get('input').element }
}

it('asks for what was clicked, and shows what came of it', async () => {
  const { wrapper, box } = check({ kind: 'same', value: false })
  await wrapper.get('input').setValue(true)
  await nextTick()
  expect([wrapper.emitted('choose'), box.checked]).toEqual([[[true]], false])
  await wrapper.setProps({ value: { kind: 'same', value: true } })
  expect(box.checked).toBe(true)
})

it('stays mixed when it was refused', async () => {
  const { wrapper, box } = check({ kind: 'mixed' })
  await wrapper.get('input').setValue(true)
  await nextTick()
  expect([box.checked, box.indeterminate]).toEqual([false, true])
})
