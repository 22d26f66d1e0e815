import { ArrowDown, ArrowUp, Copy, Pencil, Trash2 } from 'lucide-vue-next'
import { byTurn, isLive, type Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import type { MenuEntry } from '../../ui/menu.ts'
import { editRun, trashRuns } from './runActions.ts'

/** Where each run that waits stands, the next one at 1. */
export function queuePlaces(runs: readonly Run[]): ReadonlyMap<string, number> {
  const waiting = runs.filter((run) => run.status === 'queued').sort(byTurn)
  return new Map(waiting.map((run, i) => [run.id, i + 1]))
}

/** What can be done with a run besides opening, stopping and resuming it. */
export function runMenu(run: Run, { edit, clone }: { edit: () => void; clone: () => void }): MenuEntry[] {
  const move = (by: number) => void editRun(run.id, { priority: run.priority + by })
  const queue: MenuEntry[] = [
    { id: 'sooner', label: t('experiments.actions.sooner'), icon: ArrowUp, separatorBefore: true, run: () => move(1) },
    { id: 'later', label: t('experiments.actions.later'), icon: ArrowDown, run: () => move(-1) },
  ]
  return [
    { id: 'edit', label: t('experiments.actions.edit'), icon: Pencil, run: edit },
    { id: 'clone', label: t('experiments.actions.clone'), icon: Copy, run: clone },
    ...(run.status === 'queued' ? queue : []),
    {
      id: 'trash',
      label: t('experiments.actions.trash'),
      icon: Trash2,
      separatorBefore: true,
      disabled: isLive(run),
      run: () => void trashRuns([run]),
    },
  ]
}
