import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished } from 'vitest'
import { nextTick } from 'vue'
import RejectDialog from './RejectDialog.vue'

it('the reason is kept, and closing the window asks, until the rejection is taken', async () => {
  setActivePinia(createPinia())
  const host = { full: true, told: [] as string[] }
  const page = mount(RejectDialog, {
    attachTo: document.body,
    props: {
      open: true,
      name: 'a',
      reject: async (reason: string) => {
        host.told.push(reason)
        return !host.full
      },
      'onUpdate:open': (open: boolean) => void page.setProps({ open }),
    },
  })
  onTestFinished(() => page.unmount())
  await nextTick()
  const field = (): HTMLTextAreaElement | null => document.querySelector('textarea')
  const asksAtClosing = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  const enter = async (): Promise<void> => {
    field()!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }))
    await flushPromises()
  }
  field()!.value = ' blurred '
  field()!.dispatchEvent(new Event('input'))
  await nextTick()
  await enter()
  expect([host.told, field()?.value, document.querySelector('[role="alert"]') !== null, asksAtClosing()]).toEqual([
    ['blurred'],
    ' blurred ',
    true,
    true,
  ])
  host.full = false
  await enter()
  expect([page.props('open'), asksAtClosing()]).toEqual([false, false])
})

it('a reason that is refused after the dialog was closed does not stand in it any more', async () => {
  setActivePinia(createPinia())
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const kept: (() => boolean)[] = []
  const page = mount(RejectDialog, {
    attachTo: document.body,
    props: {
      open: true,
      name: 'a',
      reject: (_: string, keeps: () => boolean) => {
        kept.push(keeps)
        return promise
      },
    },
  })
  onTestFinished(() => page.unmount())
  await nextTick()
  const field = document.querySelector('textarea')!
  field.value = 'blurred'
  field.dispatchEvent(new Event('input'))
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }))
  await flushPromises()
  expect(kept[0]!()).toBe(true)
  await page.setProps({ open: false })
  expect(kept[0]!()).toBe(false)
  resolve(false)
  await flushPromises()
  expect(window.dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(true)
})
