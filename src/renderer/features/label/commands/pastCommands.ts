import { t } from '../../../i18n/i18n.ts'
import type { Command } from '../../../ui/commands.ts'
import { attempt } from '../../../stores/report.ts'
import { showToast } from '../../../ui/toasts.ts'
import type { LabelState } from '../labelStore.ts'
import { usePast } from '../past/pastStore.ts'
import { bringBack, readTrash } from '../past/trash.ts'
import { command } from './command.ts'

/** The ways out of an earlier state, and out of the trash of the open picture. */
export function pastCommands(label: LabelState): readonly Command[] {
  const past = usePast()
  const viewing = (): boolean => past.viewed !== null
  async function fromTrash(rows: number): Promise<void> {
    const id = label.item?.id
    if (id === undefined) return
    await attempt(async () => {
      const { deleted } = await readTrash({ scope: 'item', id }, rows)
      if (deleted.length === 0) return void showToast({ tone: 'info', text: t('safety.trash.none') })
      const { objects, pictures } = await bringBack(deleted, label.restore)
      if (objects > 0) label.say(t('safety.trash.done', { n: objects, pictures }, objects))
    })
  }
  const when = (): boolean => label.item !== null && !viewing()
  return [
    command('pastGoBack', 'safety.commands.goBack', [], () => void past.goBack(), { when: viewing, undo: 'journal' }),
    command('pastOne', 'safety.commands.one', [], () => void past.bringBackPicked(), { when: () => past.target !== null, undo: 'journal' }),
    command('pastLeave', 'safety.commands.leave', [], past.leave, { when: viewing }),
    command('trashBack', 'safety.commands.trashBack', [], () => void fromTrash(1), { when, undo: 'journal' }),
    command('trashBackAll', 'safety.commands.trashBackAll', [], () => void fromTrash(Infinity), { when, undo: 'journal' }),
  ]
}
