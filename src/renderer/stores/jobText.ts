import type { ExportReport, ImportReport } from '../../shared/model/dataset.ts'
import { exportReportSchema, importReportSchema } from '../../shared/model/dataset.ts'
import type { Job, Progress } from '../../shared/model/job.ts'
import { t, translateOr } from '../i18n/i18n.ts'
import { formatBytes, formatCount, formatDuration, formatNumber } from '../ui/format.ts'

export function progressFraction(progress: Progress): number | null {
  return progress.total !== null && progress.total > 0 ? progress.done / progress.total : null
}

/** Phases that count bytes. */
const bytePhases: readonly string[] = ['converting', 'checking']

/** 'reading pictures · 120 of 292 · 35/s · 5 s left': only what is known. */
export function progressText(progress: Progress): string {
  const isBytes = bytePhases.includes(progress.phase)
  const amount = isBytes ? formatBytes : formatCount
  const parts = [translateOr(`jobs.phase.${progress.phase}`, progress.phase)]
  if (progress.total !== null) parts.push(t('common.of', { done: amount(progress.done), total: amount(progress.total) }))
  if (progress.rate !== null)
    parts.push(t('common.perSecond', { rate: isBytes ? formatBytes(progress.rate) : formatNumber(progress.rate, 3) }))
  if (progress.leftSeconds !== null) parts.push(t('common.secondsLeft', { time: formatDuration(progress.leftSeconds) }))
  return parts.join(' · ')
}

/** The report of a finished import (or of the demonstration, which ends in one), else null. */
export function importReport(job: Job): ImportReport | null {
  if (job.state !== 'finished' || (job.kind !== 'importDataset' && job.kind !== 'demo')) return null
  const parsed = importReportSchema.safeParse(job.result)
  return parsed.success ? parsed.data : null
}

export function exportReport(job: Job): ExportReport | null {
  if (job.state !== 'finished' || job.kind !== 'exportDataset') return null
  const parsed = exportReportSchema.safeParse(job.result)
  return parsed.success ? parsed.data : null
}

/** The model an export left, else null. */
export function exportedModelId(job: Job): string | null {
  if (job.state !== 'finished' || job.kind !== 'exportModel') return null
  const result = job.result as { modelId?: unknown } | null
  return typeof result?.modelId === 'string' ? result.modelId : null
}
