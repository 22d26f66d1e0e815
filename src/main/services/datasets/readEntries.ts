import { append } from '../../../shared/append.ts'
import { AppError } from '../../../shared/errors.ts'
import type { FileProblem } from '../../../shared/model/dataset.ts'
import { endedByOthers, works } from '../../media/blame.ts'
import type { ScanEntry } from '../../media/datasetScan.ts'
import type { ImportOperations } from '../../media/importOperations.ts'
import type { ReadItem, ReadRules } from '../../media/itemReader.ts'
import { remarked } from '../../media/problemList.ts'
import type { WorkerPool } from '../../media/workerPool.ts'

interface ReadResult {
  items: ReadItem[]
  problems: FileProblem[]
}

const labelFields = ['xml', 'classMask', 'augMask', 'objectMask'] as const
const baseTimeoutMs = 60_000

/**
 * Reads a batch in a worker. When the worker dies over it, its entries are read one by one; one that kills the worker again is taken apart file by
 * file, and the file that does it is quarantined by name (file/poison) while the rest is kept. Errors: process/gone when no file is to blame.
 */
export async function readEntries(
  pool: WorkerPool<ImportOperations>,
  root: string,
  entries: ScanEntry[],
  rules: ReadRules,
  signal: AbortSignal,
): Promise<ReadResult> {
  const read = (some: ScanEntry[]) =>
    pool.call('read', { root, entries: some, rules }, { signal, timeoutMs: baseTimeoutMs + some.length * 10_000 })
  const probe = () => pool.call('originFacts', { root, files: [] }, { signal })
  const innocent = async (error: AppError): Promise<boolean> => endedByOthers(error) || !(await works(probe))
  try {
    return await read(entries)
  } catch (error) {
    if (!isCrash(error)) throw error
  }
  const result: ReadResult = { items: [], problems: [] }
  for (const entry of entries) {
    const part = await read([entry]).catch(async (error: unknown) => {
      if (!isCrash(error) || (await innocent(error))) throw error
      return takeApart(entry, read)
    })
    append(result.items, part.items)
    append(result.problems, part.problems)
  }
  return result
}

const isCrash = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'process/gone' || error.code === 'process/timeout')
const isOwnCrash = (error: unknown): error is AppError => isCrash(error) && !endedByOthers(error)

const endedOnce = (file: string): FileProblem => remarked({ file, code: 'file/poison', remark: 'endedReader', severity: 'warning' })

async function takeApart(entry: ScanEntry, read: (entries: ScanEntry[]) => Promise<ReadResult>): Promise<ReadResult> {
  const poison = (file: string, error: AppError): FileProblem => ({
    file,
    line: null,
    code: 'file/poison',
    message: `reading it ended the import process twice (${error.message})`,
    facts: { ...error.data },
    severity: 'refused',
  })
  let kept: ScanEntry = { ...entry, xml: null, classMask: null, augMask: null, objectMask: null }
  let best: ReadResult
  try {
    best = await read([kept])
  } catch (error) {
    if (!isOwnCrash(error)) throw error
    return { items: [], problems: [poison(entry.image, error)] }
  }
  const quarantined: FileProblem[] = []
  for (const field of labelFields) {
    const file = entry[field]
    if (file === null) continue
    const more = { ...kept, [field]: file }
    try {
      best = await read([more])
      kept = more
    } catch (error) {
      if (!isOwnCrash(error)) throw error
      quarantined.push(poison(file, error))
    }
  }
  // Nothing alone did it: whatever it was, it is over.
  return quarantined.length > 0
    ? { items: best.items, problems: [...best.problems, ...quarantined] }
    : { items: best.items, problems: [...best.problems, endedOnce(entry.image)] }
}
