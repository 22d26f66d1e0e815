import { shallowRef } from 'vue'

/** The answer to the newest question; one that comes late is dropped. Null until there is one. */
export function useNewestAnswer<T>(ask: () => Promise<T>) {
  const answer = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  let asked = 0
  async function load(): Promise<void> {
    const mine = ++asked
    try {
      const found = await ask()
      if (mine === asked) [answer.value, error.value] = [found, null]
    } catch (cause) {
      if (mine === asked) error.value = cause
    }
  }
  return { answer, error, load }
}
