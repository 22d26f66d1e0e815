import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { CurveAxis, CurveName, DrawnCurve } from '../../../shared/model/curve.ts'
import { isLive, type Run } from '../../../shared/model/run.ts'
import { pageClient } from '../../stores/link.ts'
import { keyOf } from './curveNames.ts'

export interface OverlayAsk {
  readonly curve: CurveName
  readonly axis: CurveAxis
  readonly smoothing: number
  /** Part of the axis; null for all of it. */
  readonly range: readonly [number, number] | null
  /** Of each line. */
  readonly maxPoints: number
}

/** What is drawn: the answer to one question, of every run that has such a curve. */
export interface OverlayView {
  readonly ask: OverlayAsk
  readonly curves: ReadonlyMap<string, DrawnCurve>
}

/** Runs that are asked for at once, so that the answers are short and the first lines come early. */
const runsPerCall = 6
const callsAtOnce = 2
/** Answers that are kept, so that zooming out and back takes no time. */
const keptAnswers = 6
/** A run that goes on is asked for again at most this often. */
const liveMs = 2_000
/** Raw points behind a smoothed line where there are too many lines to draw them all. */
const fewRawPoints = 300
export const rawLinesUpTo = 8

type Known = Map<string, { readonly version: string; readonly curve: DrawnCurve | null }>

const keyOfAsk = ({ curve, axis, smoothing, range, maxPoints }: OverlayAsk): string =>
  JSON.stringify([keyOf(curve), axis, smoothing, range, maxPoints])

/** Curves of many runs over each other. One question is on its way at a time, the latest goes next; what is drawn changes when its answer is whole. */
export function useOverlaid(
  runs: () => readonly Run[],
  ask: () => OverlayAsk | null,
): { view: ShallowRef<OverlayView | null>; loading: Ref<boolean>; error: ShallowRef<unknown>; load: () => void } {
  const view = shallowRef<OverlayView | null>(null)
  const loading = ref(false)
  const error = shallowRef<unknown>(null)
  const answers = new Map<string, Known>()
  let left = false
  let again = false
  const beat = ref(0)

  /** A run changes when it moves on; while it trains, with the beat. */
  const versionOf = (run: Run): string => `${run.attempt} ${run.endedAt} ${isLive(run) ? beat.value : ''}`

  function known(key: string): Known {
    const answer = answers.get(key) ?? new Map<string, { version: string; curve: DrawnCurve | null }>()
    answers.delete(key)
    answers.set(key, answer)
    for (const old of answers.keys()) if (answers.size > keptAnswers) answers.delete(old)
    return answer
  }

  function show(now: OverlayAsk, answer: Known): void {
    const curves = new Map(
      runs().flatMap(({ id }) => {
        const curve = answer.get(id)?.curve
        return curve ? [[id, curve] as const] : []
      }),
    )
    view.value = { ask: now, curves }
  }

  async function fetchRuns(now: OverlayAsk, some: readonly Run[], answer: Known): Promise<void> {
    const { curve, range, ...rest } = now
    const versions = some.map(versionOf)
    const rawPoints = now.smoothing > 0 && runs().length > rawLinesUpTo ? fewRawPoints : now.maxPoints
    const drawn = await pageClient().runs.curves({
      runIds: some.map(({ id }) => id),
      curves: [curve],
      range: range && [...range],
      rawPoints,
      ...rest,
    })
    some.forEach(({ id }, i) => answer.set(id, { version: versions[i]!, curve: drawn.find(({ runId }) => runId === id) ?? null }))
  }

  /** Whether lines of this question may stand beside those that are drawn. */
  const isFirst = (now: OverlayAsk): boolean =>
    view.value === null || keyOf(view.value.ask.curve) !== keyOf(now.curve) || view.value.ask.axis !== now.axis

  async function answerOnce(now: OverlayAsk): Promise<void> {
    const answer = known(keyOfAsk(now))
    const missing = runs().filter((run) => answer.get(run.id)?.version !== versionOf(run))
    const parts = Array.from({ length: Math.ceil(missing.length / runsPerCall) }, (_, i) =>
      missing.slice(i * runsPerCall, (i + 1) * runsPerCall),
    )
    const progressive = isFirst(now)
    const work = async (): Promise<void> => {
      for (let part = parts.shift(); part && !left; part = parts.shift()) {
        await fetchRuns(now, part, answer)
        if (progressive) show(now, answer)
      }
    }
    await Promise.all(Array.from({ length: callsAtOnce }, work))
    if (!left) show(now, answer)
  }

  async function loop(): Promise<void> {
    loading.value = true
    do {
      again = false
      const now = ask()
      if (!now) break
      try {
        await answerOnce(now)
        error.value = null
      } catch (cause) {
        error.value = cause
      }
    } while (again && !left)
    loading.value = false
  }
  function load(): void {
    if (loading.value) again = true
    else void loop()
  }

  watch(() => [ask() && keyOfAsk(ask()!), ...runs().map((run) => run.id + versionOf(run))].join(), load, { immediate: true })
  const timer = setInterval(() => runs().some(isLive) && beat.value++, liveMs)
  onScopeDispose(() => {
    left = true
    clearInterval(timer)
  })
  return { view, loading, error, load }
}
