import { createPinia, setActivePinia } from 'pinia'
import { expect, it, onTestFinished, vi } from 'vitest'
import { setLink } from '../../../stores/link.ts'
import { useSaveState } from '../../../stores/saveState.ts'
import { useStudio } from '../../../stores/studio.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { toasts } from '../../../ui/toasts.ts'
import { useLabel } from '../labelStore.ts'
import { saveCommand } from './saveCommands.ts'

function page() {
  setActivePinia(createPinia())
  // Other files may have left some.
  toasts.splice(0)
  setLink(memoryLink({}))
  const command = saveCommand(useLabel())
  onTestFinished(() => {
    toasts.splice(0)
    vi.useRealTimers()
  })
  return { saves: useSaveState(), press: () => void command.run(), said: () => toasts.map(({ tone, text }) => [tone, text]) }
}

it('says that everything is saved, and where, once what was on its way is there', async () => {
  const { saves, press, said } = page()
  useStudio().project = { key: 'p', id: 'p', name: 'mine', path: '/data/mine', openedAt: 0 }
  saves.begin()
  press()
  expect(said()).toEqual([])
  saves.saved(1)
  await vi.waitFor(() => expect(said()).toEqual([['done', 'Everything is saved in /data/mine. Each step is saved by itself.']]))
})

it('says what still waits, and why, after a while', async () => {
  vi.useFakeTimers()
  const { saves, press, said } = page()
  saves.begin()
  press()
  await vi.advanceTimersByTimeAsync(3000)
  expect(said()).toEqual([['error', expect.stringContaining('not saved (1 change waiting):')]])
})
