import { computed, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { ComparedRun } from '../../../../shared/api/page/comparisons.ts'
import { pageClient } from '../../../stores/link.ts'
import { useRuns } from '../../../stores/runs.ts'
import { isTuning } from '../runTask.ts'
import { compareAddress, maxCompared, readRuns } from './compareRoute.ts'

const compareTabs = ['config', 'data', 'clicks', 'classes', 'confusion', 'pictures'] as const
export type CompareTab = (typeof compareTabs)[number]

/** The compared runs, their order, baseline and tab live in the address, so that a comparison can be kept and sent. */
export function useComparePage() {
  const route = useRoute()
  const router = useRouter()
  const store = useRuns()
  /** What is no run of this project (any more) is left out, so that an old address still opens. */
  const runIds = computed(() => {
    const known = new Set([...store.all, ...store.trashed].map(({ id }) => id))
    return readRuns(route.query['runs']).filter((id) => known.has(id))
  })
  const baselineId = computed(() => {
    const wanted = route.query['baseline']
    return runIds.value.find((id) => id === wanted) ?? runIds.value[0] ?? null
  })
  const compared = shallowRef<readonly ComparedRun[] | null>(null)
  /** Runs by what can be said of them: class by class, or by clicks. */
  const bySort = computed(() => ({
    segmenting: (compared.value ?? []).filter(({ run }) => !isTuning(run)),
    tuned: (compared.value ?? []).filter(({ run }) => isTuning(run)),
  }))
  const shownTabs = computed(() =>
    compareTabs.filter((name) => {
      if (name === 'config' || name === 'data') return true
      return name === 'clicks' ? bySort.value.tuned.length > 0 : compared.value === null || bySort.value.segmenting.length > 0
    }),
  )
  const tab = computed<CompareTab>({
    get: () => shownTabs.value.find((name) => name === route.query['tab']) ?? 'config',
    set: (next) => go(runIds.value, baselineId.value, next),
  })
  const go = (ids: readonly string[], baseline: string | null, shown: CompareTab = tab.value): void =>
    void router.replace(compareAddress(ids, baseline, shown))

  const error = shallowRef<unknown>(null)
  let asked = 0
  async function load(): Promise<void> {
    const mine = ++asked
    if (!store.loaded) return
    try {
      const answer = runIds.value.length > 0 ? await pageClient().comparisons.get({ runIds: [...runIds.value] }) : []
      if (mine === asked) [compared.value, error.value] = [answer, null]
    } catch (cause) {
      if (mine === asked) [compared.value, error.value] = [null, cause]
    }
  }
  /** Read again when a run has moved on: another validation, another attempt, its end. */
  const state = computed(() =>
    runIds.value
      .map((id) => {
        const run = store.all.find((each) => each.id === id)
        return [id, run?.primary?.last, run?.attempt, run?.endedAt, run?.name].join(':')
      })
      .join(),
  )
  watch([() => store.loaded, state], () => void load(), { immediate: true })

  return {
    runIds,
    baselineId,
    tab,
    shownTabs,
    bySort,
    compared,
    error,
    load,
    addable: computed(() => (runIds.value.length < maxCompared ? store.all.filter(({ id }) => !runIds.value.includes(id)) : [])),
    add: (id: string) => go([...runIds.value, id], baselineId.value),
    remove: (id: string) =>
      go(
        runIds.value.filter((each) => each !== id),
        baselineId.value === id ? null : baselineId.value,
      ),
    setBaseline: (id: string) => go(runIds.value, id),
  }
}
