import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { isLive, type Run } from '../../shared/model/run.ts'
import { pageClient, pageLink } from './link.ts'
import { useStudio } from './studio.ts'
import { followStream } from './watch.ts'

export const runFraction = (run: Pick<Run, 'step' | 'totalSteps'>): number =>
  run.totalSteps > 0 ? Math.min(1, run.step / run.totalSteps) : 0

/** The runs of the project, live. */
export const useRuns = defineStore('runs', () => {
  const studio = useStudio()
  const known = shallowRef<readonly Run[]>([])
  const all = computed(() => known.value.filter((run) => run.trashedAt === null))
  const trashed = computed(() => known.value.filter((run) => run.trashedAt !== null))
  const loaded = ref(false)
  const error = shallowRef<unknown>(null)
  const leaving = new AbortController()

  /** The one that trains; a run that waits only where none does. */
  const current = computed(() => all.value.find((run) => isLive(run) && run.status !== 'queued') ?? all.value.find(isLive) ?? null)

  function take(run: Run): void {
    const at = known.value.findIndex((each) => each.id === run.id)
    known.value = at < 0 ? [run, ...known.value] : known.value.with(at, run)
  }

  async function reload(): Promise<void> {
    if (!studio.project) {
      known.value = []
      loaded.value = true
      return
    }
    try {
      known.value = await pageClient().runs.list({})
      error.value = null
    } catch (cause) {
      error.value = cause
    } finally {
      loaded.value = true
    }
  }

  function start(): void {
    studio.onEvent((event) => {
      if (event.type === 'project') void reload()
      if (event.type === 'runs' && !known.value.some((run) => run.id === event.runId)) void reload()
    })
    void followStream(
      pageLink(),
      (signal) => pageClient().runs.watch({ runId: null }, { signal }),
      (event) => {
        if (event.type === 'run') take(event.run)
        else if (event.type === 'runGone') known.value = known.value.filter((run) => run.id !== event.runId)
      },
      leaving.signal,
      () => void reload(),
    )
  }

  return { all, trashed, loaded, error, current, take, reload, start }
})
