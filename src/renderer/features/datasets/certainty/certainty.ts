import type { CertaintyReport } from '../../../../shared/model/certainty.ts'
import type { ItemFilter } from '../../../../shared/model/item.ts'
import { t } from '../../../i18n/i18n.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { formatCount } from '../../../ui/format.ts'
import { showToast } from '../../../ui/toasts.ts'

/** Asks a model about the pictures of a list, as a job; what it came to is told when it ends. */
export async function askCertainty(modelId: string, datasetId: string, filter: ItemFilter, again: boolean): Promise<void> {
  let jobId = ''
  const started = await attempt(async () => {
    jobId = (await pageClient().models.certainty({ modelId, datasetId, filter, again })).jobId
  })
  if (!started) return
  const { result } = await useJobs().whenEnded(jobId)
  if (result) tell(result as CertaintyReport)
}

function tell({ scored, known, failed, firstProblem }: CertaintyReport): void {
  const parts = [t('certainty.scored', { n: formatCount(scored) }, scored)]
  if (known > 0) parts.push(t('certainty.known', { n: formatCount(known) }, known))
  if (failed > 0) parts.push(t('certainty.failed', { n: formatCount(failed), problem: firstProblem ?? '' }, failed))
  showToast({ tone: failed > 0 ? 'info' : 'done', text: parts.join(' ') })
}
