import { t } from '../../../i18n/i18n.ts'
import { toastInPlace } from '../../../ui/toasts.ts'
import type { Proposal, Proposals } from './proposals.ts'

const tell = toastInPlace()

/** Rejects proposals; the toast offers them again. `changed` is told of both. */
export function rejectWithUndo(proposals: Proposals, which: readonly Proposal[], changed: () => void): void {
  if (which.length === 0) return
  const keys = which.map(({ key }) => key)
  proposals.reject(which)
  changed()
  tell({
    tone: 'info',
    text: t('safety.onion.rejected', { n: keys.length }, keys.length),
    action: {
      label: t('common.undo'),
      run() {
        proposals.offerAgain(keys)
        changed()
      },
    },
  })
}
