/**
 * A call that says where it is before it answers: what `work` tells, then its answer. A reader that leaves ends the work at once, through the signal it
 * was handed; what fails, fails here.
 */
export async function* callStream<E, R>(
  signal: AbortSignal,
  work: (tell: (event: E) => void, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<E | R, void, void> {
  const leaving = new AbortController()
  const told: E[] = []
  let wake: () => void = () => undefined
  let ended = false
  const running = work(
    (event) => {
      told.push(event)
      wake()
    },
    AbortSignal.any([signal, leaving.signal]),
  ).finally(() => {
    ended = true
    wake()
  })
  // It is awaited below; until then its failure must not count as unheard.
  running.catch(() => undefined)
  try {
    while (!ended || told.length > 0) {
      if (told.length > 0) yield told.shift()!
      else await new Promise<void>((resolve) => (wake = resolve))
    }
    yield await running
  } finally {
    leaving.abort()
  }
}
