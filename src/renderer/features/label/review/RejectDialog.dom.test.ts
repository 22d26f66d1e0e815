import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished } from 'vitest'
import { nextTick } from 'vue'
import { en } from '../../../i18n/messages.ts'
import { heldWords } from '../../../stores/unsavedWords.ts'
import RejectDialog from './RejectDialog.vue'
import { useRejectDrafts } from './rejectDrafts.ts'

it('the reason is kept, and closing the window asks, until the rejection is taken', async () => {
  setActivePinia(createPinia())
  const host = { full: true, told: [] as string[] }
  const page = mount(RejectDialog, {
    attachTo: document.body,
    props: {
      open: true,
      item: { id: 'i', name: 'a' },
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

it('a reason stays with its picture while another one, or another page, is on show, and Cancel gives it up', async () => {
  setActivePinia(createPinia())
  const show = (id: string) => {
    const page = mount(RejectDialog, {
      attachTo: document.body,
      props: {
        open: true,
        item: { id, name: id },
        reject: async () => true,
        'onUpdate:open': (open: boolean) => void page.setProps({ open }),
      },
    })
    onTestFinished(() => page.unmount())
    return page
  }
  const field = (): HTMLTextAreaElement => document.querySelector('textarea')!
  const page = show('a')
  await nextTick()
  field().value = 'blurred'
  field().dispatchEvent(new Event('input'))
  page.unmount()
  expect(heldWords()).toMatchObject([['reason a', { itemName: 'a', words: ['blurred'] }]])
  const other = show('b')
  await nextTick()
  expect(field().value).toBe('')
  other.unmount()
  const again = show('a')
  await nextTick()
  expect(field().value).toBe('blurred')
  ;[...document.querySelectorAll('button')].find((button) => button.textContent?.trim() === en.common.cancel)!.click()
  await nextTick()
  expect([again.props('open'), heldWords()]).toEqual([false, []])
})

it('a reason that is refused after its dialog was left stands in it again', async () => {
  setActivePinia(createPinia())
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const kept: (() => boolean)[] = []
  const page = mount(RejectDialog, {
    attachTo: document.body,
    props: {
      open: true,
      item: { id: 'i', name: 'a' },
      reject: (_: string, keeps: () => boolean) => {
        kept.push(keeps)
        return promise
      },
    },
  })
  await nextTick()
  const field = document.querySelector('textarea')!
  field.value = 'blurred'
  field.dispatchEvent(new Event('input'))
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', cancelable: true }))
  await flushPromises()
  page.unmount()
  expect(kept[0]!()).toBe(true)
  resolve(false)
  await flushPromises()
  expect(heldWords()).toMatchObject([['reason i', { words: ['blurred'], refused: true }]])
  useRejectDrafts().drop('i')
  expect([kept[0]!(), window.dispatchEvent(new Event('beforeunload', { cancelable: true }))]).toEqual([false, true])
})
