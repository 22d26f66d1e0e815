import { createHash } from 'node:crypto'
import { access, copyFile, link, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import type { LabelledItem } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { LabelMapOptions } from '../../media/labelMap.ts'
import type { Media } from '../../media/pools.ts'

export interface FreezeInput {
  datasetId: string
  splits: string[]
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
}

const batchSize = 32
/** Part of every key: another way to draw makes other maps. */
const renderVersion = 1

interface Rules {
  classes: readonly ClassRecord[]
  /** Class id -> index in the label maps. */
  index: ReadonlyMap<string, number>
  fill: number
}

/** A class's index is its place in the list; unlabelled pixels belong to the background class if the masks have one, otherwise they are void. */
function rulesOf(classes: readonly ClassRecord[]): Rules {
  const background = classes.findIndex((c) => c.maskIndex === 0 && isBackgroundName(c.name))
  return { classes, index: new Map(classes.map((c, i) => [c.id, i])), fill: background < 0 ? 255 : background }
}

const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/**
 * Freezes what a run trains on: label maps rendered from the database into the cache, keyed by content, and a hash over every item's picture and
 * annotations. The same content always gives the same hash. Errors: dataset/not-found, run/no-classes, file/not-found, disk/*.
 */
export function createFreeze({ pictures }: Pick<Media, 'pictures'>) {
  return async (store: ProjectStore, { datasetId, splits, signal, onProgress }: FreezeInput): Promise<Snapshot> => {
    const dataset = await store.call('datasets.get', { datasetId })
    const rules = rulesOf(await store.call('classes.list', { datasetId }))
    if (rules.classes.length === 0) throw new AppError('run/no-classes', 'the dataset has no classes', { id: datasetId })
    const items = await store.call('snapshot.items', { datasetId, splits })
    const frozen: Frozen[] = []
    for (let at = 0; at < items.length; at += batchSize) {
      if (signal.aborted) throw new CancelledError()
      frozen.push(...(await freezeBatch(items.slice(at, at + batchSize), rules, store, pictures, signal)))
      onProgress(Math.min(at + batchSize, items.length), items.length)
    }
    return {
      datasetId,
      hash: sha256([
        renderVersion,
        rules.fill,
        rules.classes.map((c) => [c.id, c.name]),
        frozen.map(({ item, digest }) => [item.name, item.imageSha256, digest, item.splits]),
      ]),
      classes: rules.classes.map(({ id, name, color }) => ({ id, name, color })),
      ignoreIndex: 255,
      items: await Promise.all(frozen.map((entry) => toSnapshotItem(entry, dataset.rootPath))),
    }
  }
}

interface Frozen {
  item: LabelledItem
  /** Digest of the annotations the map was drawn from. */
  digest: string
  labelPath: string
}

/** Draws the maps that are not in the cache; each is drawn from, and named after, annotations read together with their digest. */
async function freezeBatch(
  items: readonly LabelledItem[],
  rules: Rules,
  store: ProjectStore,
  pictures: Media['pictures'],
  signal: AbortSignal,
): Promise<Frozen[]> {
  const fileOf = (item: LabelledItem, digest: string) => {
    const key = sha256([renderVersion, digest, item.width, item.height, rules.fill, rules.classes.map((c) => c.id)])
    return path.join(store.folder, 'cache', 'labels', key.slice(0, 2), `${key}.png`)
  }
  const frozen = await Promise.all(
    items.map(async (item) => {
      const labelPath = fileOf(item, item.digest)
      const there = await access(labelPath).then(
        () => true,
        () => false,
      )
      return { item, digest: item.digest, labelPath, there }
    }),
  )
  const missing = frozen.filter((entry) => !entry.there)
  if (missing.length === 0) return frozen
  const read = await store.call('snapshot.annotations', { itemIds: missing.map((entry) => entry.item.id) })
  const maps: (LabelMapOptions & { out: string })[] = []
  for (const { itemId, digest, annotations } of read) {
    const entry = missing.find(({ item }) => item.id === itemId)!
    entry.digest = digest
    entry.labelPath = fileOf(entry.item, digest)
    const regions = annotations.map(({ id, region, z, shape, classId }) => ({
      id,
      region,
      z,
      shape,
      index: classId === null ? null : (rules.index.get(classId) ?? null),
    }))
    maps.push({ width: entry.item.width, height: entry.item.height, fill: rules.fill, regions, out: entry.labelPath })
  }
  await pictures.call('labelMaps', { maps }, { signal, timeoutMs: 300_000 })
  return frozen
}

async function toSnapshotItem({ item, labelPath }: Frozen, rootPath: string): Promise<Snapshot['items'][number]> {
  const imagePath = path.join(rootPath, item.relPath)
  await access(imagePath).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${item.relPath} is no longer there`, { file: item.relPath }, { cause })
  })
  return { id: item.id, name: item.name, imagePath, labelPath, width: item.width, height: item.height, split: item.splits }
}

/** Gives a run label maps of its own (hard links where the disk has them), because the cache may be emptied at any time. */
export async function pinLabels(snapshot: Snapshot, folder: string): Promise<Snapshot> {
  await mkdir(folder, { recursive: true })
  const items: Snapshot['items'] = []
  for (const item of snapshot.items) {
    const labelPath = path.join(folder, `${item.id}.png`)
    await rm(labelPath, { force: true })
    await link(item.labelPath, labelPath).catch(() => copyFile(item.labelPath, labelPath))
    items.push({ ...item, labelPath })
  }
  return { ...snapshot, items }
}
