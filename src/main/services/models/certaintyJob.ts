import type { ComputeClient } from '../../../shared/api/compute/contract.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CertaintyReport } from '../../../shared/model/certainty.ts'
import type { ItemFilter } from '../../../shared/model/item.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'

export interface CertaintyInput {
  readonly modelId: string
  readonly datasetId: string
  readonly filter: ItemFilter
  /** Pictures this model looked at before are looked at again. */
  readonly again: boolean
}

export interface CertaintyPorts {
  readonly store: ProjectStore
  readonly modelFile: string
  readonly compute: () => Pick<ComputeClient, 'certainty'>
  readonly imageFileOf: (itemId: string) => Promise<string>
  /** Lists show other pictures now. */
  readonly changed: () => void
}

const pageItems = 500
/** What was found out is kept this often, so that little is lost when it is cancelled. */
const keepEveryMs = 3_000
/** A picture may end the process that looks at it; so many of them in a row, and it is not the pictures. */
const mostEndedInARow = 5

async function itemsOf(store: ProjectStore, { datasetId, filter }: CertaintyInput): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const { items } = await store.call('items.window', { datasetId, filter, offset: ids.length, limit: pageItems })
    ids.push(...items.map(({ id }) => id))
    if (items.length < pageItems) return ids
  }
}

/**
 * Asks a model how sure it is of each picture of a list, and keeps it; a picture that cannot be read, or that ends the process, is counted and passed.
 * Errors: model/not-found (its file is gone), model/bad-file, process/*.
 */
export async function findCertainty(
  input: CertaintyInput,
  ports: CertaintyPorts,
  { signal, report }: JobContext,
): Promise<CertaintyReport> {
  const { modelId, datasetId, again } = input
  const { store, modelFile } = ports
  const ids = await itemsOf(store, input)
  const known = new Set(again ? [] : await store.call('certainty.known', { datasetId, modelId }))
  const wanted = ids.filter((id) => !known.has(id))
  const result: CertaintyReport = { scored: 0, known: ids.length - wanted.length, failed: 0, firstProblem: null }
  let endedInARow = 0
  let scores: { itemId: string; score: number }[] = []
  let keptAt = Date.now()
  const keep = async (): Promise<void> => {
    if (scores.length > 0) await store.call('certainty.keep', { modelId, scores })
    if (scores.length > 0) ports.changed()
    scores = []
    keptAt = Date.now()
  }
  try {
    for (const [done, itemId] of wanted.entries()) {
      report({ phase: 'looking', done, total: wanted.length })
      try {
        const imageFile = await ports.imageFileOf(itemId)
        const { certainty } = await ports.compute().certainty({ modelFile, imageFile }, { signal })
        scores.push({ itemId, score: certainty })
        result.scored++
        endedInARow = 0
      } catch (error) {
        if (isGone(error, modelFile))
          throw new AppError('model/not-found', 'the file of this model is gone', { id: modelId }, { cause: error })
        if (signal.aborted || !(isOfPicture(error) || (endedProcess(error) && ++endedInARow < mostEndedInARow))) throw error
        result.failed++
        result.firstProblem ??= error.message
      }
      if (Date.now() - keptAt > keepEveryMs) await keep()
    }
  } finally {
    await keep()
  }
  return result
}

const isOfPicture = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code.startsWith('file/') || error.code.startsWith('item/'))
const endedProcess = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'process/gone' || error.code === 'process/out-of-memory')
const isGone = (error: unknown, file: string): boolean =>
  error instanceof AppError && error.code === 'file/not-found' && error.data['file'] === file
