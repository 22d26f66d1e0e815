import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, setLocale } from '../../i18n/i18n.ts'
import { en } from '../../i18n/messages.ts'
import { setLink } from '../../stores/link.ts'
import { useSaveState } from '../../stores/saveState.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import UnsavedDialog from './UnsavedDialog.vue'

const button = (name: string) => [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name)

function page(shell: 'web' | 'electron') {
  setLocale('en')
  setActivePinia(createPinia())
  const answers: string[] = []
  setLink(
    memoryLink({
      system: {
        answerClosing: async ({ choice }) => {
          answers.push(choice)
          return {}
        },
      },
    }),
  )
  useStudio().hello = { version: '1', shell, platform: 'linux', client: 'page-1', projectOpen: true }
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: UnsavedDialog }] })
  const Host = defineComponent(() => () => h(TooltipProvider, () => h(UnsavedDialog)))
  const wrapper = mount(Host, { attachTo: document.body, global: { plugins: [i18n, router] } })
  onTestFinished(() => wrapper.unmount())
  /** False: the window stays. */
  const close = async (): Promise<boolean> => {
    const closes = window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
    await new Promise((resolve) => setTimeout(resolve))
    await flushPromises()
    return closes
  }
  return { saves: useSaveState(), answers, close }
}

it('with everything saved the window closes; what waits, is asked about or was refused holds it, on whichever page', async () => {
  const { saves, close } = page('web')
  expect(await close()).toBe(true)
  saves.begin()
  expect(await close()).toBe(false)
  saves.saved(1)
  saves.asked = 1
  expect(await close()).toBe(false)
  saves.asked = 0
  saves.refused = [
    {
      id: 'e',
      itemId: 'i',
      itemName: null,
      projectKey: null,
      commands: ['move'],
      words: [],
      error: { code: 'item/not-found', message: '', data: {} },
    },
  ]
  expect(await close()).toBe(false)
  // A browser asks by itself.
  expect(button(en.saving.closing.stay)).toBeUndefined()
})

it('the desktop studio asks itself: it stays, or closes and loses what is not saved', async () => {
  const { saves, answers, close } = page('electron')
  saves.begin()
  saves.blocked = true
  expect(await close()).toBe(false)
  expect(document.body.textContent).toContain('One change is in this window only')
  button(en.saving.closing.stay)!.click()
  await flushPromises()
  expect([answers, await close()]).toEqual([['stay'], false])
  button(en.saving.closing.discard)!.click()
  await flushPromises()
  expect([answers, await close()]).toEqual([['stay', 'close'], true])
  // A training keeps the window open after all.
  await useStudio().dispatch({ type: 'closing' })
  expect(await close()).toBe(false)
})

it('the desktop studio asks as well where only a field holds the window', async () => {
  const { close } = page('electron')
  const hold = (event: Event): void => event.preventDefault()
  window.addEventListener('beforeunload', hold)
  onTestFinished(() => window.removeEventListener('beforeunload', hold))
  expect(await close()).toBe(false)
  expect(document.body.textContent).toContain('only words that are still being written')
  button(en.saving.closing.discard)!.click()
  await flushPromises()
  expect(await close()).toBe(true)
})

it('the desktop studio waits for what is just being saved and closes then, without a question', async () => {
  const { saves, answers, close } = page('electron')
  saves.begin()
  expect(await close()).toBe(false)
  expect(button(en.saving.closing.stay)).toBeUndefined()
  saves.saved(1)
  await vi.waitFor(() => expect(answers).toEqual(['close']))
  expect(button(en.saving.closing.stay)).toBeUndefined()
  expect(await close()).toBe(true)
})
