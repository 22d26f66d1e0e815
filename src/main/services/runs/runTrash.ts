import { readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { isLive, type Run } from '../../../shared/model/run.ts'
import { curveFileOf } from '../../db/curves/curveFile.ts'
import type { ProjectStore } from '../../db/store.ts'
import { forgetPredictions } from './compare/predictions.ts'
import { runFolderOf } from './runFolder.ts'

/** Folders of runs that are forgotten already, until they are gone. */
const removedPrefix = '.removed-'

/** Errors: run/busy, input/invalid (not in the trash). */
export function requirePurgeable(run: Run): void {
  if (isLive(run)) throw new AppError('run/busy', `run #${run.number} is still training`, { id: run.id, number: run.number })
  if (run.trashedAt === null) throw new AppError('input/invalid', `run #${run.number} is not in the trash`, { id: run.id })
}

/** Forgets a run of the trash for good: its record, then its folder. Errors: run/not-found, disk/*. */
export async function purgeRun(store: ProjectStore, run: Run): Promise<void> {
  const folder = runFolderOf(store.folder, run.id)
  const removed = path.join(path.dirname(folder), `${removedPrefix}${run.id}`)
  await store.call('runs.remove', { runId: run.id })
  await rename(folder, removed).catch(unlessMissing)
  await rm(removed, { recursive: true, force: true })
  await forgetPredictions(store.folder, run.id)
  await rm(curveFileOf(store.folder, run.id), { force: true })
}

/** Ends what a killed host had begun to delete. */
export async function sweepRemoved(store: ProjectStore): Promise<void> {
  const runs = path.join(store.folder, 'runs')
  const names = await readdir(runs).catch(() => [])
  await Promise.all(names.filter((name) => name.startsWith(removedPrefix)).map((name) => rm(path.join(runs, name), { recursive: true })))
}

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
