import { setImmediate } from 'node:timers/promises'
import { errorToWire } from '../../../shared/errors.ts'
import { inPicture } from '../../../shared/geometry/inPicture.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { Annotation, Edit } from '../../../shared/model/annotation.ts'
import { batchClient } from '../../../shared/model/batch.ts'
import type { Item } from '../../../shared/model/item.ts'
import type { Propagation, PropagationReport } from '../../../shared/model/propagation.ts'
import { sameThing } from '../../../shared/model/sameThing.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { KeepingContext } from '../../jobs/jobQueue.ts'
import { newId } from '../../newId.ts'
import { isPictureTrouble, keepProblems } from '../batches.ts'
import type { Host } from '../host.ts'

/** How many objects are compared before others get their turn: the host answers everybody. */
const sliceObjects = 500

async function inSlices<T>(list: readonly T[], work: (one: T) => void): Promise<void> {
  for (let from = 0; from < list.length; from += sliceObjects) {
    list.slice(from, from + sliceObjects).forEach(work)
    await setImmediate()
  }
}

interface Copies {
  readonly edits: Edit[]
  readonly known: number
  readonly outside: number
  readonly cut: number
}

/** What a picture gets: copies on top at the same place, cut at its border, without what is there already or would lie outside; copies of a group are one of their own. */
async function copiesFor(records: readonly Annotation[], picture: ImageSize, there: readonly Annotation[]): Promise<Copies> {
  const taken = new Set<string>()
  await inSlices(there, (record) => taken.add(sameThing(record)))
  const fresh: Annotation[] = []
  let [known, outside, cut] = [0, 0, 0]
  await inSlices(records, (record) => {
    const shape = inPicture(record.shape, picture)
    const copy = shape && { ...record, shape }
    if (!copy) outside++
    else if (taken.has(sameThing(copy))) known++
    else {
      fresh.push(copy)
      if (shape !== record.shape) cut++
    }
  })
  let z = there.reduce((top, record) => Math.max(top, record.z + 1), 0)
  const groups = new Map<string, string>()
  const groupOf = (groupId: string): string => groups.get(groupId) ?? groups.set(groupId, newId()).get(groupId)!
  const edits = fresh.map(({ classId, region, shape, attributes, groupId }): Edit => {
    const copy = { classId, region, shape, attributes, ...(groupId ? { groupId: groupOf(groupId) } : {}) }
    return { op: 'create', annotation: { id: newId(), ...copy, provenance: { kind: 'human' }, z: z++ } }
  })
  return { edits, known, outside, cut }
}

/** Objects of a picture into those that follow it: one entry of the journal for each, all of them taken back at once. Errors: item/not-found. */
export function createPropagate({ slot, jobs, events }: Host, who: () => string) {
  async function onPicture(store: ProjectStore, item: Item, records: readonly Annotation[], report: PropagationReport): Promise<void> {
    const { annotations } = await store.call('annotations.list', { itemId: item.id, client: '' })
    const { edits, known, outside, cut } = await copiesFor(records, item, annotations)
    report.known += known
    report.outside += outside
    if (edits.length === 0) return
    const client = batchClient(report.batchId, item.id)
    const entry = { entryId: newId(), itemId: item.id, client, command: 'propagate', who: who() }
    const { itemRev } = await store.call('annotations.apply', { ...entry, edits })
    events.emit({ type: 'annotations', itemId: item.id, itemRev, client })
    report.changedPictures++
    report.changed += edits.length
    report.cut += cut
  }

  async function run(
    store: ProjectStore,
    from: Item,
    { annotationIds, filter, pictures, skipDone }: Propagation,
    batchId: string,
    { signal, report: tell, keep }: KeepingContext,
  ): Promise<PropagationReport> {
    const report: PropagationReport = { batchId, changedPictures: 0, changed: 0, skipped: 0, known: 0, outside: 0, cut: 0, problems: [] }
    keep(report)
    await store.call('batches.begin', { batchId, itemId: from.id })
    const wanted = new Set(annotationIds)
    const { annotations } = await store.call('annotations.list', { itemId: from.id, client: '' })
    const records = annotations.filter(({ id }) => wanted.has(id))
    const { index } = await store.call('items.neighbours', { itemId: from.id, filter })
    // The index counts what lies before, whether or not the filter shows the picture itself (its state may just have changed).
    const window = await store.call('items.window', { datasetId: from.datasetId, filter, offset: index, limit: pictures + 1 })
    const items = window.items.filter(({ id }) => id !== from.id).slice(0, pictures)
    for (const [i, item] of items.entries()) {
      if (signal.aborted) break
      tell({ phase: 'propagating', done: i, total: items.length })
      if (skipDone && (item.status === 'done' || item.status === 'reviewed')) {
        report.skipped++
        continue
      }
      try {
        await onPicture(store, item, records, report)
      } catch (error) {
        if (!isPictureTrouble(error) || report.problems.length >= keepProblems) throw error
        report.problems.push({ itemId: item.id, item: item.name, error: errorToWire(error) })
      }
    }
    return report
  }

  return async (propagation: Propagation): Promise<{ jobId: string }> => {
    const { store } = slot.require()
    const from = await store.call('items.get', { itemId: propagation.itemId })
    // The job is the batch: what was cancelled or failed halfway can be taken back, too.
    const jobId: string = jobs.start({
      kind: 'propagate',
      subject: from.name,
      run: (context) => run(store, from, propagation, jobId, context),
    })
    return { jobId }
  }
}
