import path from 'node:path'
import { vocClassNames } from '../../../shared/formats/vocNames.ts'
import { parseClassNames, parseLabelmap, patchClassFile } from '../../../shared/formats/vocText.ts'
import type { ClassRecord } from '../../../shared/model/dataset.ts'
import type { StoredDataset } from '../../db/store.ts'
import type { ImportOperations } from '../../media/importOperations.ts'
import type { WorkerPool } from '../../media/workerPool.ts'

/** A class with its name in the source folder (null: made here) and the mask index it is written with. */
export type ExportClass = ClassRecord & { sourceName: string | null; index: number | null }

export interface ClassListOptions {
  dataset: StoredDataset
  classes: ReadonlyMap<string, ExportClass>
  /** Mask indices that were painted. */
  used: ReadonlySet<number>
  /** Files of the source folder. */
  listed: readonly string[]
  pool: WorkerPool<ImportOperations>
  hasMasks: boolean
}

/**
 * The class list of a written dataset, or null when the one there is (or none) still says it all: the source's with only the lines changed that differ, taken
 * from the folder above when it was there; class_names.txt when masks have names that VOC's own list does not give.
 */
export async function writeClassList(options: ClassListOptions): Promise<{ relPath: string; text: string } | null> {
  const { dataset, classes, used, listed, pool, hasMasks } = options
  const from = dataset.dialect.classNamesFrom
  const all = [...classes.values()].sort((a, b) => (a.index ?? 256) - (b.index ?? 256))
  if (from === 'voc' || from === 'found') {
    const needed =
      hasMasks &&
      (from === 'voc' ? all.some((c) => c.index !== null && used.has(c.index) && vocClassNames[c.index] !== c.name) : used.size > 0)
    const renamed = hasMasks && from === 'voc' && all.some((c) => c.maskIndex !== null && c.sourceName !== null && c.sourceName !== c.name)
    return needed || renamed ? { relPath: 'class_names.txt', text: fullList(all, used) } : null
  }
  const here = listed.includes(from)
  const text = await readClassList(dataset, listed, pool)
  if (text === null) return { relPath: from, text: fullList(all, used) }
  const renames = new Map(all.flatMap((c) => (c.sourceName !== null && c.sourceName !== c.name ? [[c.sourceName, c.name] as const] : [])))
  const added = hasMasks ? addedClasses(all, used) : []
  const patched = patchClassFile(text, renames, added, from === 'labelmap.txt')
  const parse = from === 'labelmap.txt' ? parseLabelmap : parseClassNames
  const says = new Map(parse(patched).map((c) => [c.index, c.name]))
  // A list with gaps cannot be continued at its end.
  if (added.some((c) => says.get(c.index) !== c.name))
    return { relPath: from === 'labelmap.txt' ? 'class_names.txt' : from, text: fullList(all, used) }
  return here && patched === text ? null : { relPath: from, text: patched }
}

/** The text of the class list the dataset was read with, from its folder or the one above; null: it has none any more. */
export function readClassList(
  { dialect, rootPath }: StoredDataset,
  listed: readonly string[],
  pool: WorkerPool<ImportOperations>,
  signal?: AbortSignal,
): Promise<string | null> {
  const relPath = dialect.classNamesFrom
  const root = listed.includes(relPath) ? rootPath : path.dirname(rootPath)
  return pool.call('readText', { root, relPath }, signal ? { signal } : {})
}

/** Classes made here or without an index of their own that masks now use; they follow in index order. */
function addedClasses(all: readonly ExportClass[], used: ReadonlySet<number>): { name: string; index: number; color: string }[] {
  return all.flatMap((c) =>
    c.index !== null && used.has(c.index) && (c.sourceName === null || c.maskIndex === null)
      ? [{ name: c.name, index: c.index, color: c.color }]
      : [],
  )
}

/** A name per line, its line its index; an index without a class keeps its place. */
function fullList(all: readonly ExportClass[], used: ReadonlySet<number>): string {
  const names = new Map(
    all.flatMap((c) => (c.index !== null && (c.maskIndex !== null || used.has(c.index)) ? [[c.index, c.name] as const] : [])),
  )
  const last = Math.max(-1, ...names.keys())
  return Array.from({ length: last + 1 }, (_, index) => `${names.get(index) ?? `class ${index}`}\n`).join('')
}
