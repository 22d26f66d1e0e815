import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import AppSelect from './AppSelect.vue'

const options = (dark: string, light: string) => [
  { value: 'dark', label: dark },
  { value: 'light', label: light },
]

it('shows what is chosen in the language of now', async () => {
  const select = mount(AppSelect, {
    props: { label: 'Theme', modelValue: 'light', options: options('Dark', 'Light') },
    attachTo: document.body,
  })
  const trigger = select.get('[role=combobox]')
  expect(trigger.text()).toBe('Light')
  await select.setProps({ options: options('深色', '浅色') })
  expect(trigger.text()).toBe('浅色')
  await select.setProps({ modelValue: 'dark' })
  expect(trigger.text()).toBe('深色')
  select.unmount()
})

it('brings no style element, which the policy of the page would refuse', async () => {
  const select = mount(AppSelect, {
    props: { label: 'Theme', modelValue: 'light', options: options('Dark', 'Light') },
    attachTo: document.body,
  })
  await select.get('[role=combobox]').trigger('keydown', { key: 'Enter' })
  await nextTick()
  expect([...document.querySelectorAll('[role=option]')].map((option) => option.textContent?.trim())).toEqual(['Dark', 'Light'])
  expect(document.body.querySelector('style')).toBeNull()
  select.unmount()
})
