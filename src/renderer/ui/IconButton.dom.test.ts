import { mount } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import IconButton from './IconButton.vue'

it('passes clicks and classes to the button and says its name and state', async () => {
  const clicks = ref(0)
  const Host = defineComponent(
    () => () =>
      h(TooltipProvider, () =>
        h(IconButton, { label: 'Masks', pressed: clicks.value > 0, class: 'mine', onClick: () => clicks.value++ }, () => 'x'),
      ),
  )
  const button = mount(Host).get('button')
  expect(button.attributes('aria-label')).toBe('Masks')
  expect(button.attributes('aria-pressed')).toBe('false')
  expect(button.classes()).toContain('mine')
  await button.trigger('click')
  expect(clicks.value).toBe(1)
  expect(button.attributes('aria-pressed')).toBe('true')
})

it('says in its tooltip how it is used, to who sees and to who listens', async () => {
  const hint = 'Drag, or click two corners.'
  const Host = defineComponent(
    () => () => h(TooltipProvider, { delayDuration: 0 }, () => h(IconButton, { label: 'Boxes', keys: 'R', hint }, () => 'x')),
  )
  const button = mount(Host, { attachTo: document.body }).get('button')
  button.element.focus()
  await nextTick()
  await nextTick()
  const described = document.getElementById(button.attributes('aria-describedby') ?? '')
  expect(described?.textContent).toContain(hint)
  expect([...document.querySelectorAll('span')].some((each) => each.textContent === hint)).toBe(true)
})
