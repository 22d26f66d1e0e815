import { shallowRef, type ShallowRef } from 'vue'

/** A choice kept in this browser under 'mw.<key>' as JSON; what is stored and no longer valid counts as never chosen. */
export function rememberedChoice<T>(
  key: string,
  initial: T,
  isValid: (stored: unknown) => stored is T,
): { value: ShallowRef<T>; keep: (next: T) => void } {
  const value = shallowRef(initial)
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`mw.${key}`) ?? 'null')
    if (stored !== null && isValid(stored)) value.value = stored
  } catch {
    // no storage, or nonsense in it: the default stands
  }
  return {
    value,
    keep(next) {
      value.value = next
      try {
        localStorage.setItem(`mw.${key}`, JSON.stringify(next))
      } catch {
        // as above
      }
    },
  }
}

export const isText = (stored: unknown): stored is string => typeof stored === 'string'
export const isTexts = (stored: unknown): stored is string[] => Array.isArray(stored) && stored.every(isText)
