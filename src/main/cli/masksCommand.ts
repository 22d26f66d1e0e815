import { automaticDefaults } from '../../shared/assist/automaticDefaults.ts'
import { AppError, CancelledError, errorToWire, type WireError } from '../../shared/errors.ts'
import { isBackgroundName } from '../../shared/formats/vocNames.ts'
import { maskPolygon } from '../../shared/geometry/maskPolygon.ts'
import { mostEdits, type Annotation, type Edit } from '../../shared/model/annotation.ts'
import type { AutomaticMask, Review } from '../../shared/model/assistJobs.ts'
import { batchClient } from '../../shared/model/batch.ts'
import type { ClassRecord } from '../../shared/model/dataset.ts'
import type { Item } from '../../shared/model/item.ts'
import type { MaskShape, PolygonShape } from '../../shared/model/shape.ts'
import { newId } from '../newId.ts'
import { isPictureTrouble, keepProblems } from '../services/batches.ts'
import { findSam } from './assistCommands.ts'
import type { Command } from './commands.ts'
import { followJob } from './follow.ts'
import { findDataset, findModel } from './lookup.ts'

export interface MasksOptions {
  dataset?: string
  split?: string
  withoutObjects: boolean
  model?: string
  /** What automatic masks become; without it, objects without a class. */
  class?: string
  /** A trained model whose prediction says where objects are, and of which class. */
  prediction?: string
  result: 'mask' | 'polygon'
  tolerance: number
  /** Of automatic masks; what is not said is up to the SAM. */
  points?: number
  iou?: number
  stability?: number
}

interface MasksReport {
  readonly batchId: string
  pictures: number
  changedPictures: number
  masks: number
  problems: { itemId: string; item: string; error: WireError }[]
}

/** How the masks of a picture are found, and what each of them becomes; null: nothing. */
interface Source {
  readonly command: 'automaticMasks' | 'acceptProposals'
  start(itemId: string): Promise<{ jobId: string }>
  become(mask: AutomaticMask, review: Review): Pick<Annotation, 'classId' | 'provenance'> | null
}

/** Every object of every picture, or what a trained model predicts with its edges drawn by SAM, accepted into the project: what the label page offers for review. */
export async function masksCommand(command: Command, options: MasksOptions): Promise<void> {
  const { session, output, signal } = command
  const { client } = session
  const { id: datasetId } = await findDataset(client, options.dataset)
  const source = await sourceOf(command, await client.datasets.classes({ datasetId }), options)
  const items = await picturesOf(command, datasetId, options)
  const report: MasksReport = { batchId: newId(), pictures: 0, changedPictures: 0, masks: 0, problems: [] }
  const undo = `maskwright assist undo ${report.batchId}`
  try {
    for (const item of items) {
      if (signal.aborted) throw new CancelledError()
      const label = `${report.pictures + 1}/${items.length} ${item.name}`
      await onPicture(command, item, source, options, { report, label }).catch((error: unknown) => {
        if (signal.aborted || !isPictureTrouble(error) || report.problems.length >= keepProblems) throw error
        report.problems.push({ itemId: item.id, item: item.name, error: errorToWire(error) })
      })
      report.pictures++
    }
  } catch (error) {
    if (report.masks > 0) output.note(`what was done until now can be taken back: ${undo}`)
    throw error
  }
  output.result(report, ({ pictures, changedPictures, masks, problems }) => [
    `${masks} masks on ${changedPictures} pictures (${pictures} looked at)`,
    ...problems.map(({ item, error }) => `  ${item}  ${error.code}  ${error.message}`),
    ...(masks > 0 ? [`take all of it back: ${undo}`] : []),
  ])
}

