import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import { isSamTune, type SamTuneConfig } from '../../../shared/model/samTune.ts'
import { requireSamTune } from '../../../shared/model/samTuneParse.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { indexTunePictures, type TunePictures } from '../../data/objects/pictureObjects.ts'
import { readSamWeights, type LoadedSamWeights } from '../../weights/samWeightsFile.ts'
import { itemsOf, readJson, readSnapshot } from '../setup.ts'

/** Where a run keeps the model that it began with. */
export const baseFolderOf = (runFolder: string): string => join(runFolder, 'base')

/** What lies in runs/<id>/ before a SAM is trained on a dataset. */
export interface TuneInputs {
  readonly config: SamTuneConfig
  readonly snapshot: Snapshot
  readonly base: LoadedSamWeights
  readonly train: TunePictures
  readonly val: TunePictures
  /** Embeddings are kept there, by the content of the picture. */
  readonly embeddingFolder: string
}

/** Whether the run of a folder trains a SAM on a dataset. Errors: file/not-found, file/unreadable. */
export async function isTuneRun(runFolder: string): Promise<boolean> {
  return isSamTune((await readJson(join(runFolder, 'config.json'))) as object)
}

/** Errors: file/*, config/*, weights/*, run/no-training-items (no object is large enough). */
export async function readTuneInputs(runFolder: string): Promise<TuneInputs> {
  const config = requireSamTune(await readJson(join(runFolder, 'config.json')))
  const snapshot = await readSnapshot(runFolder)
  const base = await readSamWeights(baseFolderOf(runFolder))
  const pictures = (split: string): Promise<TunePictures> => indexTunePictures(itemsOf(snapshot, [split]), config.data)
  const [train, val] = [await pictures('train'), await pictures('val')]
  if (train.items.length === 0)
    throw new AppError('run/no-training-items', 'no object is there to train on that is large enough (data.leastPx)', {
      splits: 'train',
    })
  return { config, snapshot, base, train, val, embeddingFolder: await embeddingFolderOf(runFolder) }
}

const placeSchema = z.object({ embeddings: z.string().min(1) })

/** The cache of the project, which may be shared by runs; a folder of its own for a run that is nobody's. */
async function embeddingFolderOf(runFolder: string): Promise<string> {
  const text = await readFile(join(baseFolderOf(runFolder), 'place.json'), 'utf8').catch(() => null)
  const place = text === null ? null : placeSchema.safeParse(JSON.parse(text))
  // A run that came from another machine names a project that is not here.
  return place?.success && existsSync(resolve(place.data.embeddings, '../../../..')) ? place.data.embeddings : join(runFolder, 'embeddings')
}

/** Names what the loss curve follows from; see `configHash`. */
export function tuneConfigHash({ seed, base, data, optimizer, ema, schedule }: SamTuneConfig): string {
  return createHash('sha256')
    .update(JSON.stringify({ seed, base: base.modelId, data, optimizer, ema, schedule }))
    .digest('hex')
}
