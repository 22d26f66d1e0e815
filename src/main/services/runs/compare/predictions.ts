import { readdir, rm, stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import path from 'node:path'
import type { ComparedPictures, PredictOutcome } from '../../../../shared/api/page/comparisons.ts'
import { pairPlace } from '../../../../shared/comparison/pictureScores.ts'
import { AppError, CancelledError, errorToWire } from '../../../../shared/errors.ts'
import { countsFile, pairsSchema, parseCounts } from '../../../../shared/model/comparedItems.ts'
import { isLive } from '../../../../shared/model/run.ts'
import type { ProjectStore } from '../../../db/store.ts'
import { startCompute } from '../../../jobs/computeProcess.ts'
import type { JobContext } from '../../../jobs/jobQueue.ts'
import type { Host } from '../../host.ts'
import type { RefuseChanged } from '../../snapshot/frozenPictures.ts'
import { readText, runFolderOf } from '../runFolder.ts'
import { comparisonsFolder, findComparedSet, pairsFileOf, writeItems, type ComparedSet, type PredictingRun } from './comparedSet.ts'
import { setAside } from './setAside.ts'

const stopGraceMs = 2_000
/** Older comparisons are removed; they can be computed again. */
const keepSets = 30

/** Who predicts what is compared. */
export interface Comparing {
  readonly host: Host
  readonly refuseChanged: RefuseChanged
}

export interface PictureRequest {
  readonly runIds: readonly string[]
  readonly baselineId: string
  readonly limit: number
}

/** What is known of the predictions; computes none. Errors: run/not-found, input/invalid. */
export async function knownPictures(store: ProjectStore, request: PictureRequest): Promise<ComparedPictures> {
  const set = await findComparedSet(store, request)
  const runs = await Promise.all(
    set.runs.map(async ({ run, checkpoint, classes, key, folder }) => {
      const known = folder ? parseCounts(await readText(path.join(folder, countsFile))) : new Map<number, number[]>()
      return {
        runId: run.id,
        checkpoint: checkpoint && { name: checkpoint.name, step: checkpoint.step, best: checkpoint.best },
        classes,
        key,
        counts: set.items.map((_, n) => known.get(n) ?? null),
      }
    }),
  )
  const complete = set.runs.filter(
    (_, i) => set.items.length > 0 && runs[i]!.key !== null && runs[i]!.counts.every((each) => each !== null),
  )
  return {
    baselineId: request.baselineId,
    key: set.key,
    classes: set.classes,
    pictures: set.items.map(({ id, name, width, height }) => ({ itemId: id, name, width, height })),
    total: set.total,
    gone: set.gone,
    runs,
    pairs: await knownPairs(set, complete),
  }
}

/** Spread over all runs of the set: pairs with a run that has not predicted are null. */
async function knownPairs(set: ComparedSet, complete: readonly PredictingRun[]): Promise<ComparedPictures['pairs']> {
  if (complete.length === 0) return null
  const { file, sorted } = pairsFileOf(set, complete)
  let stored: (number | null)[][]
  try {
    stored = pairsSchema.parse(JSON.parse(await readText(file)))
  } catch {
    return null
  }
  const place = set.runs.map((run) => sorted.findIndex((each) => each.key !== null && each.key === run.key))
  return set.items.map((_, n) =>
    set.runs.flatMap((_run, b) =>
      set.runs.slice(0, b).map((_other, a) => {
        const [x, y] = [place[a]!, place[b]!]
        return x < 0 || y < 0 ? null : (stored[n]?.[pairPlace(x, y)] ?? null)
      }),
    ),
  )
}

/**
 * Predicts what is not known yet, in a process of its own; a run that trains only when asked to. Pictures that cannot be read leave the comparison.
 * Errors: file/*, voc/*, disk/*, process/*, cancelled.
 */
export async function predictAll(
  { host, refuseChanged }: Comparing,
  store: ProjectStore,
  request: PictureRequest & { readonly withLive: boolean },
  context: JobContext,
): Promise<PredictOutcome> {
  const aside = new Set<string>()
  for (;;) {
    const set = await findComparedSet(store, request)
    if (set.items.length === 0) return { pictures: 0, predicted: 0, failed: [] }
    try {
      await requireUnchanged(refuseChanged, store, set, context)
      return await predictSet(host, store, { set, withLive: request.withLive }, context)
    } catch (error) {
      const file = await setAside(set, error)
      // A file that fails again is no file that was damaged once.
      if (file === null || aside.has(file)) throw error
      aside.add(file)
      host.log.warn({ err: error, file }, 'a file that cannot be read is left out of a comparison')
    }
  }
}

/** A picture that another file became would be told of as what the runs see in it; the error names the file as the set does. Errors: file/*, cancelled. */
async function requireUnchanged(
  refuseChanged: RefuseChanged,
  store: ProjectStore,
  set: ComparedSet,
  { signal, report }: JobContext,
): Promise<void> {
  report({ phase: 'drawing', done: 0, total: set.items.length })
  for (const picture of set.frozen)
    await refuseChanged(store, [picture], signal).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
      throw new AppError(error.code, error.message, { ...error.data, file: picture.imagePath }, { cause: error })
    })
}

