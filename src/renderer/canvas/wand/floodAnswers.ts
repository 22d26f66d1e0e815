import { flooded, packed } from './floodFill.ts'
import type { FromFlood, ToFlood } from './floodJob.ts'
import { differencesFrom, differenceStep } from './labDistance.ts'

type Kept = Extract<ToFlood, { type: 'window' }>
type Seeded = Extract<ToFlood, { type: 'seed' }> & { readonly differences: Uint8Array }

/** What the thread that floods does with a message; it remembers the last window and the last seed in it. */
export function createFloodAnswers(): (message: ToFlood) => FromFlood | null {
  let kept: Kept | null = null
  let current: Seeded | null = null
  return (message) => {
    if (message.type === 'region') return kept && current?.token === message.token ? regionOf(kept, current, message) : null
    // What was worked out for an older seed is given back before more memory is taken.
    current = null
    if (message.type === 'seed') current = kept && { ...message, differences: differencesFrom(kept.rgba, message.seed) }
    else kept = message.type === 'window' ? message : null
    return null
  }
}

function regionOf({ window }: Kept, { seed, differences }: Seeded, wish: Extract<ToFlood, { type: 'region' }>): FromFlood {
  const { token, tolerance, contiguous } = wish
  return {
    token,
    tolerance,
    contiguous,
    spans: packed(flooded(differences, window.width, seed, tolerance / differenceStep, contiguous), window),
  }
}
