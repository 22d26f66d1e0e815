import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { CancelledError } from '../../../shared/errors.ts'
import { paintedShape } from '../../../shared/geometry/rasterize.ts'
import type { PictureObjects } from '../../../shared/model/pictureObjects.ts'
import type { SamTuneConfig } from '../../../shared/model/samTune.ts'
import { samWeightsName } from '../../../shared/model/samWeights.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { originalOf, type ItemObjects } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import { copyWhole, linkOrCopy } from '../../media/linkOrCopy.ts'
import { fromDiskError } from '../../media/wholeFile.ts'
import type { AssistModels } from '../assist/assistModels.ts'
import { weightsFileOf } from '../assist/samWeightsFile.ts'
import { tuneEmbeddings, writePlace } from '../assist/trainingEmbeddings.ts'
import { writeWhole } from '../runs/runFolder.ts'
import type { Originals } from '../items/originals.ts'
import { isOurs, requireBase } from './tuneBases.ts'
import { tunePictures } from './tunePictures.ts'

const batchSize = 64
/** Part of the hash: other rules freeze other objects. */
const version = 2

interface Freezing {
  readonly datasetId: string
  readonly config: SamTuneConfig
  readonly folder: string
  readonly signal: AbortSignal
  readonly originals: Pick<Originals, 'refuseReplaced'>
}

/** Writes the objects of a training into its folder, labels/<item>.json; every picture is in split 'train' or 'val', by its source. Errors: dataset/not-found, file/*, disk/*. */
export async function freezeObjects(store: ProjectStore, { datasetId, config, folder, signal, originals }: Freezing): Promise<Snapshot> {
  const [items, classes, dataset] = await Promise.all([
    store.call('snapshot.objects', { datasetId }),
    store.call('classes.list', { datasetId }),
    store.call('datasets.get', { datasetId }),
  ])
  const { pictures, split, classIds } = tunePictures(items, classes, config)
  const used = pictures.filter(({ id }) => split.train.has(id) || split.val.has(id))
  const labels = path.join(folder, 'labels')
  await mkdir(labels, { recursive: true })
  const frozen: Snapshot['items'] = []
  for (let at = 0; at < used.length; at += batchSize) {
    if (signal.aborted) throw new CancelledError()
    const batch = used.slice(at, at + batchSize)
    await Promise.all(batch.map((item) => originals.refuseReplaced(originalOf(item, dataset))))
    const read = await store.call('snapshot.annotations', { itemIds: batch.map(({ id }) => id) })
    for (const { itemId, digest, annotations } of read) {
      const item = batch.find(({ id }) => id === itemId)!
      const objects = annotations.flatMap(({ region, classId, shape }): PictureObjects['objects'] => {
        const wanted = region === 'object' && (classIds === null || (classId !== null && classIds.has(classId)))
        return wanted && (shape.kind === 'mask' || shape.kind === 'polygon') ? [{ classId, shape }] : []
      })
      // As where classes are painted: void lies over everything.
      const voids = annotations.flatMap(({ region, shape }) => (region === 'void' ? (paintedShape({ region, shape }) ?? []) : []))
      const labelPath = path.join(labels, `${itemId}.json`)
      await writeWhole(labelPath, JSON.stringify({ version: 1, objects, voids } satisfies PictureObjects))
      frozen.push({ ...headOf(item, dataset.rootPath), labelPath, digest, split: [split.train.has(itemId) ? 'train' : 'val'] })
    }
  }
  const known = classes.map(({ id, name, color }) => ({ id, name, color }))
  const content = frozen.map(({ name, imageSha256, digest, split: own }) => [name, imageSha256, digest, own])
  return {
    datasetId,
    hash: createHash('sha256')
      .update(JSON.stringify([version, 'objects', known.map(({ id }) => id), classIds && [...classIds], content]))
      .digest('hex'),
    // A dataset may have objects and no class.
    classes: known.length > 0 ? known.slice(0, 255) : [{ id: 'object', name: 'object', color: '#808080' }],
    ignoreIndex: 255,
    items: frozen,
  }
}

const headOf = ({ id, name, relPath, width, height, imageSha256 }: ItemObjects, rootPath: string) => ({
  id,
  name,
  imagePath: path.join(rootPath, relPath),
  width,
  height,
  imageSha256,
})

/**
 * Gives a run the files of the model that it trains, so that it goes on whatever becomes of the model: links where the studio alone writes them, copies of
 * files that their owner may write into. Errors: assist/*, file/not-found, disk/*.
 */
export async function pinBase(
  store: ProjectStore,
  models: AssistModels,
  { config, folder }: Pick<Freezing, 'config' | 'folder'>,
): Promise<void> {
  const { files, weights } = await requireBase(models, config.base.modelId)
  const give = isOurs(files.origin) ? linkOrCopy : copyWhole
  const base = path.join(folder, 'base')
  await mkdir(base, { recursive: true })
  const pin = async (from: string, name: string): Promise<void> => {
    const to = path.join(base, name)
    await rm(to, { force: true })
    await give(from, to).catch((error: unknown) => {
      throw fromDiskError(error)
    })
  }
  await pin(weightsFileOf(files.encoderFile), samWeightsName)
  if (weights.kind === 'small') return
  const { facts } = await models.usable(files.id)
  await pin(files.encoderFile, 'encoder.onnx')
  await pin(files.decoderFile!, 'decoder.onnx')
  for (const { name } of facts.encoder.dataFiles) await pin(path.join(path.dirname(files.encoderFile), name), name)
  await writePlace(base, tuneEmbeddings(store.folder, facts.hash))
}
