import { reportResultSchema } from '../../../../shared/api/page/comparisons.ts'
import { errorFromWire } from '../../../../shared/errors.ts'
import { currentLocale, t } from '../../../i18n/i18n.ts'
import { assetUrl } from '../../../rpc/hostBridge.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { saveUrl } from '../../../ui/download.ts'
import { showToast } from '../../../ui/toasts.ts'
import { configSchemasOf } from '../configSchema.ts'
import { isTuning } from '../runTask.ts'
import { configTable } from './configTable.ts'

/** Asks for a report in the language of the page and hands it to the download. What fails is told. */
export function saveReport(runIds: readonly string[], baselineId: string): Promise<boolean> {
  const jobs = useJobs()
  return attempt(async () => {
    const ids = [...runIds]
    const compared = await pageClient().comparisons.get({ runIds: ids })
    const sections = configTable(await configSchemasOf(compared), compared, 0)
    const labels = Object.fromEntries(sections.flatMap(({ rows }) => rows.map(({ key, label }) => [key, label] as const)))
    const { jobId } = await pageClient().comparisons.report({
      runIds: ids,
      baselineId,
      language: currentLocale(),
      labels,
      // A SAM says nothing of a picture that nobody clicks on.
      pictures: compared.every(({ run }) => isTuning(run)) ? 'none' : 'predict',
    })
    const ended = await jobs.whenEnded(jobId)
    if (ended.state === 'cancelled') return
    if (ended.error) throw errorFromWire(ended.error)
    const { assetId, fileName } = reportResultSchema.parse(ended.result)
    saveUrl(assetUrl('report', assetId), fileName)
    showToast({ tone: 'done', text: t('comparison.report.done') })
  })
}
