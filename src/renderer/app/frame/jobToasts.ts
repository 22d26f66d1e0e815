import type { Router } from 'vue-router'
import type { Job } from '../../../shared/model/job.ts'
import { errorDetails, errorSentence } from '../../i18n/errorText.ts'
import { t } from '../../i18n/i18n.ts'
import { batchOf, takeBack } from '../../stores/boxJobs.ts'
import { exportedModelId, exportReport, importReport } from '../../stores/jobText.ts'
import { formatCount } from '../../ui/format.ts'
import { showToast, type Toast } from '../../ui/toasts.ts'

/** What is said when a job ends while the page looks on; null when nothing is worth saying (a cancellation is silent). */
export function jobToast(job: Job, go: (path: string) => void): Omit<Toast, 'id' | 'lastsMs'> | null {
  const batch = batchOf(job)
  const wayBack = batch && batch.changed > 0 ? { action: { label: t('common.undo'), run: () => void takeBack(batch.batchId) } } : {}
  if (job.state === 'failed' && job.error && job.error.code !== 'cancelled') {
    const why = `${t(`frame.jobs.kind.${job.kind}`)}: ${errorSentence(job.error.code, job.error.data)}`
    const text = batch && batch.changed > 0 ? `${why} ${batch.text}` : why
    return { tone: 'error', text, details: errorDetails(job.error), ...wayBack }
  }
  if (batch && (job.state === 'finished' || batch.changed > 0)) {
    const smooth = job.state === 'finished' && batch.problems === 0
    return { tone: smooth ? 'done' : 'info', text: batch.text, ...wayBack }
  }
  const toReport = { label: t('datasets.report.show'), run: () => go(`/datasets?report=${job.id}`) }
  const imported = importReport(job)
  if (imported) {
    const items = formatCount(imported.items)
    const problems = imported.problems.filter((problem) => problem.severity !== 'note').length
    if (imported.datasetId === null)
      return { tone: 'error', text: t('datasets.report.nothing', { name: job.subject }, problems), action: toReport }
    const text =
      problems > 0
        ? t('datasets.report.doneWithProblems', { name: job.subject, items, problems: formatCount(problems) })
        : t('datasets.report.done', { name: job.subject, items })
    return { tone: problems > 0 ? 'info' : 'done', text, action: toReport }
  }
  if (exportReport(job)) return { tone: 'done', text: t('datasets.report.exportDone', { name: job.subject }), action: toReport }
  const modelId = exportedModelId(job)
  if (modelId)
    return {
      tone: 'done',
      text: t('models.exportDialog.done', { name: job.subject }),
      action: { label: t('models.exportDialog.open'), run: () => go(`/models/${modelId}`) },
    }
  return null
}

/** Tells of every job that ends from now on. */
export function announceJobs(onEnded: (listener: (job: Job) => void) => () => void, router: Router): () => void {
  return onEnded((job) => {
    const toast = jobToast(job, (path) => void router.push(path))
    if (toast) showToast(toast)
  })
}
