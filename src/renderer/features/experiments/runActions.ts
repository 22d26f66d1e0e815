import { runTitle, type Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'
import { useRuns } from '../../stores/runs.ts'
import { showToast } from '../../ui/toasts.ts'

export const stopRun = (runId: string): Promise<boolean> => attempt(() => pageClient().runs.stop({ runId }))

export const resumeRun = (runId: string): Promise<boolean> => attempt(async () => useRuns().take(await pageClient().runs.resume({ runId })))

type Edit = Omit<Parameters<ReturnType<typeof pageClient>['runs']['update']>[0], 'runId'>

export const editRun = (runId: string, edit: Edit): Promise<boolean> =>
  attempt(async () => useRuns().take(await pageClient().runs.update({ runId, ...edit })))

/** Into the trash; the toast brings them back. */
export async function trashRuns(runs: readonly Run[]): Promise<void> {
  const runIds = runs.map(({ id }) => id)
  const take = (changed: readonly Run[]): void => changed.forEach((run) => useRuns().take(run))
  if (!(await attempt(async () => take(await pageClient().runs.trash({ runIds }))))) return
  const [only] = runs
  const text =
    runs.length === 1 && only ? t('experiments.trashed', { name: runTitle(only) }) : t('experiments.trashedMany', { n: runs.length })
  const undo = (): void => void attempt(async () => take(await pageClient().runs.restore({ runIds })))
  showToast({ tone: 'info', text, action: { label: t('common.undo'), run: undo } })
}

export const restoreRun = (runId: string): Promise<boolean> =>
  attempt(async () => (await pageClient().runs.restore({ runIds: [runId] })).forEach((run) => useRuns().take(run)))

export const purgeRuns = (runIds: readonly string[]): Promise<boolean> => attempt(() => pageClient().runs.purge({ runIds: [...runIds] }))
