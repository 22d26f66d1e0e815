import type { CertaintyReport, DatasetCertainty } from '../../../../shared/model/certainty.ts'
import type { Dataset } from '../../../../shared/model/dataset.ts'
import type { ItemFilter } from '../../../../shared/model/item.ts'
import { t } from '../../../i18n/i18n.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { formatCount } from '../../../ui/format.ts'
import { showToast } from '../../../ui/toasts.ts'

/** Lists of pictures in which a model found none it could look at when it was asked last. */
const nothingNew = new Set<string>()

/**
 * Asks a model about the pictures of a list, as a job; what it came to is told when it ends. Where nothing is new it looks at all of them again: it
 * knows the whole dataset (`known`: what models.certaintyOf says), or it was asked before and could look at none, as when one cannot be read.
 */
export async function askCertainty(
  modelId: string,
  { id: datasetId, items }: Pick<Dataset, 'id' | 'items'>,
  filter: ItemFilter,
  known: readonly DatasetCertainty[],
): Promise<void> {
  const list = JSON.stringify([modelId, datasetId, items, filter])
  const again = nothingNew.has(list) || known.some((one) => one.modelId === modelId && one.items === items)
  await attempt(async () => {
    const { jobId } = await pageClient().models.certainty({ modelId, datasetId, filter, again })
    const { state, result } = await useJobs().whenEnded(jobId)
    if (!result) return
    const report = result as CertaintyReport
    if (state === 'finished' && report.scored === 0) nothingNew.add(list)
    tell(report)
  })
}

const mostNamed = 3

function tell({ scored, known, failed, problems }: CertaintyReport): void {
  const parts = [t('certainty.scored', { n: formatCount(scored) }, scored)]
  if (known > 0) parts.push(t('certainty.known', { n: formatCount(known) }, known))
  if (failed > 0) parts.push(t('certainty.failed', { n: formatCount(failed), names: namesOf(problems, failed) }, failed))
  const details = problems.map(({ item, error }) => `${item}: ${error.message}`).join('\n')
  showToast({ tone: failed > 0 ? 'info' : 'done', text: parts.join(' '), ...(failed > 0 ? { details } : {}) })
}

function namesOf(problems: CertaintyReport['problems'], failed: number): string {
  const names = problems.slice(0, mostNamed).map(({ item }) => item)
  const first = names.join(', ')
  return failed > names.length ? t('certainty.more', { first, n: formatCount(failed - names.length) }) : first
}
