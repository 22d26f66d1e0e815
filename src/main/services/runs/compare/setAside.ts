import { mkdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../../shared/errors.ts'
import { readText, writeWhole } from '../runFolder.ts'

/** What is looked at of a set of compared pictures. */
interface ComparedFiles {
  readonly folder: string
  readonly runs: readonly { readonly folder: string | null }[]
  readonly items: readonly { readonly imagePath: string; readonly labelPath: string | null }[]
  readonly frozen: readonly { readonly imagePath: string; readonly imageSha256?: string | undefined }[]
}

const marksSchema = z.array(z.string())

/** A file as it is now, or as what it is not now: one that changes is another. Errors: the system's, where it is not there. */
export async function markOf(file: string, notThis = ''): Promise<string> {
  const { size, ctimeMs } = await stat(file)
  return `${size} ${ctimeMs} ${file}${notThis && ` ${notThis}`}`
}

const fileOf = (comparisons: string): string => path.join(comparisons, 'unreadable.json')

/** Marks of the pictures and label maps that could not be read, or are not what was frozen. */
export async function unreadableMarks(comparisons: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(marksSchema.parse(JSON.parse(await readText(fileOf(comparisons)))))
  } catch {
    return new Set()
  }
}

/**
 * Takes out of the way the file that an error names, so that the rest can be compared: a picture or label map leaves the set as it is now, damaged
 * predictions are removed and can be made again. Answers with the file; null where the error is of no such file. Errors: disk/*.
 */
export async function setAside(set: ComparedFiles, error: unknown): Promise<string | null> {
  if (!(error instanceof AppError) || !/^(file|voc)\//.test(error.code)) return null
  const { file } = error.data
  if (typeof file !== 'string') return null
  const own = set.runs.find(({ folder }) => folder !== null && file.startsWith(folder + path.sep))
  if (own) await rm(own.folder!, { recursive: true, force: true })
  else if (set.items.some(({ imagePath, labelPath }) => file === imagePath || file === labelPath)) {
    const comparisons = path.dirname(set.folder)
    // To a run that was trained on the file that is there now, it is the right one.
    const notThis = error.code === 'file/changed' ? set.frozen.find(({ imagePath }) => imagePath === file)?.imageSha256 : undefined
    const mark = await markOf(file, notThis).catch(() => null)
    // One that is gone is left out without a mark.
    if (mark === null) return file
    await mkdir(comparisons, { recursive: true })
    await writeWhole(fileOf(comparisons), JSON.stringify([...(await unreadableMarks(comparisons)), mark]))
  } else return null
  return file
}
