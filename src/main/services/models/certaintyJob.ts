import type { ComputeClient } from '../../../shared/api/compute/contract.ts'
import { AppError, errorToWire } from '../../../shared/errors.ts'
import type { CertaintyReport } from '../../../shared/model/certainty.ts'
import type { Item, ItemFilter } from '../../../shared/model/item.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { JobContext } from '../../jobs/jobQueue.ts'
import { keepProblems } from '../batches.ts'

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
/** A picture may end the process that looks at it; so many of them in a row, and another one tells whether it is the pictures. */
const endedInARow = 5
/** Pictures from elsewhere in the list that are tried where the model has not looked at any yet. */
const mostTried = 3

type Listed = Pick<Item, 'id' | 'name'>

async function itemsOf(store: ProjectStore, { datasetId, filter }: CertaintyInput): Promise<Listed[]> {
  const list: Listed[] = []
  for (;;) {
    const { items } = await store.call('items.window', { datasetId, filter, offset: list.length, limit: pageItems })
    list.push(...items.map(({ id, name }) => ({ id, name })))
    if (items.length < pageItems) return list
  }
}

/** Pictures the model can look at, if it can look at any: one that it did look at, else some far from here. */
function witnesses(proven: string | null, ahead: readonly Listed[]): string[] {
  if (proven !== null) return [proven]
  const steps = Array.from({ length: mostTried }, (_, i) => Math.floor(((i + 1) * ahead.length) / mostTried) - 1)
  return [...new Set(steps)].flatMap((at) => ahead[at]?.id ?? [])
}

/**
 * Asks a model how sure it is of each picture of a list, and keeps it; a picture that cannot be read, or that ends the process, is named and passed.
 * Errors: model/not-found (its file is gone), model/bad-file, process/* (it ends with pictures from everywhere).
 */
export async function findCertainty(
  input: CertaintyInput,
  ports: CertaintyPorts,
  { signal, report }: JobContext,
): Promise<CertaintyReport> {
  const { modelId, datasetId, again } = input
  const { store, modelFile } = ports
  const list = await itemsOf(store, input)
  const looked = new Set(await store.call('certainty.known', { datasetId, modelId }))
  const known = again ? new Set<string>() : looked
  const wanted = list.filter(({ id }) => !known.has(id))
  const result: CertaintyReport = { scored: 0, known: list.length - wanted.length, failed: 0, problems: [] }
  let proven = list.find(({ id }) => looked.has(id))?.id ?? null
  let ended = 0
  let scores: { itemId: string; score: number }[] = []
  let keptAt = Date.now()
  const keep = async (): Promise<void> => {
    if (scores.length > 0) await store.call('certainty.keep', { modelId, scores })
    if (scores.length > 0) ports.changed()
    scores = []
    keptAt = Date.now()
  }
  const look = async (itemId: string): Promise<number> => {
    const imageFile = await ports.imageFileOf(itemId)
    return (await ports.compute().certainty({ modelFile, imageFile }, { signal })).certainty
  }
  const canLook = async (itemId: string): Promise<boolean> =>
    look(itemId).then(
      () => true,
      (error: unknown) => {
        if (signal.aborted) throw error
        return isOfPicture(error)
      },
    )
  /** Whether the process ends by the pictures, and not by the model. */
  async function isByPictures(ahead: readonly Listed[]): Promise<boolean> {
    for (const itemId of witnesses(proven, ahead)) if (await canLook(itemId)) return true
    return false
  }
  try {
    for (const [done, { id: itemId, name }] of wanted.entries()) {
      report({ phase: 'looking', done, total: wanted.length })
      try {
        scores.push({ itemId, score: await look(itemId) })
        result.scored++
        proven = itemId
        ended = 0
      } catch (error) {
        if (isGone(error, modelFile))
          throw new AppError('model/not-found', 'the file of this model is gone', { id: modelId }, { cause: error })
        if (signal.aborted || !(isOfPicture(error) || endedProcess(error))) throw error
        result.failed++
        if (result.problems.length < keepProblems) result.problems.push({ itemId, item: name, error: errorToWire(error) })
        if (endedProcess(error) && ++ended % endedInARow === 0 && !(await isByPictures(wanted.slice(done + 1)))) throw error
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
