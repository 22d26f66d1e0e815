import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { append } from '../../shared/append.ts'
import { AppError } from '../../shared/errors.ts'
import { parseClassNames, parseLabelmap, type NamedClass } from '../../shared/formats/vocText.ts'
import type { Dialect, FileProblem } from '../../shared/model/dataset.ts'
import type { Remark } from '../../shared/remarks.ts'
import { foreignExtensions, pictureExtensions } from './pictureHeader.ts'
import { createProblemList, type ProblemList } from './problemList.ts'
import { isFolder, isWithin, listFiles, readTextFile, type FoundFile } from './safeFiles.ts'
import { readSplits, type FoundSplit } from './splitScan.ts'
import { parseVocXml } from '../../shared/formats/vocXml.ts'

/** One picture with the files that belong to it; paths from the root. */
export interface ScanEntry {
  /** Path below the picture folder without its extension: the id VOC uses; in a plain folder with it where another picture has that name. */
  name: string
  image: string
  xml: string | null
  classMask: string | null
  augMask: string | null
  objectMask: string | null
}

export interface DatasetScan {
  format: 'voc' | 'images'
  root: string
  entries: ScanEntry[]
  /** null: the folder says nothing about splits. */
  splits: FoundSplit[] | null
  classes: NamedClass[]
  classNamesFrom: Dialect['classNamesFrom']
  problems: FileProblem[]
}

const labelFolders = ['Annotations', 'SegmentationClass', 'SegmentationClassAug', 'ImageSets']
const maxDepth = 8

/** What a folder to import holds, from names and small text files alone. Errors: folder/not-found, dataset/not-voc, dataset/empty. */
export async function scanDataset(folder: string): Promise<DatasetScan> {
  const top = await realpath(folder).catch(() => null)
  if (top === null || !(await isFolder(top))) throw new AppError('folder/not-found', `there is no folder ${folder}`, { folder })
  const problems = createProblemList()
  const root = await findVocRoot(top)
  const scan = root === null ? await scanImages(top, problems) : await scanVoc(root, problems)
  if (scan.entries.length === 0) throw new AppError('dataset/empty', 'there is no picture in the folder', { folder })
  return { ...scan, problems: problems.list() }
}

/** The folder itself, or the only one up to two levels below (VOCdevkit/VOC2012), that holds JPEGImages, and labels if any of them does; null: no VOC folder. */
async function findVocRoot(top: string): Promise<string | null> {
  let level = [top]
  for (let depth = 0; depth <= 2; depth++) {
    const withPictures: string[] = []
    const withLabels: string[] = []
    for (const folder of level) {
      if (!(await isFolder(path.join(folder, 'JPEGImages')))) continue
      withPictures.push(folder)
      if ((await Promise.all(labelFolders.map((name) => isFolder(path.join(folder, name))))).includes(true)) withLabels.push(folder)
    }
    const found = withLabels.length > 0 ? withLabels : withPictures
    if (found.length === 1) return found[0]!
    if (found.length > 1) {
      const names = found.map((folder) => path.relative(top, folder)).join(', ')
      throw new AppError('dataset/not-voc', `several datasets lie in this folder (${names}): import one of them`, { folders: names })
    }
    const next: string[] = []
    for (const folder of level) {
      const children = await readdir(folder, { withFileTypes: true }).catch(() => [])
      append(
        next,
        children.filter((c) => c.isDirectory() && !c.name.startsWith('.')).map((c) => path.join(folder, c.name)),
      )
    }
    level = next.slice(0, 1000)
  }
  for (const name of labelFolders) {
    if (await isFolder(path.join(top, name)))
      throw new AppError('dataset/not-voc', `there is ${name} but no JPEGImages`, { missing: 'JPEGImages' })
  }
  return null
}

type Scan = Omit<DatasetScan, 'problems'>

async function scanImages(root: string, problems: ProblemList): Promise<Scan> {
  const entries = await pictures(root, '', problems, 'whole')
  return { format: 'images', root, entries, splits: null, classes: [], classNamesFrom: 'found' }
}

async function scanVoc(root: string, problems: ProblemList): Promise<Scan> {
  const entries = await pictures(root, 'JPEGImages', problems, 'refused')
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  for (const [folder, field] of [
    ['SegmentationClass', 'classMask'],
    ['SegmentationClassAug', 'augMask'],
    ['SegmentationObject', 'objectMask'],
  ] as const) {
    for (const file of await usable(root, folder, /\.png$/i, problems)) {
      const entry = byName.get(stem(file.relPath, folder))
      if (entry) entry[field] ??= file.relPath
      else problems.add({ file: file.relPath, code: 'file/not-found', remark: 'maskWithoutPicture', severity: 'warning' })
    }
  }
  await attachXml(root, byName, problems)
  const splits = await readSplits(root, byName, problems)
  const { classes, from } = await readClasses(root, problems)
  return { format: 'voc', root, entries, splits: splits?.splits ?? null, classes, classNamesFrom: from }
}

const stem = (relPath: string, folder: string) => relPath.slice(folder === '' ? 0 : folder.length + 1).replace(/\.[^./]+$/, '')

