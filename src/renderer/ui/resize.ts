import { ref, type Ref } from 'vue'

export const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x))

/** A number kept in this browser under 'mw.<key>'. Storage may be off or hold nonsense; then the default stands. */
export function remembered(key: string, initial: number, low: number, high: number): { value: Ref<number>; keep: (next: number) => void } {
  let start = initial
  try {
    const text = localStorage.getItem(`mw.${key}`)
    const stored = text === null ? Number.NaN : Number(text)
    if (Number.isFinite(stored)) start = clamp(stored, low, high)
  } catch {
    // no storage: the panel simply does not remember
  }
  const value = ref(start)
  return {
    value,
    keep(next) {
      value.value = clamp(next, low, high)
      try {
        localStorage.setItem(`mw.${key}`, String(value.value))
      } catch {
        // as above
      }
    },
  }
}
