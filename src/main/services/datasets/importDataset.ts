import path from 'node:path'
import { append } from '../../../shared/append.ts'
import { CancelledError } from '../../../shared/errors.ts'
import { decideOrigin, mergeOriginFacts, noOriginFacts } from '../../../shared/formats/vocBox.ts'
import { labelmapLegend } from '../../../shared/formats/maskLegend.ts'
import type { Dialect, FileProblem, ImportReport } from '../../../shared/model/dataset.ts'
import type { ImportedItem, ImportedSplit } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { DatasetScan, ScanEntry } from '../../media/datasetScan.ts'
import type { ImportOperations } from '../../media/importOperations.ts'
import type { ReadItem, ReadRules } from '../../media/itemReader.ts'
import { remarked } from '../../media/problemList.ts'
import type { WorkerPool } from '../../media/workerPool.ts'
import { createClassBook, type ClassBook } from './classBook.ts'
import { readEntries } from './readEntries.ts'

export interface ImportOptions {
  store: ProjectStore
  pool: WorkerPool<ImportOperations>
  /** A path of this host; the caller knows it is allowed. */
  folder: string
  name: string | undefined
  newId: () => string
  context: JobContext
}

const batchSize = 12
/** Batches under way at once: enough to keep every process busy. */
const ahead = 4

/**
 * Links a folder as a dataset: read in processes of its own, written in batches that only appear when all are there; cancelling leaves nothing.
 * What is wrong with a file is in the report and in the dataset's problems. Errors: folder/not-found, dataset/not-voc, dataset/empty, disk/full.
 */
export async function importDataset(options: ImportOptions): Promise<ImportReport> {
  const { store, pool, folder, newId, context } = options
  context.report({ phase: 'scan', done: 0, total: null })
  const scan = await pool.call('scan', { folder }, { signal: context.signal, timeoutMs: 30 * 60_000 })
  const origin = await originOf(scan, options)
  const hasMasks = scan.entries.some((entry) => entry.classMask !== null || entry.augMask !== null)
  const book = createClassBook({ named: scan.classes, from: scan.classNamesFrom, hasMasks, newId })
  const datasetId = newId()
  await store.call('datasets.begin', { id: datasetId, name: options.name ?? path.basename(folder), rootPath: scan.root, batchId: newId() })
  try {
    const written = await writeItems({
      ...options,
      scan,
      book,
      datasetId,
      rules: { origin, background: book.background, legend: legendOf(scan) },
    })
    const problems = [...scan.problems, ...written.problems]
    if (written.ids.size === 0) {
      await store.call('datasets.discard', { datasetId })
      return { datasetId: null, items: 0, annotations: 0, classes: book.report(), splits: [], problems }
    }
    const dialect: Dialect = {
      format: scan.format,
      vocOrigin: origin,
      exifTurned: true,
      classNamesFrom: book.namesFrom,
      voidIndex: 255,
      maskKind: written.maskKind,
    }
    context.report({ phase: 'finish', done: 0, total: null })
    if (context.signal.aborted) throw new CancelledError()
    const dataset = await store.call('datasets.finish', {
      datasetId,
      dialect,
      classes: book.list(),
      splits: splitsOf(scan, written.ids),
      problems,
    })
    if (context.signal.aborted) {
      // Cancelled while the last transaction was under way: it is there, so it is taken out again.
      await store.call('datasets.remove', { datasetId })
      throw new CancelledError()
    }
    return { datasetId, items: dataset.items, annotations: dataset.annotations, classes: book.report(), splits: dataset.splits, problems }
  } catch (error) {
    await store.call('datasets.discard', { datasetId })
    throw error
  }
}

const legendOf = ({ classes, classNamesFrom }: DatasetScan) => (classNamesFrom === 'labelmap.txt' ? labelmapLegend(classes) : null)

