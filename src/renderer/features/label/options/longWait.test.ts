import { expect, it, onTestFinished, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useLongWait } from './longWait.ts'

it('a short wait is not shown, a long one until it ends', async () => {
  vi.useFakeTimers()
  const scope = effectScope()
  onTestFinished(() => {
    scope.stop()
    vi.useRealTimers()
  })
  const on = ref(false)
  const long = scope.run(() => useLongWait(() => on.value))!
  const turn = async (value: boolean, ms: number): Promise<boolean> => {
    on.value = value
    await nextTick()
    vi.advanceTimersByTime(ms)
    return long.value
  }
  expect(await turn(true, 200)).toBe(false)
  expect(await turn(false, 1_000)).toBe(false)
  expect(await turn(true, 400)).toBe(true)
  expect(await turn(false, 0)).toBe(false)
})
