import { shallowReactive } from 'vue'
import { boxReportSchema, type BoxReport } from '../../shared/model/assistJobs.ts'
import type { Job } from '../../shared/model/job.ts'
import { propagationReportSchema, type PropagationReport } from '../../shared/model/propagation.ts'
import { t } from '../i18n/i18n.ts'
import { showToast } from '../ui/toasts.ts'
import { pageClient } from './link.ts'
import { attempt } from './report.ts'

/** What a job did to many pictures, all of which can be taken back at once. */
export interface Batch {
  readonly batchId: string
  /** Objects; none: there is nothing to take back. */
  readonly changed: number
  readonly problems: number
  readonly text: string
}

/** What a job with boxes or one that copied objects did, however it ended; null for other jobs, and for one that did not get so far. */
export function batchOf(job: Job): Batch | null {
  if (job.endedAt === null) return null
  if (job.kind === 'boxesToMasks') return batch(boxReportSchema.safeParse(job.result).data, (report) => boxText(job, report))
  if (job.kind === 'propagate') return batch(propagationReportSchema.safeParse(job.result).data, (report) => copiesText(job, report))
  return null
}

function batch<R extends BoxReport | PropagationReport>(report: R | undefined, textOf: (report: R) => string): Batch | null {
  if (!report) return null
  const { batchId, changed, problems } = report
  return { batchId, changed, problems: problems.length, text: textOf(report) }
}

/** So many pictures are named, the others counted. */
const mostNames = 3
const namesOf = (problems: BoxReport['problems']): string =>
  [...problems.slice(0, mostNames).map(({ item }) => item), ...(problems.length > mostNames ? ['…'] : [])].join(', ')

/** 'Cancelled. 5 boxes changed in 3 pictures. In 2 boxes nothing fits. …': what is worth saying. */
function boxText(
  job: Job,
  { changed, changedPictures, doubtful, done, locked, protected: guarded, lockedVoid, problems }: BoxReport,
): string {
  return [
    ...(job.state === 'cancelled' ? [t('assist.boxes.cancelled')] : []),
    t('assist.boxes.done', { n: changed, pictures: t('datasets.count', { n: changedPictures }, changedPictures) }, changed),
    ...(doubtful > 0 ? [t('assist.boxes.doubtful', {}, doubtful)] : []),
    ...(done > 0 ? [t('assist.boxes.settled', {}, done)] : []),
    ...(locked > 0 ? [t('assist.boxes.locked', {}, locked)] : []),
    ...(guarded > 0 ? [t('assist.boxes.protected', {}, guarded)] : []),
    ...(lockedVoid ? [t('brush.voidKept')] : []),
    ...(problems.length > 0 ? [t('assist.boxes.problems', { names: namesOf(problems) }, problems.length)] : []),
  ].join(' ')
}

function copiesText(job: Job, { changed, changedPictures, skipped, known, outside, cut, problems }: PropagationReport): string {
  return [
    ...(job.state === 'cancelled' ? [t('assist.boxes.cancelled')] : []),
    t('propagate.done', { n: changedPictures, objects: changed }, changedPictures),
    ...(skipped > 0 ? [t('propagate.skipped', {}, skipped)] : []),
    ...(known > 0 ? [t('propagate.known', {}, known)] : []),
    ...(outside > 0 ? [t('propagate.outside', {}, outside)] : []),
    ...(cut > 0 ? [t('propagate.cut', {}, cut)] : []),
    ...(problems.length > 0 ? [t('propagate.problems', {}, problems.length)] : []),
  ].join(' ')
}

/** Batches of which nothing is left to take back. */
export const takenBack = shallowReactive(new Set<string>())

/** Undoes all of a batch at once and says on how many pictures. */
export async function takeBack(batchId: string): Promise<void> {
  await attempt(async () => {
    const { undone, left } = await pageClient().assist.undoBatch({ batchId })
    if (left === 0) takenBack.add(batchId)
    showToast({ tone: 'info', text: t(left > 0 ? 'assist.boxes.undone' : 'assist.boxes.undoneAll', { n: undone, left }, undone) })
  })
}
