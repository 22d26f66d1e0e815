import { onScopeDispose, ref, shallowRef, watch, type ShallowRef } from 'vue'
import type { CurveName, CurveSummary } from '../../../shared/model/curve.ts'
import { isLive, type Run } from '../../../shared/model/run.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { keyOf } from './curveNames.ts'

export interface RunSummary {
  readonly version: string
  readonly curves: ReadonlyMap<string, CurveSummary>
  /** Means of the course of the wanted curve. */
  readonly spark: readonly number[]
}
export type RunSummaries = ReadonlyMap<string, RunSummary>

const runsPerCall = 4
const liveMs = 3_000

/** What the curves of the runs came to; read a few runs at a time, and again while a run goes on. */
export function useRunSummaries(runs: () => readonly Run[], sparkOf: (run: Run) => CurveName | null): ShallowRef<RunSummaries> {
  const known = shallowRef<RunSummaries>(new Map())
  const beat = ref(0)
  let busy = false
  let left = false

  const versionOf = (run: Run): string => {
    const spark = sparkOf(run)
    return `${run.attempt} ${run.endedAt} ${spark ? keyOf(spark) : ''} ${isLive(run) ? beat.value : ''}`
  }
  const outdated = (): Run[] => runs().filter((run) => known.value.get(run.id)?.version !== versionOf(run))

  async function read(some: readonly Run[]): Promise<void> {
    const versions = some.map(versionOf)
    const answers = await pageClient().runs.summaries({ runs: some.map((run) => ({ runId: run.id, spark: sparkOf(run) })) })
    const next = new Map(known.value)
    answers.forEach(({ runId, curves, spark }, i) =>
      next.set(runId, { version: versions[i]!, curves: new Map(curves.map((curve) => [keyOf(curve), curve])), spark }),
    )
    known.value = next
  }
  async function work(): Promise<void> {
    if (busy) return
    busy = true
    try {
      for (let part = outdated().slice(0, runsPerCall); part.length > 0 && !left; part = outdated().slice(0, runsPerCall)) await read(part)
    } catch (error) {
      if (!left) reportError(error)
    }
    busy = false
  }
  watch(
    () =>
      runs()
        .map((run) => run.id + versionOf(run))
        .join(),
    () => void work(),
    { immediate: true },
  )
  const timer = setInterval(() => runs().some(isLive) && beat.value++, liveMs)
  onScopeDispose(() => {
    left = true
    clearInterval(timer)
  })
  return known
}

/** Every curve that one of them has. */
export const curveKeys = (summaries: RunSummaries): string[] => [
  ...new Set([...summaries.values()].flatMap(({ curves }) => [...curves.keys()])),
]
