import { errorSentence } from '../../../i18n/errorText.ts'
import { t } from '../../../i18n/i18n.ts'
import { useSaveState } from '../../../stores/saveState.ts'
import { useStudio } from '../../../stores/studio.ts'
import { isTextField, type Command } from '../../../ui/commands.ts'
import { showToast } from '../../../ui/toasts.ts'
import type { LabelState } from '../labelStore.ts'
import { command } from './command.ts'

/** How long a try may take before it is said that something still waits. */
const patienceMs = 2000

/** Every gesture is saved by itself; whoever presses the key all the same hears that it is so, and where, and what waits is tried at once. */
async function save(label: LabelState): Promise<void> {
  const saves = useSaveState()
  // A field keeps what is typed when it is left.
  const { activeElement } = document
  if (activeElement instanceof HTMLElement && isTextField(activeElement)) activeElement.blur()
  label.retrySaving()
  const sinceMs = performance.now()
  while (saves.pending > 0 && performance.now() - sinceMs < patienceMs) await new Promise((resolve) => setTimeout(resolve, 50))
  if (saves.unsaved === 0) {
    showToast({ tone: 'done', text: t('label.save.all', { where: useStudio().project?.path ?? '' }) })
    return
  }
  const code = saves.asked > 0 ? 'annotation/conflict' : (label.problem?.code ?? saves.refused[0]?.error.code ?? 'rpc/unavailable')
  const text = `${t('label.save.waiting', { n: saves.unsaved }, saves.unsaved)} ${errorSentence(code, label.problem?.data ?? {})}`
  showToast({ tone: 'error', text: saves.asked === saves.unsaved ? errorSentence(code, {}) : text })
}

export const saveCommand = (label: LabelState): Command =>
  command('save', 'label.commands.save', ['Mod+S'], () => void save(label), { when: () => label.item !== null, inTextFields: true })
