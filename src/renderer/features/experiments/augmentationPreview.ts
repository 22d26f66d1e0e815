import { onScopeDispose, ref, shallowRef } from 'vue'
import { augmentationPreviewSchema, type AugmentationPreview } from '../../../shared/api/page/runs.ts'
import { CancelledError, errorFromWire } from '../../../shared/errors.ts'
import { useJobs } from '../../stores/jobs.ts'
import { pageClient } from '../../stores/link.ts'
import type { Config } from './configPath.ts'

export interface PreviewSubject {
  readonly datasetId: string
  readonly config: Config
  /** The preset the config was made from. */
  readonly preset: string
}

/** Augmented samples of one epoch, made by the host as the training's loader makes them; a newer wish cancels the one under way. */
export function useAugmentationPreview(subject: () => PreviewSubject) {
  const jobs = useJobs()
  const shown = shallowRef<AugmentationPreview | null>(null)
  const epoch = ref(0)
  const error = shallowRef<unknown>(null)
  const jobId = ref<string | null>(null)
  let asked = 0

  async function drop(): Promise<void> {
    const running = jobId.value
    jobId.value = null
    if (running !== null) await jobs.cancel(running).catch(() => undefined)
  }

  async function show(wanted: number): Promise<void> {
    const mine = ++asked
    epoch.value = Math.max(0, wanted)
    error.value = null
    await drop()
    try {
      const { datasetId, config, preset } = subject()
      const started = await pageClient().runs.previewAugmentation({
        datasetId,
        config: { ...config },
        ...(preset === '' ? {} : { preset }),
        epoch: epoch.value,
      })
      if (mine !== asked) return void jobs.cancel(started.jobId).catch(() => undefined)
      jobId.value = started.jobId
      const job = await jobs.whenEnded(started.jobId)
      if (mine !== asked) return
      jobId.value = null
      if (job.error) throw errorFromWire(job.error)
      if (job.state === 'finished') shown.value = augmentationPreviewSchema.parse(job.result)
    } catch (cause) {
      jobId.value = null
      if (mine === asked && !(cause instanceof CancelledError)) error.value = cause
    }
  }

  onScopeDispose(() => {
    asked++
    void drop()
  })
  return { shown, epoch, error, jobId, show }
}
