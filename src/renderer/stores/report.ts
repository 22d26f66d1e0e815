import { CancelledError } from '../../shared/errors.ts'
import { errorDetails, errorSentence, toWire } from '../i18n/errorText.ts'
import { showToast } from '../ui/toasts.ts'

/** Shows a failure in a toast, in the user's language; a cancellation is silent. */
export function reportError(error: unknown): void {
  const wire = toWire(error)
  if (error instanceof CancelledError || wire.code === 'cancelled') return
  showToast({ tone: 'error', text: errorSentence(wire.code, wire.data), details: errorDetails(wire) })
}

/** Runs an action of the user; what fails is told. True when it succeeded. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (error) {
    reportError(error)
    return false
  }
}
