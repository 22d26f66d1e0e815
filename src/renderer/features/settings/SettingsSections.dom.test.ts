import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { setLocale } from '../../i18n/i18n.ts'
import SettingsSections from './SettingsSections.vue'

it('leads to a section with scroll and focus, and marks the one that is read', async () => {
  setLocale('en')
  const scroller = document.createElement('div')
  document.body.append(scroller)
  const scrolled = vi.fn()
  const heights: Record<string, number> = { a: 0, b: 300, c: 900 }
  for (const id of Object.keys(heights)) {
    const section = document.createElement('section')
    section.innerHTML = `<h2 id="${id}"></h2>`
    scroller.append(section)
    section.scrollIntoView = scrolled
    section.querySelector('h2')!.getBoundingClientRect = () => ({ top: heights[id]! - scroller.scrollTop }) as DOMRect
  }
  Object.defineProperties(scroller, { clientHeight: { value: 400 }, scrollHeight: { value: 1_300 } })
  const sections = ['a', 'b', 'c'].map((id) => ({ id, label: id }))
  const nav = mount(SettingsSections, { props: { sections, scroller }, attachTo: document.body })
  const marked = () => nav.get('[aria-current]').text()
  expect(marked()).toBe('a')
  scroller.scrollTop = 280
  scroller.dispatchEvent(new Event('scroll'))
  await nav.vm.$nextTick()
  expect(marked()).toBe('b')
  await nav.findAll('button')[2]!.trigger('click')
  expect([marked(), document.activeElement?.id]).toEqual(['c', 'c'])
  expect(scrolled.mock.contexts).toEqual([document.getElementById('c')!.closest('section')])
  nav.unmount()
  scroller.remove()
})
