import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { DrawnCurve } from '../../../shared/model/curve.ts'
import type { Run } from '../../../shared/model/run.ts'
import { pageClient } from '../../stores/link.ts'
import { reportError } from '../../stores/report.ts'
import { keyOf } from './curveNames.ts'

const maxPoints = 1_200
/** A run that goes on is asked for new points at most this often. */
const pauseMs = 1_000

/** All curves of one run by name, kept up with it; thinned and smoothed by the host, so that they cost the same after an hour and after a week. */
export function useRunCurves(run: () => Run, smoothing: () => number): ShallowRef<ReadonlyMap<string, DrawnCurve> | null> {
  const curves = shallowRef<ReadonlyMap<string, DrawnCurve> | null>(null)
  let asking = false
  let again = false
  let left = false
  let askedAt = -Infinity
  let later: ReturnType<typeof setTimeout> | null = null

  async function load(): Promise<void> {
    if (asking) {
      again = true
      return
    }
    asking = true
    do {
      again = false
      askedAt = performance.now()
      const { id } = run()
      try {
        const drawn = await pageClient().runs.curves({ runIds: [id], curves: null, maxPoints, smoothing: smoothing() })
        if (!left && id === run().id) curves.value = new Map(drawn.map((curve) => [keyOf(curve), curve]))
      } catch (error) {
        if (!left) reportError(error)
      }
    } while (again && !left)
    asking = false
  }
  function soon(): void {
    later ??= setTimeout(
      () => {
        later = null
        if (!left) void load()
      },
      Math.max(0, askedAt + pauseMs - performance.now()),
    )
  }
  watch(
    () => run().id,
    () => (curves.value = null),
  )
  watch(
    () => [run().id, run().attempt, run().endedAt, smoothing()].join(),
    () => void load(),
    { immediate: true },
  )
  watch(() => run().step, soon)
  onScopeDispose(() => {
    left = true
    if (later) clearTimeout(later)
  })
  return curves
}
