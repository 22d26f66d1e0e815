/** How far a piece of work is. */
export interface DoneOf {
  readonly done: number
  readonly total: number
}

/** What a piece of work is handed: when to end, and where to say how far it is. */
export interface WorkContext {
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** Runs a piece of work and says how far it is, the newest word only; a reader that leaves ends it. What fails, fails here. */
export async function* progressOf(
  signal: AbortSignal | undefined,
  work: (context: WorkContext) => Promise<unknown>,
): AsyncGenerator<DoneOf, void, void> {
  const leaving = new AbortController()
  const ends = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal
  let latest: DoneOf | null = null
  let wake: () => void = () => undefined
  let ended = false
  const running = work({
    signal: ends,
    onProgress(done, total) {
      latest = { done, total }
      wake()
    },
  }).finally(() => {
    ended = true
    wake()
  })
  // It is awaited below; until then its failure must not count as unheard.
  running.catch(() => undefined)
  try {
    for (;;) {
      if (latest) {
        const said: DoneOf = latest
        latest = null
        yield said
      } else if (ended) break
      else await new Promise<void>((resolve) => (wake = resolve))
    }
    await running
  } finally {
    leaving.abort()
    await running.catch(() => undefined)
  }
}
