import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { useSaveState } from '../../stores/saveState.ts'
import { toasts } from '../../ui/toasts.ts'
import { tellRecovery } from './diskToasts.ts'

it('a disk that takes changes again is told once; changes that were given up are not', async () => {
  setActivePinia(createPinia())
  const saves = useSaveState()
  const scope = effectScope()
  scope.run(() => tellRecovery(saves))
  toasts.splice(0)
  onTestFinished(() => {
    scope.stop()
    toasts.splice(0)
  })
  const full = async (): Promise<void> => {
    saves.trouble = { error: { code: 'disk/full', message: '', data: {} }, waiting: ['Move'] }
    await nextTick()
  }
  saves.saved(1)
  await full()
  await full()
  expect(toasts).toEqual([])
  // As the queue of changes tells it.
  saves.trouble = null
  saves.saved(2)
  await nextTick()
  expect(toasts).toMatchObject([{ tone: 'done', text: expect.stringMatching(/again|恢复/) as string }])
  await full()
  saves.trouble = null
  await nextTick()
  expect(toasts.length).toBe(1)
})
