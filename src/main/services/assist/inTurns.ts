import { setImmediate } from 'node:timers/promises'
import { CancelledError } from '../../../shared/errors.ts'

/** Work that takes longer lets others go first. */
const sliceMs = 8

/** Runs work that pauses to its end; between its pauses the host answers everybody else. Errors: those of the work; CancelledError when the signal fires. */
export async function inTurns<T>(work: Iterator<void, T>, signal: AbortSignal): Promise<T> {
  let until = performance.now() + sliceMs
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    if (performance.now() < until) continue
    await setImmediate()
    if (signal.aborted) throw new CancelledError()
    until = performance.now() + sliceMs
  }
}
