import { createHash } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import { noClassRules, planClasses } from '../../../shared/model/classPlan.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import type { TrainConfig } from '../../../shared/model/trainConfig.ts'
import { trainSources } from '../../../shared/model/train/data/data.ts'
import type { ClassRules } from '../../../shared/model/train/data/classRules.ts'
import { originalOf, type LabelledItem } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { LabelMapOptions } from '../../media/labelMap.ts'
import { mayBeDeep } from '../../media/pictureHeader.ts'
import type { Media } from '../../media/pools.ts'
import { linkOrCopy } from '../../media/linkOrCopy.ts'
import type { Originals } from '../items/originals.ts'
import { windowRule } from '../../../shared/picture/valueWindow.ts'

export interface FreezeInput {
  datasetId: string
  splits: string[]
  /** What the classes of the dataset become; absent: themselves. */
  classes?: ClassRules
  /** Other datasets to draw from, by name; their classes are found by name among those of the first. */
  others?: readonly { name: string; splits: string[] }[]
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
}

/** Freezes what a run trains on: label maps rendered from the database, and the hash over content and revisions. */
export type FreezeSnapshot = (store: ProjectStore, input: FreezeInput) => Promise<Snapshot>

/** What a config trains and validates on. */
export function dataOf({ data }: TrainConfig, datasetId: string): Pick<FreezeInput, 'datasetId' | 'splits' | 'classes' | 'others'> {
  const sources = trainSources(data)
  const splitsOf = (dataset: string | null) => sources.filter((source) => source.dataset === dataset).flatMap(({ splits }) => splits)
  const names = [...new Set(sources.flatMap(({ dataset }) => dataset ?? []))]
  return {
    datasetId,
    splits: [...new Set([...splitsOf(null), ...data.valSplits])],
    classes: data.classes,
    others: names.map((name) => ({ name, splits: [...new Set(splitsOf(name))] })),
  }
}

const batchSize = 32
/** Part of every key: another way to draw makes other maps. */
const renderVersion = 2

interface Rules {
  /** Class id -> index in the label maps; 255 paints void. */
  index: ReadonlyMap<string, number>
  /** Index of pixels that nothing covers. */
  fill: number
}

/** Unlabelled pixels belong to the background class if the masks have one, otherwise they are void. */
function rulesOf(classes: readonly ClassRecord[], indexOf: (name: string) => number): Rules {
  const background = classes.find((c) => c.maskIndex === 0 && isBackgroundName(c.name))
  return { index: new Map(classes.map((c) => [c.id, indexOf(c.name)])), fill: background ? indexOf(background.name) : 255 }
}

const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/**
 * Freezes what a run trains on: label maps rendered from the database into the cache, keyed by content, and a hash over every item's picture and
 * annotations. The same content always gives the same hash. Errors: dataset/not-found, run/no-classes, config/invalid (class rules), file/not-found, file/changed, disk/*.
 */
