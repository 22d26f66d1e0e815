import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { i18n } from '../../../i18n/i18n.ts'
import { usePictureSliders } from './pictureSliders.ts'
import ViewSlider from './ViewSlider.vue'

it.each([
  ['40', 40, ''],
  ['1e2', 100, ''],
  ['40,5', 255, 'A whole number is needed here.'],
  ['1e9', 255, 'Must be from 1 to 255.'],
  ['-100', 255, 'Must be from 1 to 255.'],
  ['1.5.2', 255, 'A number is needed here.'],
])('an end of the window that is typed is taken as it stands or refused with a reason: %s', async (text, value, why) => {
  setActivePinia(createPinia())
  const { high, typedHigh } = usePictureSliders()
  const props = { label: 'White at', min: 1, max: 255, initial: 255, text: '', typed: typedHigh, modelValue: high.value }
  const wrapper = mount(ViewSlider, { props, global: { plugins: [i18n] } })
  const field = wrapper.get<HTMLInputElement>('input[type=text]')
  await field.setValue(text)
  await field.trigger('keydown', { key: 'Enter' })
  const said = wrapper.find('[role=alert]')
  expect([high.value, said.exists() ? said.text() : '']).toEqual([value, why])
  await wrapper.setProps({ modelValue: high.value })
  await field.trigger('blur')
  expect([field.element.value, wrapper.find('[role=alert]').exists()]).toEqual([String(value), false])
})
