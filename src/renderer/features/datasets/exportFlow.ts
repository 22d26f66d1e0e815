import { computed, ref, shallowRef } from 'vue'
import { exportCheckSchema, type FileProblem } from '../../../shared/model/dataset.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { useJobs } from '../../stores/jobs.ts'
import { pageClient } from '../../stores/link.ts'
import { attempt } from '../../stores/report.ts'

/** An export on its way: first it is looked what would be lost, which is shown before anything is written. `started` is told when it is written. */
export function createExportFlow(datasetId: Id, started: () => void) {
  const jobs = useJobs()
  const busy = ref(false)
  const checkId = ref<Id | null>(null)
  /** null: not looked at yet. */
  const losses = shallowRef<readonly FileProblem[] | null>(null)
  const progress = computed(() => (checkId.value === null ? null : (jobs.byId.get(checkId.value)?.progress ?? null)))
  let left = false

  /** null: it failed, which the job tells, or was cancelled. */
  async function check(): Promise<readonly FileProblem[] | null> {
    const { jobId } = await pageClient().datasets.exportCheck({ datasetId })
    checkId.value = jobId
    if (left) void jobs.cancel(jobId).catch(() => undefined)
    const job = await jobs.whenEnded(jobId)
    checkId.value = null
    const result = exportCheckSchema.safeParse(job.result)
    return job.state === 'finished' && result.success ? result.data.losses : null
  }

  /** What is lost is told and waits for another call; where nothing is, or it was told, the export begins. */
  async function go(folderId: string, name: string): Promise<void> {
    if (busy.value) return
    busy.value = true
    await attempt(async () => {
      const told = losses.value !== null
      const found = losses.value ?? (await check())
      if (found === null || left) return
      losses.value = found
      if (!told && found.length > 0) return
      await pageClient().datasets.export({ datasetId, folderId, name })
      started()
    })
    busy.value = false
  }

  /** Nobody waits for it any more. */
  function leave(): void {
    left = true
    if (checkId.value !== null) jobs.cancel(checkId.value).catch(() => undefined)
  }

  return { busy, losses, progress, go, leave }
}
