import { computed, ref, shallowRef, watch } from 'vue'
import { predictOutcomeSchema, type ComparedPictures, type PredictOutcome } from '../../../../shared/api/page/comparisons.ts'
import { pageClient } from '../../../stores/link.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { reportError } from '../../../stores/report.ts'
import { useRuns } from '../../../stores/runs.ts'
import { pictureRows, readiness } from './pictureRows.ts'

/** The compared pictures of some runs: what is known, and the job that finds out the rest. */
export function useComparedPictures(runIds: () => readonly string[], baselineId: () => string) {
  const jobs = useJobs()
  const runs = useRuns()
  const limit = ref(200)
  const compared = shallowRef<ComparedPictures | null>(null)
  const error = shallowRef<unknown>(null)
  const outcome = shallowRef<PredictOutcome | null>(null)
  const jobId = ref<string | null>(null)
  let asked = 0

  const request = () => ({ runIds: [...runIds()], baselineId: baselineId(), limit: limit.value })
  async function load(): Promise<void> {
    const mine = ++asked
    try {
      const answer = await pageClient().comparisons.pictures(request())
      if (mine === asked) [compared.value, error.value] = [answer, null]
    } catch (cause) {
      if (mine === asked) error.value = cause
    }
  }

  async function predict(withLive = false): Promise<void> {
    try {
      const started = await pageClient().comparisons.predict({ ...request(), withLive })
      jobId.value = started.jobId
      const ended = await jobs.whenEnded(started.jobId)
      if (jobId.value !== started.jobId) return
      jobId.value = null
      const parsed = predictOutcomeSchema.safeParse(ended.result)
      outcome.value = parsed.success ? parsed.data : null
      if (ended.state === 'failed' && ended.error) error.value = ended.error
      await load()
    } catch (cause) {
      reportError(cause)
    }
  }

  const state = computed(() => (compared.value ? readiness(compared.value, runs.all) : null))
  const view = computed(() => (compared.value ? pictureRows(compared.value) : null))
  /** Also one that another page began. */
  const job = computed(() => {
    const own = jobId.value === null ? undefined : jobs.byId.get(jobId.value)
    return own && own.endedAt === null ? own : null
  })

  watch(
    [() => runIds().join(), baselineId, limit],
    () => {
      jobId.value = null
      outcome.value = null
      void load()
    },
    { immediate: true },
  )
  /** Where everything has been predicted the rest takes a moment and needs no asking; once for each set. */
  const tried = new Set<string>()
  watch(state, (now) => {
    const set = compared.value
    const key = set && `${set.key} ${set.runs.map((run) => run.key).join()}`
    if (!now?.uncompared || !key || tried.has(key)) return
    tried.add(key)
    void predict()
  })
  const cancel = (): void => {
    if (jobId.value !== null) void jobs.cancel(jobId.value).catch(reportError)
  }
  return { limit, compared, error, outcome, state, view, job, load, predict, cancel }
}
