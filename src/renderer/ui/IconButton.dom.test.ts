import { mount } from '@vue/test-utils'
import { TooltipProvider } from 'reka-ui'
import { expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
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