export function createFreeze({ pictures }: Pick<Media, 'pictures'>, { refuseReplaced }: Pick<Originals, 'refuseReplaced'>) {
  return async (store: ProjectStore, input: FreezeInput): Promise<Snapshot> => {
    const { datasetId, splits, classes: classRules = noClassRules, others = [], signal, onProgress } = input
    const own = await store.call('classes.list', { datasetId })
    if (own.length === 0) throw new AppError('run/no-classes', 'the dataset has no classes', { id: datasetId })
    const plan = planClasses(own, classRules)
    const named = new Map(plan.classes.map(({ name }, i) => [name, i]))
    const indexOf = (name: string) => plan.index.get(name) ?? named.get(name) ?? 255
    const found = await findDatasets(store, others)
    const splitsById = new Map([[datasetId, splits]])
    for (const { id, splits: more } of found) splitsById.set(id, [...new Set([...(splitsById.get(id) ?? []), ...more])])
    const parts = await Promise.all(
      [...splitsById].map(async ([id, wanted]) => {
        const dataset = await store.call('datasets.get', { datasetId: id })
        return {
          id,
          dataset,
          rootPath: dataset.rootPath,
          rules: rulesOf(id === datasetId ? own : await store.call('classes.list', { datasetId: id }), indexOf),
          items: await store.call('snapshot.items', { datasetId: id, splits: wanted }),
        }
      }),
    )
    const total = parts.reduce((sum, { items }) => sum + items.length, 0)
    const frozen: (Frozen & { part: (typeof parts)[number] })[] = []
    for (const part of parts) {
      for (let at = 0; at < part.items.length; at += batchSize) {
        if (signal.aborted) throw new CancelledError()
        const items = part.items.slice(at, at + batchSize)
        await Promise.all(items.map((item) => refuseReplaced(originalOf(item, part.dataset))))
        const batch = await freezeBatch(items, part.rules, store, pictures, signal)
        frozen.push(...batch.map((entry) => ({ ...entry, part })))
        onProgress(frozen.length, total)
      }
    }
    const files = await Promise.all(frozen.map(({ item, part }) => trainedFile(path.join(part.rootPath, item.relPath), item.relPath)))
    return {
      datasetId,
      hash: sha256([
        renderVersion,
        plan.classes.map(({ id, name }) => [id, name]),
        parts.map(({ id, rules }) => [id, rules.fill, [...rules.index]]),
        frozen.map(({ item, digest, part }, i) => [part.id, item.name, item.imageSha256, digest, item.splits, ...files[i]!.rules]),
      ]),
      classes: plan.classes,
      ignoreIndex: 255,
      ...(found.length > 0 ? { otherDatasets: found.map(({ id, name }) => ({ id, name })) } : {}),
      items: frozen.map((entry, i) => ({
        ...toSnapshotItem(entry, files[i]!.imagePath),
        ...(entry.part.id === datasetId ? {} : { datasetId: entry.part.id }),
      })),
    }
  }
}

/** Errors: dataset/not-found. */
async function findDatasets(
  store: ProjectStore,
  wanted: NonNullable<FreezeInput['others']>,
): Promise<{ id: string; name: string; splits: string[] }[]> {
  if (wanted.length === 0) return []
  const datasets = await store.call('datasets.list', {})
  return wanted.map(({ name, splits }) => {
    const dataset = datasets.find((each) => each.name === name)
    if (!dataset) throw new AppError('dataset/not-found', `the project has no dataset ${name}`, { id: name })
    return { id: dataset.id, name, splits }
  })
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
    const key = sha256([renderVersion, digest, item.width, item.height, rules.fill, [...rules.index]])
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

/** The picture of an item, with what its bytes alone do not say of the pixels that are trained on. Errors: file/not-found. */
async function trainedFile(imagePath: string, relPath: string): Promise<{ imagePath: string; rules: number[] }> {
  const deep = await mayBeDeep(imagePath).catch((cause: unknown) => {
    throw new AppError('file/not-found', `${relPath} is no longer there`, { file: relPath }, { cause })
  })
  return { imagePath, rules: deep ? [windowRule] : [] }
}

function toSnapshotItem({ item, digest, labelPath }: Frozen, imagePath: string): Snapshot['items'][number] {
  const { id, name, width, height, splits, imageSha256 } = item
  return { id, name, imagePath, labelPath, width, height, split: splits, imageSha256, digest }
}

/** Gives a run label maps of its own (hard links where the disk has them), because the cache may be emptied at any time. */
export async function pinLabels(snapshot: Snapshot, folder: string): Promise<Snapshot> {
  await mkdir(folder, { recursive: true })
  const items: Snapshot['items'] = []
  for (const item of snapshot.items) {
    const labelPath = path.join(folder, `${item.id}.png`)
    await rm(labelPath, { force: true })
    await linkOrCopy(item.labelPath, labelPath)
    items.push({ ...item, labelPath })
  }
  return { ...snapshot, items }
}
