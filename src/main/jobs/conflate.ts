/** How a later value joins one that still waits under the same key; without it the later one replaces it. */
export type Merge<T> = (waiting: T, later: T) => T

export interface ConflateOptions<T> {
  /** Called once when the consumer arrives; returns how to leave. */
  readonly subscribe: (push: (key: string, value: T, merge?: Merge<T>) => void) => () => void
  /** Shortest time between two rounds; each key is told at most once per round. */
  readonly intervalMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * A stream that tells the latest value per key, at most once per interval. What waits is bounded by the number of keys,
 * however fast values come and however slowly the consumer takes them; the last value of every key always arrives.
 */
export async function* conflate<T>({ subscribe, intervalMs = 100, signal }: ConflateOptions<T>): AsyncGenerator<T, void, void> {
  let waiting = new Map<string, T>()
  let wake: (() => void) | null = null
  const stop = () => wake?.()
  const leave = subscribe((key, value, merge) => {
    const before = waiting.get(key)
    waiting.set(key, before !== undefined && merge ? merge(before, value) : value)
    wake?.()
  })
  signal?.addEventListener('abort', stop)
  try {
    let nextRoundMs = 0
    while (!signal?.aborted) {
      if (waiting.size === 0) await new Promise<void>((resolve) => (wake = resolve))
      wake = null
      const restMs = nextRoundMs - performance.now()
      if (restMs > 0) await pause(restMs, signal)
      if (signal?.aborted) return
      nextRoundMs = performance.now() + intervalMs
      const round = waiting
      waiting = new Map()
      for (const value of round.values()) yield value
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    leave()
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}