/** Errors: assist/*, class/not-found, model/not-found, input/invalid (a class, where the prediction says which). */
async function sourceOf({ session }: Command, classes: readonly ClassRecord[], options: MasksOptions): Promise<Source> {
  const { client, core } = session
  const sam = options.model === undefined ? null : await findSam(core, options.model)
  const modelId = sam ? { modelId: sam.id } : {}
  const classNamed = (name: string) => classes.find((record) => record.name === name)
  if (options.prediction !== undefined) {
    if (options.class !== undefined) throw new AppError('input/invalid', 'the prediction says which class: leave --class out')
    const { id: predictionModelId, classes: predicted } = await findModel(client, options.prediction)
    const names = predicted.map(({ name }) => name).filter((name) => !isBackgroundName(name) && classNamed(name))
    if (names.length === 0) throw new AppError('class/not-found', 'the dataset has none of the classes that the model predicts')
    return {
      command: 'acceptProposals',
      start: (itemId) => client.assist.fromPrediction({ itemId, predictionModelId, ...modelId, classes: names }),
      become({ className, iou }) {
        const found = className === null ? undefined : classNamed(className)
        const score = Math.min(1, Math.max(0, iou ?? 1))
        return found ? { classId: found.id, provenance: { kind: 'model', modelId: predictionModelId, score } } : null
      },
    }
  }
  const wanted = options.class === undefined ? null : classNamed(options.class)
  if (wanted === undefined)
    throw new AppError(
      'class/not-found',
      `the dataset has no class ${options.class}; it has ${classes.map(({ name }) => name).join(', ') || 'none'}`,
    )
  const used = sam ?? (await core.cliClient().assist.models({})).models.find(({ isDefault }) => isDefault)
  const automatic = {
    ...automaticDefaults(used?.facts?.isSmall ?? false),
    ...(options.points === undefined ? {} : { pointsPerSide: options.points }),
    ...(options.iou === undefined ? {} : { predIouThreshold: options.iou }),
    ...(options.stability === undefined ? {} : { stabilityThreshold: options.stability }),
  }
  return {
    command: 'automaticMasks',
    start: (itemId) => client.assist.automatic({ itemId, ...modelId, options: automatic }),
    become: (_, { modelId: by, modelName: name }) => ({ classId: wanted?.id ?? null, provenance: { kind: 'assist', modelId: by, name } }),
  }
}

const pageSize = 500

async function picturesOf(
  { session: { client } }: Command,
  datasetId: string,
  { split, withoutObjects }: MasksOptions,
): Promise<Pick<Item, 'id' | 'name'>[]> {
  const filter = { split: split ?? null, classId: null, status: null, text: '', ...(withoutObjects ? { withoutObjects } : {}) }
  const found: Pick<Item, 'id' | 'name'>[] = []
  for (;;) {
    const { items } = await client.items.window({ datasetId, filter, offset: found.length, limit: pageSize })
    found.push(...items)
    if (items.length < pageSize) return found
  }
}

async function onPicture(
  { session: { client }, output, signal }: Command,
  { id: itemId }: Pick<Item, 'id'>,
  source: Source,
  options: MasksOptions,
  { report, label }: { report: MasksReport; label: string },
): Promise<void> {
  const { jobId } = await source.start(itemId)
  const { reviewId } = (await followJob(client, jobId, label, output, signal)) as { reviewId: string }
  const review = await client.assist.review({ reviewId })
  const clientOf = batchClient(report.batchId, itemId)
  const { annotations } = await client.annotations.list({ itemId, client: clientOf })
  const top = annotations.reduce((most, { z }) => Math.max(most, z), -1)
  const edits = review.masks.slice(0, mostEdits).flatMap((mask, i): Edit[] => {
    const becomes = source.become(mask, review)
    const shape = shapeOf(mask.mask, options)
    return becomes
      ? [{ op: 'create', annotation: { id: newId(), region: 'object', shape, attributes: {}, z: top + 1 + i, ...becomes } }]
      : []
  })
  if (edits.length === 0) return
  await client.annotations.apply({ entryId: newId(), itemId, client: clientOf, command: source.command, edits })
  report.changedPictures++
  report.masks += edits.length
}

function shapeOf(mask: MaskShape, { result, tolerance }: MasksOptions): MaskShape | PolygonShape {
  return (result === 'polygon' ? maskPolygon(mask, tolerance) : null) ?? mask
}
