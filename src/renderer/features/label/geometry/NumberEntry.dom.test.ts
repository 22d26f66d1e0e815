import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { i18n } from '../../../i18n/i18n.ts'
import NumberEntry from './NumberEntry.vue'

function entry(value = 33.33333) {
  const said: string[] = []
  const tell = (what: string) => (number: number) => {
    said.push(`${what} ${number}`)
    return number > 100 ? 'too far' : null
  }
  const target = { preview: tell('preview'), take: tell('take'), abandon: () => void said.push('abandon') }
  const wrapper = mount(NumberEntry, { props: { value, label: 'Left', target }, global: { plugins: [i18n] } })
  const input = wrapper.get('input')
  return { said, input, wrapper, text: () => input.element.value }
}

it('leaves a number alone that was only looked at, whatever digits it does not show', async () => {
  const { said, input, text } = entry()
  expect(text()).toBe('33.333')
  await input.trigger('blur')
  expect(said.filter((one) => one.startsWith('take'))).toEqual([])
})

it('takes what was typed on Enter, once', async () => {
  const { said, input, wrapper } = entry()
  await input.setValue('40,5')
  await input.trigger('keydown', { key: 'Enter' })
  await wrapper.setProps({ value: 40.5 })
  await input.trigger('blur')
  expect(said.filter((one) => one.startsWith('take'))).toEqual(['take 40.5'])
})

it('takes what was typed when the field goes away because something else is selected', async () => {
  const { said, input, wrapper } = entry(7)
  await input.setValue('9')
  wrapper.unmount()
  expect(said).toEqual(['take 9'])
  const left = entry(7)
  await left.input.setValue('9')
  await left.input.trigger('blur')
  left.wrapper.unmount()
  expect(left.said).toEqual(['take 9'])
})

it('says why a number is refused, and shows the old one when the field is left', async () => {
  const { input, wrapper, text } = entry(7)
  await input.setValue('seven')
  await input.trigger('keydown', { key: 'Enter' })
  expect(wrapper.get('[role=alert]').text()).not.toBe('')
  expect(input.attributes('aria-invalid')).toBe('true')
  await input.setValue('400')
  await input.trigger('keydown', { key: 'Enter' })
  expect(wrapper.get('[role=alert]').text()).toBe('too far')
  await input.trigger('blur')
  expect(text()).toBe('7')
  expect(wrapper.find('[role=alert]').exists()).toBe(false)
})

it('arrows step, with Shift by ten, as one change when they are let go; Esc takes it back', async () => {
  const { said, input, text } = entry(7)
  await input.trigger('keydown', { key: 'ArrowUp' })
  await input.trigger('keydown', { key: 'ArrowUp', shiftKey: true })
  await input.trigger('keydown', { key: 'ArrowDown' })
  expect(text()).toBe('17')
  await input.trigger('keyup', { key: 'ArrowDown' })
  expect(said).toEqual(['preview 8', 'preview 18', 'preview 17', 'take 17'])
  const other = entry(99)
  await other.input.trigger('keydown', { key: 'ArrowUp', shiftKey: true })
  expect(other.text()).toBe('99')
  await other.input.trigger('keydown', { key: 'ArrowUp' })
  await other.input.trigger('keydown', { key: 'Escape' })
  expect(other.text()).toBe('99')
  expect(other.said.at(-1)).toBe('abandon')
})

it('leaves Esc to what it stands in where nothing was typed', async () => {
  const { input } = entry(7)
  const heard: string[] = []
  input.element.parentElement!.addEventListener('keydown', () => heard.push(input.element.value))
  await input.setValue('9')
  await input.trigger('keydown', { key: 'Escape' })
  expect(heard).toEqual([])
  await input.trigger('keydown', { key: 'Escape' })
  expect(heard).toEqual(['7'])
})
