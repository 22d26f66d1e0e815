import { CancelledError } from '../../shared/errors.ts'
import type { PageLink } from '../rpc/pageClient.ts'

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })

/**
 * Follows a stream for as long as the signal lives: when it breaks, it is opened again once the link is back.
 * `onOpen` runs each time it is opened, for whatever must be read afresh because changes may have been missed.
 */
export async function followStream<E>(
  link: PageLink,
  open: (signal: AbortSignal) => Promise<AsyncIterable<E>>,
  onEvent: (event: E) => void,
  signal: AbortSignal,
  onOpen: () => void = () => undefined,
): Promise<void> {
  let waitMs = 250
  while (!signal.aborted) {
    try {
      const events = await open(signal)
      onOpen()
      waitMs = 250
      for await (const event of events) {
        if (signal.aborted) return
        onEvent(event)
      }
      if (signal.aborted) return
    } catch (error) {
      if (signal.aborted || error instanceof CancelledError) return
      if (link.state === 'refused' || link.state === 'closed') return
    }
    await pause(waitMs, signal)
    waitMs = Math.min(waitMs * 2, 5_000)
  }
}
