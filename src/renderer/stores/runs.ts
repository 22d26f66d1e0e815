import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { isLive, type Run } from '../../shared/model/run.ts'
import { pageClient, pageLink } from './link.ts'
import { useStudio } from './studio.ts'
import { followStream } from './watch.ts'

export const runFraction = (run: Pick<Run, 'step' | 'totalSteps'>): number =>
  run.totalSteps > 0 ? Math.min(1, run.step / run.totalSteps) : 0

/** '#3 camvid tiny'; a run without a name of its own is called by its number alone. */
export const runTitle = (run: Pick<Run, 'number' | 'name'>): string =>
  run.name === '' || run.name === `#${run.number}` ? `#${run.number}` : `#${run.number} ${run.name}`

/** The runs of the project, live. */
export const useRuns = defineStore('runs', () => {
  const studio = useStudio()
  const all = shallowRef<readonly Run[]>([])
  const loaded = ref(false)
  const error = shallowRef<unknown>(null)
  const leaving = new AbortController()

  const current = computed(() => all.value.find(isLive) ?? null)

  function take(run: Run): void {
    const at = all.value.findIndex((known) => known.id === run.id)
    all.value = at < 0 ? [run, ...all.value] : all.value.map((known, i) => (i === at ? run : known))
  }

  async function reload(): Promise<void> {
    if (!studio.project) {
      all.value = []
      loaded.value = true
      return
    }
    try {
      all.value = await pageClient().runs.list({})
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
      if (event.type === 'runs' && !all.value.some((run) => run.id === event.runId)) void reload()
    })
    void followStream(
      pageLink(),
      (signal) => pageClient().runs.watch({ runId: null }, { signal }),
      (event) => event.type === 'run' && take(event.run),
      leaving.signal,
      () => void reload(),
    )
  }

  return { all, loaded, error, current, take, reload, start }
})