/** Files of a folder by extension; links that lead out of the root are reported and left out. */
async function usable(root: string, folder: string, extension: RegExp, problems: ProblemList): Promise<FoundFile[]> {
  const files: FoundFile[] = []
  for (const file of await listFiles(root, folder, maxDepth)) {
    if (!extension.test(file.relPath) || path.basename(file.relPath).startsWith('.')) continue
    if (file.link) {
      const target = await realpath(path.join(root, file.relPath)).catch(() => null)
      if (target === null || !isWithin(root, target)) {
        problems.add({ file: file.relPath, code: 'file/path-escape', remark: 'linkOutside', severity: 'refused' })
        continue
      }
    }
    files.push(file)
  }
  return files
}

/** `twins`: whether pictures that differ by their extension alone are named by their whole file names, or refused, as VOC's labels could be of either. */
async function pictures(root: string, folder: string, problems: ProblemList, twins: 'whole' | 'refused'): Promise<ScanEntry[]> {
  const entries = new Map<string, ScanEntry>()
  await reportForeign(root, folder, problems)
  for (const file of await usable(root, folder, pictureExtensions, problems)) {
    const { relPath } = file
    const short = stem(relPath, folder)
    const other = entries.get(short)
    const name = other ? wholeName(relPath, entries) : short
    const facts = { other: other?.image ?? null, name }
    if (other && twins === 'refused') {
      problems.add({ file: relPath, code: 'file/unsupported', remark: 'sameName', facts, severity: 'refused' })
      continue
    }
    if (other) problems.add({ file: relPath, code: 'file/unsupported', remark: 'namedWhole', facts, severity: 'note' })
    entries.set(name, { name, image: relPath, xml: null, classMask: null, augMask: null, objectMask: null })
  }
  return [...entries.values()]
}

/** The file name, or that with a number where it is the short name of another ('a.png' beside 'a.png.jpg'). */
function wholeName(relPath: string, taken: ReadonlyMap<string, unknown>): string {
  for (let name = relPath, n = 2; ; name = `${relPath}.${n++}`) if (!taken.has(name)) return name
}

/** Pictures in formats that are not read, by their names, and links to folders, which are not followed. */
async function reportForeign(root: string, folder: string, problems: ProblemList): Promise<void> {
  for (const { relPath, link } of await listFiles(root, folder, maxDepth)) {
    if (path.basename(relPath).startsWith('.') || pictureExtensions.test(relPath)) continue
    const refuse = (remark: Remark) => problems.add({ file: relPath, code: 'file/unsupported', remark, severity: 'refused' })
    if (foreignExtensions.test(relPath)) refuse('foreignPicture')
    else if (link && (await stat(path.join(root, relPath)).catch(() => null))?.isDirectory()) refuse('folderLink')
  }
}

/** By name; an XML without a picture of its name is given to the one its <filename> names. */
async function attachXml(root: string, byName: ReadonlyMap<string, ScanEntry>, problems: ProblemList): Promise<void> {
  const orphans: FoundFile[] = []
  for (const file of await usable(root, 'Annotations', /\.xml$/i, problems)) {
    const entry = byName.get(stem(file.relPath, 'Annotations'))
    if (entry) entry.xml ??= file.relPath
    else orphans.push(file)
  }
  for (const { relPath } of orphans) {
    const named = await filenameIn(root, relPath)
    const entry = named === null ? undefined : (byName.get(named) ?? byName.get(named.replace(/\.[^./]+$/, '')))
    if (entry && entry.xml === null) entry.xml = relPath
    else problems.add({ file: relPath, code: 'file/not-found', remark: 'annotationWithoutPicture', severity: 'warning' })
  }
}

async function filenameIn(root: string, relPath: string): Promise<string | null> {
  try {
    return parseVocXml((await readTextFile(root, relPath)).text).filename
  } catch {
    // It is reported as an annotation without a picture either way.
    return null
  }
}

const classFiles = [
  { file: 'labelmap.txt', parse: parseLabelmap },
  { file: 'class_names.txt', parse: parseClassNames },
  { file: 'labels.txt', parse: parseClassNames },
] as const

/** The class list beside the dataset, then one level above; none: 'voc', which the caller may turn into 'found'. */
async function readClasses(root: string, problems: ProblemList): Promise<{ classes: NamedClass[]; from: Dialect['classNamesFrom'] }> {
  for (const folder of [root, path.dirname(root)]) {
    for (const { file, parse } of classFiles) {
      try {
        const { text } = await readTextFile(folder, file)
        const classes = checkedClasses(parse(text), file, problems)
        // A list that names nothing says nothing: the next one may.
        if (classes.length > 0) return { classes, from: file }
        problems.add({ file, code: 'input/invalid', remark: 'noClassListed', severity: 'warning' })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code !== 'file/not-found') problems.refuse(file, error, 'warning')
      }
    }
  }
  return { classes: [], from: 'voc' }
}

const hasControls = (name: string) => [...name].some((c) => c < ' ' || c === '\x7f')

function checkedClasses(classes: NamedClass[], file: string, problems: ProblemList): NamedClass[] {
  const seen = new Set<string>()
  return classes.filter(({ name, index }) => {
    const remark =
      index > 254
        ? 'classIndexHigh'
        : name.length > 200
          ? 'classNameLong'
          : hasControls(name)
            ? 'classNameControls'
            : seen.has(name)
              ? 'classNameTwice'
              : null
    seen.add(name)
    if (remark) problems.add({ file, code: 'input/invalid', remark, facts: { index, name: name.slice(0, 60) }, severity: 'warning' })
    return remark === null
  })
}
