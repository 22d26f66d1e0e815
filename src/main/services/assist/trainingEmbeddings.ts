import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { isLive } from '../../../shared/model/run.ts'
import { promptedMask } from '../../../shared/model/samTune.ts'
import type { ProjectStore } from '../../db/store.ts'
import { runFolderOf, writeWhole } from '../runs/runFolder.ts'
import { trainingFolder } from './embeddingStore.ts'

/** Where trainings keep the embeddings of an encoder; those of equal hashes are alike. */
export const tuneEmbeddings = (projectFolder: string, hash: string): string => path.join(trainingFolder(projectFolder), hash.slice(0, 16))

const placeName = 'place.json'
const placeSchema = z.object({ embeddings: z.string().min(1) })

/** Tells a run, in the folder of its base, where its embeddings are. Errors: disk/*. */
export const writePlace = (baseFolder: string, embeddings: string): Promise<void> =>
  writeWhole(path.join(baseFolder, placeName), JSON.stringify({ embeddings } satisfies z.infer<typeof placeSchema>))

/** Names of the folders of embeddings that trainings use which are under way, or wait. */
export async function embeddingsInUse(open: ProjectStore): Promise<string[]> {
  const live = (await open.call('runs.list', {})).filter((run) => run.taskId === promptedMask && isLive(run))
  const places = await Promise.all(live.map(({ id }) => placeOf(runFolderOf(open.folder, id))))
  return places.flatMap((place) => (place === null ? [] : [path.basename(place)]))
}

/** Null where nothing of a run is frozen yet, or nothing is embedded. */
export async function placeOf(runFolder: string): Promise<string | null> {
  const text = await readFile(path.join(runFolder, 'base', placeName), 'utf8').catch(() => 'null')
  try {
    return placeSchema.parse(JSON.parse(text)).embeddings
  } catch {
    return null
  }
}
