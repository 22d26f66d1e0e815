import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../../shared/errors.ts'
import { isLive } from '../../../../shared/model/run.ts'
import { snapshotSchema } from '../../../../shared/model/snapshot.ts'
import type { ProjectStore } from '../../../db/store.ts'
import { newId } from '../../../newId.ts'
import { fileNameOf } from '../compare/seenData.ts'
import { replayLog } from '../recovery.ts'
import { runFolderOf, writeWhole } from '../runFolder.ts'
import { readPack } from './readPack.ts'
import { writePack, type PackProgress } from './writePack.ts'

/** Packs a run that is at rest into `<folder>/<name>`. Errors: run/not-found, run/busy, disk/*. */
export async function packRun(
  store: ProjectStore,
  runId: string,
  target: { folder: string; name: string; studio: string },
  progress: PackProgress,
): Promise<{ file: string; bytes: number }> {
  const { run, config } = await store.call('runs.get', { runId })
  if (isLive(run)) throw new AppError('run/busy', `run #${run.number} is still training`, { id: runId, number: run.number })
  const attempts = await store.call('runs.attempts', { runId })
  const file = path.join(target.folder, target.name)
  const record = { format: 'maskwright-run', version: 1, studio: target.studio, run, config, attempts } as const
  return { file, bytes: await writePack(file, runFolderOf(store.folder, runId), record, progress) }
}

/**
 * Takes a packed run into the project, under its own id and the next number; curves and tables are read back from its log. All or nothing.
 * Errors: run/bad-pack, run/exists, disk/*.
 */
export async function adoptRun(store: ProjectStore, file: string, progress: PackProgress): Promise<{ runId: string; number: number }> {
  const beside = path.join(store.folder, 'runs', `.unpacking-${newId()}`)
  await mkdir(beside, { recursive: true })
  try {
    const { run, config, attempts } = await readPack(file, beside, progress)
    const folder = runFolderOf(store.folder, run.id)
    if (await isThere(folder)) throw new AppError('run/exists', `the project has run ${run.name} already`, { id: run.id, name: run.name })
    await moveLabels(beside, folder)
    await rename(beside, folder)
    try {
      // A run that was packed in the middle of something, or from the trash, is not in it here.
      const status = isLive(run) ? 'interrupted' : run.status
      const adopted = await store.call('runs.adopt', {
        run: { ...run, status, leftSeconds: null, queuedAt: null, trashedAt: null },
        config,
        attempts,
      })
      await replayLog(store, { id: run.id })
      return { runId: run.id, number: adopted.number }
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

/** The labels came along; the snapshot says where they lie now. Pictures stay where they were: a resume elsewhere needs them there. */
async function moveLabels(from: string, to: string): Promise<void> {
  const file = path.join(from, 'snapshot.json')
  const parsed = snapshotSchema.safeParse(parse(await readFile(file, 'utf8').catch(() => '')))
  if (!parsed.success) return
  const items = parsed.data.items.map((item) => ({ ...item, labelPath: path.join(to, 'labels', fileNameOf(item.labelPath)) }))
  await writeWhole(file, JSON.stringify({ ...parsed.data, items }))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  )
