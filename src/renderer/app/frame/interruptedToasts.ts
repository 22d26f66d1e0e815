import type { Router } from 'vue-router'
import { runTitle, type Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import { formatCount } from '../../ui/format.ts'
import { showToast } from '../../ui/toasts.ts'

const key = 'mw.toldInterrupted'
const nameOf = (run: Run): string => `${run.id} ${run.attempt}`

function told(): string[] {
  try {
    const names: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(names) ? names.map(String) : []
  } catch {
    return []
  }
}

/** Tells once of each run that a studio left behind when it ended while it trained. */
export function tellInterrupted(runs: readonly Run[], router: Router): void {
  // One whose own process ended was told of where it happened.
  const left = runs.filter((run) => run.status === 'interrupted' && run.error === null)
  if (left.length === 0) return
  const before = told()
  const found = left.filter((run) => !before.includes(nameOf(run)))
  if (found.length === 0) return
  try {
    localStorage.setItem(key, JSON.stringify([...before, ...found.map(nameOf)].slice(-200)))
  } catch {
    // no storage: it is told again at the next visit
  }
  for (const run of found.slice(0, 3))
    showToast({
      tone: 'info',
      text: t('experiments.interrupted.found', { name: runTitle(run), step: formatCount(run.step) }),
      action: { label: t('experiments.interrupted.show'), run: () => void router.push(`/experiments/${run.id}`) },
    })
}
