import { AppError } from '../../shared/errors.ts'
import { parseSplitFile } from '../../shared/formats/vocText.ts'
import type { ProblemList } from './problemList.ts'
import { pictureExtensions } from './pictureHeader.ts'
import { isEscape, listFiles, readTextFile } from './safeFiles.ts'
import path from 'node:path'

export interface FoundSplit {
  name: string
  /** Names of pictures that exist, in file order. */
  pictures: string[]
}

interface SplitFile extends FoundSplit {
  group: 'main' | 'segmentation'
  file: string
}

type Known = ReadonlyMap<string, { augMask: string | null; classMask: string | null }>

/**
 * Splits of a VOC folder: ImageSets/{Main,Segmentation}/*.txt (one list for both where they agree) and SegmentationClassAug/aug.txt; lists for one
 * class, Layout and Action are no splits. Pictures with only an Aug mask that no list names make up 'aug'. Without any list in ImageSets
 * all other pictures are in 'none'; null: all pictures are.
 */
export async function readSplits(root: string, known: Known, problems: ProblemList): Promise<{ splits: FoundSplit[] } | null> {
  const files: SplitFile[] = []
  const folders = [
    { folder: 'ImageSets/Main', group: 'main' },
    { folder: 'ImageSets/Segmentation', group: 'segmentation' },
    { folder: 'ImageSets', group: 'segmentation' },
    { folder: 'SegmentationClassAug', group: 'segmentation' },
  ] as const
  for (const { folder, group } of folders) {
    for (const { relPath } of await listFiles(root, folder, 0)) {
      if (!/\.txt$/i.test(relPath) || path.posix.basename(relPath).startsWith('.')) continue
      const pictures = await readSplit(root, relPath, known, problems)
      if (pictures) files.push({ name: path.posix.basename(relPath).slice(0, -4), pictures, group, file: relPath })
    }
  }
  const listed = new Set(files.flatMap((file) => file.pictures))
  const augOnly = [...known]
    .filter(([name, entry]) => entry.augMask !== null && entry.classMask === null && !listed.has(name))
    .map(([name]) => name)
  if (augOnly.length > 0) files.push({ name: 'aug', pictures: augOnly, group: 'segmentation', file: 'SegmentationClassAug' })
  if (files.length === 0) return null
  if (!files.some(({ file }) => file.startsWith('ImageSets/'))) {
    const named = new Set(files.flatMap((file) => file.pictures))
    const rest = [...known.keys()].filter((name) => !named.has(name))
    if (rest.length > 0) files.push({ name: 'none', pictures: rest, group: 'segmentation', file: '' })
  }
  return { splits: mergeGroups(files, known, problems) }
}

async function readSplit(root: string, relPath: string, known: Known, problems: ProblemList): Promise<string[] | null> {
  try {
    const lines = parseSplitFile((await readTextFile(root, relPath)).text, (id) => known.has(id))
    if (lines === null) return null
    const pictures = new Set<string>()
    for (const { id, line } of lines) {
      const name = known.has(id) ? id : id.replace(pictureExtensions, '')
      if (known.has(name)) pictures.add(name)
      else if (isEscape(id))
        problems.add({
          file: relPath,
          line,
          code: 'file/path-escape',
          remark: 'lineOutside',
          facts: { name: id.slice(0, 80) },
          severity: 'refused',
        })
      else
        problems.add({
          file: relPath,
          line,
          code: 'voc/bad-split',
          remark: 'pictureNotFound',
          facts: { name: id.slice(0, 80) },
          severity: 'warning',
        })
    }
    return [...pictures]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    problems.refuse(relPath, error)
    return null
  }
}

/** Where Main and Segmentation put a picture they both know into different splits, joining them would leak; Main's then keep their folder in the name (or Segmentation's, when there are no masks). */
function mergeGroups(files: readonly SplitFile[], known: Known, problems: ProblemList): FoundSplit[] {
  const membership = (group: SplitFile['group']) => {
    const sets = new Map<string, string[]>()
    for (const file of files)
      if (file.group === group) for (const picture of file.pictures) sets.set(picture, [...(sets.get(picture) ?? []), file.name])
    return sets
  }
  const main = membership('main')
  const segmentation = membership('segmentation')
  const namesOf = (group: SplitFile['group']) => new Set(files.filter((file) => file.group === group).map((file) => file.name))
  const segmentationNames = namesOf('segmentation')
  const shared = new Set([...namesOf('main')].filter((name) => segmentationNames.has(name)))
  const inShared = (names: string[]) =>
    names
      .filter((name) => shared.has(name))
      .sort()
      .join(' ')
  const disputed = [...main].find(
    ([picture, names]) => segmentation.has(picture) && inShared(names) !== inShared(segmentation.get(picture)!),
  )
  const hasMasks = [...known.values()].some((entry) => entry.classMask !== null || entry.augMask !== null)
  const apart = disputed ? (hasMasks ? 'main' : 'segmentation') : null
  if (disputed) {
    const facts = { name: disputed[0] }
    problems.add({ file: 'ImageSets', code: 'voc/bad-split', remark: 'splitsApart', facts, severity: 'note' })
  }
  const merged = new Map<string, Set<string>>()
  for (const file of files) {
    const name = file.group === apart && shared.has(file.name) ? `${apart === 'main' ? 'Main' : 'Segmentation'}/${file.name}` : file.name
    const pictures = merged.get(name) ?? new Set()
    for (const picture of file.pictures) pictures.add(picture)
    merged.set(name, pictures)
  }
  return [...merged].map(([name, pictures]) => ({ name, pictures: [...pictures] }))
}
