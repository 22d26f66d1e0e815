import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { runTitle, type Run } from '../../../../shared/model/run.ts'
import { t } from '../../../i18n/i18n.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { pageClient } from '../../../stores/link.ts'
import { attempt } from '../../../stores/report.ts'
import { showToast } from '../../../ui/toasts.ts'
import { useAssist } from '../../label/assist/assistStore.ts'
import { useLabel } from '../../label/labelStore.ts'

/** The best weights of a run as a model of smart select: written, made the default where they are better than what they began with, and taken in hand, in one go. */
export function useAtCanvas() {
  const router = useRouter()
  const jobs = useJobs()
  const busy = ref(false)

  /** Null where it failed or was cancelled: that is told where jobs are. */
  async function publish(run: Run): Promise<string | null> {
    // Where nothing was better than the beginning, what was learnt is the newest checkpoint: to look at, not to go on with.
    const isBetter = run.primary !== null && run.primary.bestStep > 0
    const checkpoint = isBetter ? 'best' : 'last'
    const { jobId } = await pageClient().tuning.publish({ runId: run.id, checkpoint, name: run.name.slice(0, 120), makeDefault: isBetter })
    const { state, result } = await jobs.whenEnded(jobId)
    return state === 'finished' ? (result as { modelId: string }).modelId : null
  }
  async function use(run: Run): Promise<void> {
    busy.value = true
    await attempt(async () => {
      const modelId = await publish(run)
      if (modelId === null) return
      const assist = useAssist()
      await assist.reload()
      assist.choose(modelId)
      await router.push('/label')
      useLabel().tools.choose('smart')
      showToast({ tone: 'done', text: t('tuning.use.done', { name: assist.model?.name ?? runTitle(run) }) })
    })
    busy.value = false
  }
  return { busy, use }
}
