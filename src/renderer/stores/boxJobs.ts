import { shallowReactive } from 'vue'
import { boxReportSchema, type BoxReport } from '../../shared/model/assistJobs.ts'
import type { Job } from '../../shared/model/job.ts'
import { t } from '../i18n/i18n.ts'
import { showToast } from '../ui/toasts.ts'
import { pageClient } from './link.ts'
import { attempt } from './report.ts'

/** What a job with boxes did, however it ended; null for other jobs, and for one that did not get so far. */
export function boxReport(job: Job): BoxReport | null {
  if (job.kind !== 'boxesToMasks' || job.endedAt === null) return null
  const parsed = boxReportSchema.safeParse(job.result)
  return parsed.success ? parsed.data : null
}

/** 'Cancelled. 5 boxes changed in 3 pictures. 2 without a fitting object, …': what is worth saying. */
export function boxText(job: Job, { changed, changedPictures, doubtful, locked, problems }: BoxReport): string {
  const left = doubtful + locked + problems.length
  return [
    ...(job.state === 'cancelled' ? [t('assist.boxes.cancelled')] : []),
    t('assist.boxes.done', { n: changed, pictures: changedPictures }, changed),
    ...(left > 0 ? [t('assist.boxes.left', { doubtful, locked, problems: problems.length })] : []),
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
