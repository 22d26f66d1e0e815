import { onScopeDispose, ref, watch, type Ref } from 'vue'

const everyMs = 100

/** Seconds since a moment of `performance.now`, as long as there is one; null: there is none. */
export function useElapsed(sinceMs: () => number | null): Ref<number | null> {
  const seconds = ref<number | null>(null)
  let timer: ReturnType<typeof setInterval> | undefined
  const read = (): void => {
    const since = sinceMs()
    seconds.value = since === null ? null : (performance.now() - since) / 1000
  }
  watch(
    sinceMs,
    (since) => {
      clearInterval(timer)
      read()
      if (since !== null) timer = setInterval(read, everyMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
  return seconds
}
