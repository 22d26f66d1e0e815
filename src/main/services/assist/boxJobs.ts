import type { SamQuestion } from '../../../shared/api/compute/assist.ts'
import { AppError, CancelledError, errorToWire } from '../../../shared/errors.ts'
import type { Annotation, Edit } from '../../../shared/model/annotation.ts'
import type { AssistCandidate } from '../../../shared/model/assist.ts'
import type { BoxJob, BoxReport } from '../../../shared/model/assistJobs.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { paintOver, type PaintedOver } from '../../../shared/painting/paintOver.ts'
import { batchClient } from '../../../shared/model/batch.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { KeepingContext } from '../../jobs/jobQueue.ts'
import { newId } from '../../newId.ts'
import { isPictureTrouble, keepProblems, nameOf, nameOrId } from '../batches.ts'
import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { AssistModels, UsableModel } from './assistModels.ts'
import { outcomeOf, rectOf, withRegions, type BoxAnnotation } from './boxOutcome.ts'
import { byWindow } from './boxWindows.ts'
import type { Looks } from './looks.ts'

const pageSize = 500

export interface BoxJobsOptions {
  readonly host: Host
  readonly models: AssistModels
  readonly looks: Looks
  readonly who: () => string
}

/** Boxes of pictures to masks, polygons or tighter boxes: one journal entry per picture, all of them taken back at once. */
export function createBoxJobs({ host, models, looks, who }: BoxJobsOptions): Pick<AreaService<'assist'>, 'boxesToMasks' | 'undoBatch'> {
  const { slot, jobs, events } = host

  async function masksFor(
    store: ProjectStore,
    model: UsableModel,
    files: ItemFiles,
    boxes: readonly BoxAnnotation[],
    signal: AbortSignal,
  ): Promise<Map<string, AssistCandidate>> {
    const found = new Map<string, AssistCandidate>()
    for (const { window, together } of byWindow(boxes, ({ shape }) => rectOf(shape), files, model.facts.preprocess.size)) {
      const look = await looks.of(store.folder, model, files, window)
      // One by one: a click of somebody who waits goes between two of them.
      for (const box of together) {
        const { answers } = await looks.answer(look, [questionOf(box)], { urgency: 'job', signal })
        const best = answers[0]![0]
        if (best) found.set(box.id, best)
      }
    }
    return found
  }

  async function onPicture(store: ProjectStore, model: UsableModel, job: BoxJob, itemId: string, report: BoxReport, signal: AbortSignal) {
    const { batchId } = report
    const { annotations } = await store.call('annotations.list', { itemId, client: '' })
    const wanted = annotations.filter((annotation): annotation is BoxAnnotation => isWanted(annotation, job))
    const free = wanted.filter(({ locked }) => !locked)
    report.locked += wanted.length - free.length
    const keeps = job.keepBoxes && job.result !== 'tightBox'
    const settled = keeps ? withRegions(free, annotations) : new Set<string>()
    const boxes = free.filter(({ id }) => !settled.has(id))
    report.done += settled.size
    if (boxes.length === 0) return
    const files = await store.call('items.files', { itemId })
    const masks = await masksFor(store, model, files, boxes, signal)
    const top = annotations.reduce((most, { z }) => Math.max(most, z), 0)
    const wished = boxes.flatMap((box, i): Edit[] => {
      const candidate = masks.get(box.id)
      const shape = candidate ? outcomeOf(candidate.mask, box.shape, job) : 'doubtful'
      if (typeof shape === 'string') {
        report[shape]++
        return []
      }
      const provenance = { kind: 'assist', modelId: model.id, name: model.name } as const
      if (!keeps) return [{ op: 'update', id: box.id, rev: box.rev, patch: { shape, provenance } }]
      const { classId, region, attributes, groupId } = box
      const group = groupId ? { groupId } : {}
      return [{ op: 'create', annotation: { id: newId(), classId, region, shape, attributes, provenance, z: top + 1 + i, ...group } }]
    })
    const { edits, empty, meetsLockedVoid } = painted(wished, job, annotations, files)
    report.protected += empty.size
    report.lockedVoid ||= meetsLockedVoid
    if (edits.length === 0) return
    const client = batchClient(batchId, itemId)
    const command = job.result === 'tightBox' ? 'tightenBoxes' : 'boxesToMasks'
    const { itemRev } = await store.call('annotations.apply', { entryId: newId(), itemId, client, command, edits: [...edits], who: who() })
    events.emit({ type: 'annotations', itemId, itemRev, client })
    report.changedPictures++
    report.changed += wished.length - empty.size
  }

  async function run(
    store: ProjectStore,
    job: BoxJob,
    batchId: string,
    { signal, report: tell, keep }: KeepingContext,
  ): Promise<BoxReport> {
    const model = await models.usable(job.modelId ?? null)
    const pictures: readonly Picture[] =
      job.scope.kind === 'items' ? job.scope.itemIds.map((id) => ({ id })) : await picturesOf(store, job.scope, signal)
    const report: BoxReport = {
      batchId,
      pictures: 0,
      changedPictures: 0,
      changed: 0,
      locked: 0,
      doubtful: 0,
      done: 0,
      protected: 0,
      lockedVoid: false,
      problems: [],
    }
    keep(report)
    for (const picture of pictures) {
      const itemId = picture.id
      tell({ phase: 'assisting', done: report.pictures, total: pictures.length })
      try {
        // A model that was set aside meanwhile ends the job.
        await onPicture(store, await models.usable(model.id), job, itemId, report, signal)
      } catch (error) {
        if (signal.aborted || !isPictureTrouble(error) || report.problems.length >= keepProblems) throw error
        report.problems.push({ itemId, item: picture.name ?? (await nameOrId(store, itemId)), error: errorToWire(error) })
      }
      report.pictures++
    }
    tell({ phase: 'assisting', done: report.pictures, total: pictures.length })
    return report
  }

  return {
    async boxesToMasks(job) {
      const { store } = slot.require()
      const { scope } = job
      const subject =
        scope.kind === 'dataset'
          ? (await store.call('datasets.get', { datasetId: scope.datasetId })).name
          : await nameOf(store, scope.itemIds[0]!)
      // What cannot work at all is said at once, not by a job.
      await models.usable(job.modelId ?? null)
      // The job is the batch: what was cancelled or failed halfway can be taken back, too.
      const jobId: string = jobs.start({ kind: 'boxesToMasks', subject, run: (context) => run(store, job, jobId, context) })
      return { jobId }
    },
    async undoBatch({ batchId }) {
      const { store } = slot.require()
      const clients = await store.call('journal.batch', { prefix: batchClient(batchId, '') })
      let undone = 0
      for (const client of clients) {
        try {
          const { itemId, itemRev } = await store.call('annotations.undo', { client, entryId: newId(), who: who() })
          events.emit({ type: 'annotations', itemId, itemRev, client })
          undone++
        } catch (error) {
          // A picture on which somebody worked since, or that was set aside, stays as it is.
          if (!(error instanceof AppError && /^(journal|item)\//.test(error.code))) throw error
        }
      }
      return { undone, left: clients.length - undone }
    },
  }
}

/** Masks as the person who asked for them would have painted them; boxes are not painted. */
function painted(wished: readonly Edit[], { painting, result }: BoxJob, records: readonly Annotation[], image: ImageSize): PaintedOver {
  if (!painting || result === 'tightBox') return { edits: wished, empty: new Set(), meetsLockedVoid: false }
  const unseen = new Set(painting.unseen)
  return paintOver({ image, records, rule: painting, isOnShow: ({ id }) => !unseen.has(id) }, wished)
}

/** `name` absent: it was asked for by its id. */
interface Picture {
  readonly id: string
  readonly name?: string
}

async function picturesOf(
  store: ProjectStore,
  { datasetId, filter }: Extract<BoxJob['scope'], { kind: 'dataset' }>,
  signal: AbortSignal,
): Promise<Picture[]> {
  const pictures: Picture[] = []
  // Taken down before anything changes: a picture that is worked on may leave the filter, or be set aside.
  for (let total = Infinity; pictures.length < total;) {
    if (signal.aborted) throw new CancelledError()
    const page = await store.call('items.window', { datasetId, filter, offset: pictures.length, limit: pageSize })
    total = page.total
    if (page.items.length === 0) break
    pictures.push(...page.items.map(({ id, name }) => ({ id, name })))
  }
  return pictures
}

/** A box that lies askew has no tighter one: it stays. */
function isWanted({ id, shape, classId }: Annotation, { classIds, annotationIds, result }: BoxJob): boolean {
  return (
    (shape.kind === 'box' || (shape.kind === 'rotatedBox' && result !== 'tightBox')) &&
    (classIds === null || (classId !== null && classIds.includes(classId))) &&
    (annotationIds === null || annotationIds.includes(id))
  )
}

function questionOf({ shape }: BoxAnnotation): SamQuestion {
  const { x, y, w, h } = rectOf(shape)
  return { points: [], box: [x, y, x + w, y + h], mask: null, previous: null, passing: true }
}