/** 0- or 1-based boxes: decided by all coordinates of the dataset, before the first is read for good. */
async function originOf(scan: DatasetScan, { pool, context }: ImportOptions): Promise<0 | 1> {
  const files = scan.entries.flatMap((entry) => (entry.xml === null ? [] : [entry.xml]))
  let facts = noOriginFacts
  for (let at = 0; at < files.length && !facts.belowOne && !facts.fractional; at += 500) {
    context.report({ phase: 'origin', done: at, total: files.length })
    const chunk = files.slice(at, at + 500)
    facts = mergeOriginFacts(
      facts,
      await pool.call('originFacts', { root: scan.root, files: chunk }, { signal: context.signal, timeoutMs: 120_000 }),
    )
  }
  return decideOrigin(facts)
}

interface Writing extends ImportOptions {
  scan: DatasetScan
  book: ClassBook
  datasetId: string
  rules: ReadRules
}

interface Written {
  /** Picture name -> item id. */
  ids: Map<string, string>
  problems: FileProblem[]
  maskKind: Dialect['maskKind']
}

async function writeItems(writing: Writing): Promise<Written> {
  const { store, pool, scan, book, datasetId, rules, context } = writing
  const written: Written = { ids: new Map(), problems: [], maskKind: 'none' }
  const kinds = new Set<ReadItem['maskKinds'][number]>()
  const batches: ScanEntry[][] = []
  for (let at = 0; at < scan.entries.length; at += batchSize) batches.push(scan.entries.slice(at, at + batchSize))
  const reading = new Map<number, ReturnType<typeof readEntries>>()
  const read = (batch: number) => {
    if (batch >= batches.length || reading.has(batch)) return
    const result = readEntries(pool, scan.root, batches[batch]!, rules, context.signal)
    result.catch(() => undefined)
    reading.set(batch, result)
  }
  for (let batch = 0; batch < batches.length; batch++) {
    for (let next = batch; next < batch + ahead; next++) read(next)
    const { items, problems } = await reading.get(batch)!
    reading.delete(batch)
    if (context.signal.aborted) throw new CancelledError()
    const known = book.list().length
    const records = items.map((item) => toRecord(item, writing, written))
    append(written.problems, problems)
    for (const item of items) for (const kind of item.maskKinds) kinds.add(kind)
    await store.call('datasets.addItems', { datasetId, classes: batch === 0 ? book.list() : book.list().slice(known), items: records })
    context.report({ phase: 'read', done: Math.min((batch + 1) * batchSize, scan.entries.length), total: scan.entries.length })
  }
  const [kind] = kinds
  written.maskKind = kinds.size > 1 ? 'mixed' : (kind ?? 'none')
  return written
}

function toRecord(item: ReadItem, { book, newId }: Writing, written: Written): ImportedItem {
  const { picture, sources, name, relPath } = item
  const id = newId()
  const position = written.ids.size
  written.ids.set(name, id)
  const annotations = item.annotations.map((annotation) => {
    const file = sources.find((source) => source.kind === annotation.source.kind)?.relPath ?? relPath
    const classId = book.resolve(annotation.class, (made) =>
      written.problems.push(
        remarked({
          file,
          code: 'class/not-found',
          remark: made.maskIndex === null ? 'classOfName' : 'classOfIndex',
          facts: { name: made.name, index: made.maskIndex },
          severity: 'note',
        }),
      ),
    )
    const { region, shape, attributes, z, source } = annotation
    return { id: newId(), classId, region, shape, attributes, z, source }
  })
  const { width, height, orientation, bytes } = picture
  return { id, name, relPath, position, width, height, orientation, bytes, sources, annotations }
}

function splitsOf(scan: DatasetScan, ids: ReadonlyMap<string, string>): ImportedSplit[] {
  if (scan.splits === null) return [{ name: 'none', itemIds: [...ids.values()] }]
  return scan.splits.map(({ name, pictures }) => ({
    name,
    itemIds: pictures.flatMap((picture) => {
      const id = ids.get(picture)
      return id === undefined ? [] : [id]
    }),
  }))
}
