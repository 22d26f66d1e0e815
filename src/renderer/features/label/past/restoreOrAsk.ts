import type { RestorePoint } from '../../../../shared/model/history.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { toWire } from '../../../i18n/errorText.ts'
import { t } from '../../../i18n/i18n.ts'
import { attempt, reportError } from '../../../stores/report.ts'
import { showToast } from '../../../ui/toasts.ts'
import type { Editing } from '../editing.ts'
import { classNameOf } from './words.ts'

const mostNames = 3

/** Brings an earlier state back. Locked objects that would change are named and selected, and nothing is done before the user unlocks them. */
export async function restoreOrAsk(editing: Pick<Editing, 'restore' | 'editor'>, itemId: Id, point: RestorePoint): Promise<boolean> {
  try {
    await editing.restore(itemId, point)
    return true
  } catch (error) {
    const { code, data } = toWire(error)
    if (code !== 'annotation/locked') {
      reportError(error)
      return false
    }
    const { editor } = editing
    const ids = editor.itemId === itemId ? String(data['ids']).split(' ') : []
    const held = editor.records.pick(ids)
    editor.select(held.map(({ id }) => id))
    const names = [...new Set(held.map(classNameOf))].slice(0, mostNames).join(', ')
    showToast({
      tone: 'info',
      text: t('safety.past.locked', { names }, Number(data['count'])),
      action: { label: t('safety.past.unlock'), run: () => void attempt(() => editing.restore(itemId, point, true)) },
    })
    return false
  }
}
