import { flooded, packed } from './floodFill.ts'
import type { FromFlood, ToFlood } from './floodJob.ts'
import { differencesFrom, differenceStep } from './labDistance.ts'

/** What the thread that floods does with a message; it remembers the last window. */
export function createFloodAnswers(): (message: ToFlood) => FromFlood | null {
  let current: (Extract<ToFlood, { type: 'window' }> & { readonly differences: Uint8Array }) | null = null
  return (message) => {
    if (message.type === 'window') {
      current = { ...message, differences: differencesFrom(message.rgba, message.seed) }
      return null
    }
    if (current?.token !== message.token) return null
    const { token, tolerance, contiguous } = message
    const { window, seed, differences } = current
    return {
      token,
      tolerance,
      contiguous,
      spans: packed(flooded(differences, window.width, seed, tolerance / differenceStep, contiguous), window),
    }
  }
}
