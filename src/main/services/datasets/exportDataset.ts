import { lstat, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { append } from '../../../shared/append.ts'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import { labelmapLegend, type MaskLegend } from '../../../shared/formats/maskLegend.ts'
import { isBackgroundName } from '../../../shared/formats/vocNames.ts'
import { parseLabelmap } from '../../../shared/formats/vocText.ts'
import type { ClassRecord, ExportCheck, ExportReport, FileProblem } from '../../../shared/model/dataset.ts'
import type { OperationOutput, ProjectStore, StoredDataset } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import type { CopyFile } from '../../media/exportOperations.ts'
import { writtenPicture, type ExportItem, type ExportRules } from '../../media/exportRecords.ts'
import type { ImportOperations } from '../../media/importOperations.ts'
import type { WorkerPool } from '../../media/workerPool.ts'
import { fromDiskError, writeWhole } from '../../media/wholeFile.ts'
import { createProblemList, remarked } from '../../media/problemList.ts'
import { readClassList, writeClassList, type ExportClass } from './exportClasses.ts'
import { reportUnheld, unheldStates } from './exportUnheld.ts'

export interface ExportSource {
  store: ProjectStore
  pool: WorkerPool<ImportOperations>
  datasetId: string
  context: JobContext
}

export interface ExportOptions extends ExportSource {
  /** A path of this host that is not there yet, or empty. */
  folder: string
}

const pageSize = 24

/**
 * Writes the edited dataset as a VOC folder: what nobody changed byte for byte, what was changed with the smallest difference. Everything is written beside
 * `folder` and takes its name at the end, so a cancelled or failed export leaves nothing. Errors: dataset/not-found, folder/not-found, project/not-empty, disk/*.
 */
export async function exportDataset(options: ExportOptions): Promise<ExportReport> {
  const { folder, context } = options
  const dataset = await sourceOf(options)
  await refuseTaken(folder, dataset.rootPath)
  await removeLeftovers(folder)
  const partial = `${folder}.part-${process.pid}`
  try {
    await mkdir(partial, { recursive: true })
    const result = await writeAll({ ...options, dataset, out: partial })
    if (context.signal.aborted) throw new CancelledError()
    await rmdir(folder).catch(() => undefined)
    await rename(partial, folder)
    await syncFolder(path.dirname(folder))
    return { folder, ...result }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw fromDiskError(error)
  }
}

/**
 * What an export would write anew and what it would lose; nothing is written. What cannot be copied byte for byte only shows when it is copied. Errors:
 * dataset/not-found, folder/not-found.
 */
export async function checkExport(options: ExportSource): Promise<ExportCheck> {
  const { filesRewritten, losses } = await writeAll({ ...options, dataset: await sourceOf(options), out: null })
  return { filesRewritten, losses }
}

async function sourceOf({ store, datasetId }: ExportSource): Promise<StoredDataset> {
  const dataset = await store.call('datasets.get', { datasetId })
  const folder = dataset.rootPath
  if ((await stat(folder).catch(() => null))?.isDirectory()) return dataset
  throw new AppError('folder/not-found', `the folder of the dataset is no longer there: ${folder}`, { folder })
}

/** What exports to this folder wrote when they were killed: the process in the name is no more, or it is this one and its export has ended. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = path.dirname(folder)
  const prefix = `${path.basename(folder)}.part-`
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    if (!/^\d{1,10}$/.test(pid) || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue
    await rm(path.join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function refuseTaken(folder: string, rootPath: string): Promise<void> {
  const facts = await lstat(folder).catch(() => null)
  if (facts && !facts.isDirectory()) throw new AppError('project/not-empty', `${folder} is a file`, { folder })
  const there = await readdir(folder).catch(() => null)
  if (there !== null && there.length > 0) throw new AppError('project/not-empty', `${folder} is not empty`, { folder })
  const relative = path.relative(rootPath, folder)
  if (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
    throw new AppError('input/invalid', 'a dataset cannot be written into its own folder', { folder })
}

/** The new name is on disk. Not every system lets a folder be opened; there the rename is as lasting as it gets. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

interface Writing extends ExportSource {
  dataset: StoredDataset
  /** null: nothing is written. */
  out: string | null
}

const stalePerClassLists = remarked({ file: 'ImageSets/Main', code: 'voc/bad-split', remark: 'staleLists', severity: 'note' })

type Page = OperationOutput<'items.page'>

/** Pictures that were set aside, with what becomes of their files. */
async function leftOut(store: ProjectStore, datasetId: string, voc: boolean): Promise<FileProblem[]> {
  const problems = await store.call('datasets.problems', { datasetId })
  const remark = voc ? 'asideCopied' : 'asideLeftOut'
  return problems.flatMap(({ file, itemId }) =>
    itemId === undefined ? [] : [remarked({ file, code: 'item/set-aside', remark, severity: 'note' })],
  )
}

