import { shallowRef } from 'vue'
import type { ErrorData } from '../../../../shared/errors.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { errorDetails, toWire } from '../../../i18n/errorText.ts'
import { t } from '../../../i18n/i18n.ts'
import { attempt, reportError } from '../../../stores/report.ts'
import { dismissToast, showToast } from '../../../ui/toasts.ts'
import type { Editing } from '../editing.ts'
import { gestureName } from '../gestureName.ts'

type Kind = 'undo' | 'redo'

/** What stands in the way of undo or redo: what it touched was changed by somebody else since. */
interface Stuck {
  readonly entryId: Id
  readonly what: string
}

/** Who was quicker, in words; jobs can be taken back as a whole. */
function overtaker({ byCommand, byClient, byWho }: ErrorData): string {
  if (typeof byCommand !== 'string') return t('safety.steps.somebody')
  const what = gestureName(byCommand)
  if (String(byClient).startsWith('batch:')) return t('safety.steps.job', { what })
  return byWho ? t('safety.steps.person', { what, who: String(byWho) }) : t('safety.steps.gesture', { what })
}

/** Undo and redo as the user meets them: where a step is refused they hear why, and can leave it out. */
export function createSteps(editing: Pick<Editing, Kind | 'skip'>, say: (text: string) => void) {
  const stuck = shallowRef<Stuck | null>(null)
  let toast = -1

  function tell(error: unknown, kind: Kind): void {
    const wire = toWire(error)
    const { code, data } = wire
    const { entryId } = data
    if (code !== 'journal/changed-since' || typeof entryId !== 'string') {
      reportError(error)
      return
    }
    const what = gestureName(String(data['command']))
    stuck.value = { entryId, what }
    dismissToast(toast)
    const text = t(`safety.steps.${kind}`, { what, item: String(data['item']), by: overtaker(data) })
    const action = { label: t('safety.steps.skip'), run: () => void skip() }
    toast = showToast({ tone: 'error', text, details: errorDetails(wire), action })
  }

  async function step(kind: Kind): Promise<void> {
    try {
      await editing[kind]()
      stuck.value = null
    } catch (error) {
      tell(error, kind)
    }
  }

  /** The refused step stays as it is, and the next undo or redo goes on behind it. */
  async function skip(): Promise<void> {
    const left = stuck.value
    if (!left || !(await attempt(() => editing.skip(left.entryId)))) return
    stuck.value = null
    dismissToast(toast)
    say(t('safety.steps.skipped', { what: left.what }))
  }

  return { stuck, undo: () => step('undo'), redo: () => step('redo'), skip }
}
