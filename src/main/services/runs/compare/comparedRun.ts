import type { ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import type { ProjectStore } from '../../../db/store.ts'
import { readConfigRecord, runFolderOf } from '../runFolder.ts'

/** What a run was told and what it scored. Errors: run/not-found. */
export async function comparedRun(store: ProjectStore, runId: string): Promise<ComparedRun> {
  const { run, config, classTable: last } = await store.call('runs.get', { runId })
  const best = run.primary ? await store.call('runs.classTable', { runId, step: run.primary.bestStep }) : null
  return { run, config, record: await readConfigRecord(runFolderOf(store.folder, runId)), tables: { best: best ?? last, last } }
}