async function writeAll(writing: Writing): Promise<Omit<ExportReport, 'folder'>> {
  const { store, pool, dataset, datasetId, out, context } = writing
  const root = dataset.rootPath
  const voc = dataset.dialect.format === 'voc'
  const classes = exportClasses(await store.call('classes.list', { datasetId }), await store.call('classes.sourceNames', { datasetId }))
  const listed = voc ? await pool.call('listDataset', { root }, { signal: context.signal }) : { files: [], losses: [] }
  const rules = { ...rulesOf(dataset, classes, listed.files), legend: await legendOf(writing, classes, listed.files) }
  const losses: FileProblem[] = [...listed.losses, ...(await leftOut(store, datasetId, voc)), ...unheldStates(dataset)]
  const unheld = createProblemList()
  const done = new Set<string>()
  const used = new Set<number>()
  let rewritten = 0
  let untouched = 0
  const copy = async (files: CopyFile[]) => {
    if (out === null) return
    const result = await pool.call('copyFiles', { root, out, files }, { signal: context.signal, timeoutMs: 600_000 })
    untouched += result.copied
    append(losses, result.losses)
  }
  let after = -1
  for (let count = 0; ;) {
    const page = await store.call('items.page', { datasetId, after, limit: pageSize })
    if (page.length === 0) break
    after = page.at(-1)!.position
    for (const item of page) reportUnheld(item, unheld)
    const touched = page.filter((item) => isTouched(item, classes)).map((item) => toExportItem(item, classes))
    const exported = await pool.call('exportItems', { root, out, items: touched, rules }, { signal: context.signal, timeoutMs: 600_000 })
    append(losses, exported.losses)
    for (const index of exported.usedIndices) used.add(index)
    for (const file of exported.written) done.add(file)
    rewritten += exported.written.length
    const sources = page
      .flatMap((item) =>
        item.sources.map(({ relPath, sha256 }) => ({
          from: relPath,
          to: voc ? relPath : `JPEGImages/${writtenPicture(item)}`,
          sha256,
        })),
      )
      .filter(({ from }) => !done.has(from))
    await copy(sources)
    for (const { from } of sources) done.add(from)
    count += page.length
    context.report({ phase: out === null ? 'look' : 'write', done: count, total: dataset.items })
  }
  append(losses, unheld.list())
  const list = await writeClassList({ dataset, classes, used, listed: listed.files, pool, hasMasks: rules.hasMasks })
  if (list) {
    if (out !== null) await writeWhole(path.join(out, list.relPath), list.text)
    done.add(list.relPath)
    rewritten++
  }
  const rest = listed.files.filter((file) => !done.has(file))
  for (let at = 0; at < rest.length; at += 200) await copy(rest.slice(at, at + 200).map((file) => ({ from: file, to: file, sha256: null })))
  if (rewritten > 0 && rest.some((file) => /^ImageSets\/Main\/.+_.+\.txt$/.test(file))) losses.push(stalePerClassLists)
  return { filesUntouched: untouched, filesRewritten: rewritten, losses }
}

function exportClasses(classes: readonly ClassRecord[], sourceNames: Record<string, string | null>): Map<string, ExportClass> {
  const taken = new Set(classes.flatMap((c) => (c.maskIndex === null ? [] : [c.maskIndex])))
  let next = 1
  return new Map(
    classes.map((c) => {
      const sourceName = sourceNames[c.id] ?? null
      if (c.maskIndex !== null) return [c.id, { ...c, sourceName, index: c.maskIndex }]
      while (taken.has(next)) next++
      taken.add(next)
      return [c.id, { ...c, sourceName, index: next <= 254 ? next : null }]
    }),
  )
}

/** The colours its labelmap.txt gives to indices, and those of classes it does not list; null: there is no labelmap. */
async function legendOf(
  { dataset, pool, context }: Writing,
  classes: ReadonlyMap<string, ExportClass>,
  files: readonly string[],
): Promise<MaskLegend | null> {
  if (dataset.dialect.classNamesFrom !== 'labelmap.txt') return null
  const text = await readClassList(dataset, files, pool, context.signal)
  const listed = text === null ? [] : parseLabelmap(text)
  const known = new Set(listed.map(({ index }) => index))
  const others = [...classes.values()].flatMap(({ index, color }) => (index === null || known.has(index) ? [] : [{ index, color }]))
  return labelmapLegend([...listed, ...others])
}

function rulesOf(dataset: StoredDataset, classes: ReadonlyMap<string, ExportClass>, files: readonly string[]): Omit<ExportRules, 'legend'> {
  const has = (folder: string) => files.some((file) => file.startsWith(`${folder}/`))
  const masks = has('SegmentationClass') || has('SegmentationClassAug')
  return {
    origin: dataset.dialect.vocOrigin,
    turned: dataset.dialect.exifTurned === true,
    background: [...classes.values()].some((c) => c.maskIndex === 0 && isBackgroundName(c.sourceName ?? c.name)),
    hasBoxes: has('Annotations'),
    hasMasks: masks || dataset.dialect.format === 'images',
    hasObjectMasks: has('SegmentationObject'),
    pictureFolder: 'JPEGImages',
  }
}

/** Its annotations are not as they were imported, or a class of it got another name. */
function isTouched(item: Page[number], classes: ReadonlyMap<string, ExportClass>): boolean {
  if (item.digest !== item.importedDigest) return true
  return item.annotations.some(({ id, classId }) => {
    const found = classId === null ? undefined : classes.get(classId)
    return item.origins[id]?.kind === 'xml' && found !== undefined && found.sourceName !== found.name
  })
}

function toExportItem(item: Page[number], classes: ReadonlyMap<string, ExportClass>): ExportItem {
  const { name, relPath, width, height, orientation, sources, origins } = item
  const annotations = item.annotations.map(({ id, region, shape, attributes, z, classId }) => {
    const found = classId === null ? undefined : classes.get(classId)
    return {
      id,
      region,
      shape,
      attributes,
      z,
      className: found?.name ?? null,
      maskIndex: found?.index ?? null,
      origin: origins[id] ?? null,
    }
  })
  return { name, relPath, width, height, orientation, sources, annotations }
}