async function predictSet(
  host: Host,
  store: ProjectStore,
  { set, withLive }: { set: ComparedSet; withLive: boolean },
  { signal, report }: JobContext,
): Promise<PredictOutcome> {
  const outcome: PredictOutcome = { pictures: set.items.length, predicted: 0, failed: [] }
  const itemsFile = await writeItems(set)
  const wanted = set.runs.filter((each) => each.folder !== null && (withLive || !isLive(each.run)))
  const compute = startCompute(host.supervisor, { name: 'comparison', memoryLimitBytes: Math.round(totalmem() * 0.5) })
  const follow = async (phase: string, words: AsyncIterable<{ done: number; total: number }>, before = 0, total?: number) => {
    for await (const word of words) {
      if (signal.aborted) throw new CancelledError()
      report({ phase, done: before + word.done, total: total ?? word.total })
    }
  }
  try {
    report({ phase: 'drawing', done: 0, total: set.items.length })
    await follow('drawing', await compute.client.drawTruth({ itemsFile, outFolder: path.join(set.folder, 'truth') }, { signal }))
    const complete: PredictingRun[] = []
    for (const [i, each] of wanted.entries()) {
      try {
        const checkpoint = { which: each.checkpoint!.best ? ('best' as const) : ('last' as const), step: each.checkpoint!.step }
        const runFolder = runFolderOf(store.folder, each.run.id)
        const words = await compute.client.predictForComparison({ runFolder, checkpoint, itemsFile, outFolder: each.folder! }, { signal })
        await follow('predicting', words, i * set.items.length, wanted.length * set.items.length)
        complete.push(each)
      } catch (error) {
        if (!(error instanceof AppError) || !/^(checkpoint|config)\//.test(error.code)) throw error
        outcome.failed.push({ runId: each.run.id, error: errorToWire(error) })
      }
    }
    outcome.predicted = complete.length
    if (complete.length > 0) {
      const { file, sorted } = pairsFileOf(set, complete)
      const maps = sorted.map((each) => ({ folder: each.folder!, index: [...set.union.index[set.runs.indexOf(each) + 1]!] }))
      if (!(await isThere(file)))
        await follow('comparing', await compute.client.compareMaps({ itemsFile, maps, outFile: file }, { signal }))
    }
    return outcome
  } finally {
    await compute.supervised.stop(stopGraceMs)
    await forgetOld(comparisonsFolder(store.folder))
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const sets = await Promise.all(names.map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })))
  const old = sets.sort((a, b) => b.at - a.at).slice(keepSets)
  await Promise.all(old.map(({ name }) => rm(path.join(folder, name), { recursive: true, force: true })))
}

/** Predictions of a run that is deleted for good go with it. */
export async function forgetPredictions(projectFolder: string, runId: string): Promise<void> {
  const folder = comparisonsFolder(projectFolder)
  for (const set of await readdir(folder).catch(() => []))
    for (const name of await readdir(path.join(folder, set)).catch(() => []))
      if (name.startsWith(`${runId}-`)) await rm(path.join(folder, set, name), { recursive: true, force: true })
}
