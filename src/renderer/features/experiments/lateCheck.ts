import { onScopeDispose, ref, watch, type WatchSource } from 'vue'
import { CancelledError } from '../../../shared/errors.ts'

interface LateCheck<T> {
  /** What the question is made of. */
  readonly changes: readonly WatchSource[]
  readonly ready: () => boolean
  readonly ask: () => Promise<T>
  readonly took: (answer: T) => void
  readonly failed: (cause: unknown) => void
}

/** Asks the host a moment after the last change; only the answer to the newest question is taken, and `checking` is true until it is there. */
export function useLateCheck<T>({ changes, ready, ask, took, failed }: LateCheck<T>) {
  const checking = ref(true)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  async function check(): Promise<void> {
    const mine = ++asked
    if (!ready()) return
    try {
      const answer = await ask()
      if (mine === asked) took(answer)
    } catch (cause) {
      if (mine === asked && !(cause instanceof CancelledError)) failed(cause)
    } finally {
      if (mine === asked) checking.value = false
    }
  }
  watch([...changes], () => {
    checking.value = true
    clearTimeout(timer)
    timer = setTimeout(() => void check(), 250)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    asked++
  })
  return { checking, check }
}
