import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { en } from '../../i18n/messages.ts'
import { setLocale } from '../../i18n/i18n.ts'
import { setLink } from '../../stores/link.ts'
import { useRuns } from '../../stores/runs.ts'
import { useStudio } from '../../stores/studio.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import ClosingDialog from './ClosingDialog.vue'

const button = (name: string) => [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === name)

async function ask(answers: string[]) {
  setLocale('en')
  setActivePinia(createPinia())
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
  useRuns().take({ id: 'a', number: 3, name: 'night', status: 'running', step: 1200, totalSteps: 20_000, trashedAt: null } as Run)
  mount(ClosingDialog, { attachTo: document.body })
  await useStudio().dispatch({ type: 'closing' })
  await flushPromises()
}

it.each([
  ['stay', en.frame.closing.stay],
  ['stop', en.frame.closing.stop],
  ['background', en.frame.closing.background],
] as const)('the question names the training; the button for %s answers it and goes', async (choice, name) => {
  const answers: string[] = []
  await ask(answers)
  expect(document.body.textContent).toContain('#3 night has done 1,200 of 20,000 steps')
  button(name)!.click()
  await flushPromises()
  expect(answers).toEqual([choice])
  expect(button(name)).toBeUndefined()
})

it('Escape stays', async () => {
  const answers: string[] = []
  await ask(answers)
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await flushPromises()
  expect(answers).toEqual(['stay'])
})
