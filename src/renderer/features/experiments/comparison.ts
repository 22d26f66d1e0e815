import { computed, ref, shallowRef, watch } from 'vue'
import type { CurveAxis } from '../../../shared/model/curve.ts'
import type { Run } from '../../../shared/model/run.ts'
import { t } from '../../i18n/i18n.ts'
import { attempt } from '../../stores/report.ts'
import { useStudio } from '../../stores/studio.ts'
import { runLookOf } from '../../ui/chart.ts'
import { fileNameOf, saveBlob } from '../../ui/download.ts'
import { formatCount, formatElapsed, formatNumber } from '../../ui/format.ts'
import { overlayPicture, type Picture } from '../../ui/overlayPicture.ts'
import { isText, rememberedChoice } from '../../ui/remember.ts'
import { remembered } from '../../ui/resize.ts'
import { showToast } from '../../ui/toasts.ts'
import { curveLabel } from './chartData.ts'
import { pointsCsv } from './curvePoints.ts'
import { comparedRuns, extentOf, nearest, paintedLines, pointsFor, readings, type ComparedRun } from './compareModel.ts'
import { compareKeys, goodEnd, keyOf, nameOf, primaryCurve } from './curveNames.ts'
import { rawLinesUpTo, useOverlaid, type OverlayAsk } from './overlaidCurves.ts'
import { isShare } from './runText.ts'
import type { RunSummaries } from './runSummaries.ts'

/** About the width of the plot; a column is never wider than two pixels there. */
const columns = 1_100

const isAxis = (stored: unknown): stored is CurveAxis => stored === 'step' || stored === 'epoch' || stored === 'time'

/** What the comparison shows: which curve over what, how smooth, which part, and what is pointed at. */
export function useComparison(runs: () => readonly Run[], summaries: () => RunSummaries, topOf: (value: number) => number) {
  const studio = useStudio()
  const chosenCurve = rememberedChoice('compare.curve', '', isText)
  const chosenAxis = rememberedChoice<CurveAxis>('compare.axis', 'step', isAxis)
  const rough = remembered('chart.smoothing', 0.6, 0, 0.999)
  const scored = remembered('chart.smoothing.val', 0, 0, 0.999)
  const logScale = remembered('chart.log', 0, 0, 1)
  const range = shallowRef<readonly [number, number] | null>(null)
  const hidden = shallowRef<ReadonlySet<string>>(new Set())
  /** Pointed at in the plot, or in the list beside it. */
  const place = shallowRef<{ x: number; top: number } | null>(null)
  const pointed = ref<string | null>(null)

  const keys = computed(() => [...new Set(runs().flatMap(({ id }) => [...(summaries().get(id)?.curves.keys() ?? [])]))].sort(compareKeys))
  const curve = computed({
    get: () => {
      if (keys.value.includes(chosenCurve.value.value)) return chosenCurve.value.value
      const primary = runs().flatMap((run) => primaryCurve(run) ?? [])[0]
      return primary && keys.value.includes(keyOf(primary)) ? keyOf(primary) : (keys.value[0] ?? '')
    },
    set: (next) => chosenCurve.keep(next),
  })
  const axis = computed({
    get: () => chosenAxis.value.value,
    set: (next) => {
      range.value = null
      chosenAxis.keep(next)
    },
  })
  const isScore = computed(() => nameOf(curve.value).split === 'val')
  const smoothing = computed(() => (isScore.value ? scored : rough).value.value)
  const keepSmoothing = (next: number): void => (isScore.value ? scored : rough).keep(next)
  const canLog = computed(() => !isShare(nameOf(curve.value).name))
  const log = computed({ get: () => logScale.value.value === 1, set: (next) => logScale.keep(next ? 1 : 0) })

  const ask = computed<OverlayAsk | null>(() =>
    curve.value === ''
      ? null
      : {
          curve: nameOf(curve.value),
          axis: axis.value,
          smoothing: smoothing.value,
          range: range.value,
          maxPoints: pointsFor(columns, runs().length),
        },
  )
  const { view, loading, error, load } = useOverlaid(runs, () => ask.value)

  const compared = computed<readonly ComparedRun[]>(() => (view.value ? comparedRuns(view.value, runs()) : []))
  const look = computed(() => (void studio.theme, runLookOf()))
  const lines = computed(() => paintedLines(compared.value, look.value.colors))
  /** The whole extent is known from the last answer that had everything. */
  const extent = shallowRef<readonly [number, number]>([0, 1])
  watch(
    [compared, view],
    () => {
      if (view.value && !view.value.ask.range) extent.value = extentOf(compared.value)
    },
    { immediate: true },
  )
  const seen = computed(() => range.value ?? extent.value)
  function zoom(next: readonly [number, number] | null): void {
    const [low, high] = extent.value
    const inside = next && ([Math.max(low, next[0]), Math.min(high, next[1])] as const)
    const isAll = !inside || inside[1] - inside[0] >= (high - low) * 0.999
    if (isAll) range.value = null
    else if (inside[1] > inside[0]) range.value = inside
  }
  const plotView = computed(() => ({
    range: seen.value,
    hidden: hidden.value,
    behind: compared.value.length <= rawLinesUpTo,
    time: view.value?.ask.axis === 'time',
    logScale: canLog.value && log.value,
    look: look.value,
  }))
  watch(curve, () => (place.value = null))

  const shown = computed(() => compared.value.filter(({ run }) => !hidden.value.has(run.id)))
  const lowerIsBetter = computed(() => goodEnd(nameOf(curve.value).name) === 'min')
  const read = computed(() => readings(compared.value, place.value?.x ?? null, lowerIsBetter.value))
  function point(at: { readonly x: number; readonly top: number } | null): void {
    place.value = at
    const readShown = at ? read.value.filter(({ run }) => !hidden.value.has(run.run.id)) : []
    pointed.value = at ? nearest(readShown, at.top, topOf) : null
  }
  const raised = computed(() => {
    const one = read.value.find(({ run }) => run.run.id === pointed.value)
    if (!one || hidden.value.has(one.run.run.id)) return { id: null, mark: null }
    const { run, reading } = one
    return { id: run.run.id, mark: reading && place.value ? { x: reading.x, value: reading.value } : null }
  })
  const xText = (x: number): string => {
    const shownAxis = view.value?.ask.axis
    return shownAxis === 'time' ? formatElapsed(x) : shownAxis === 'step' ? formatCount(x) : formatNumber(Number(x.toPrecision(4)), 6)
  }
  const placeText = computed(() =>
    place.value ? t('curves.at', { axis: t(`curves.axes.${axis.value}`), x: xText(place.value.x) }) : t('curves.atEnd'),
  )

  const title = (): string => t('curves.chart', { curve: curveLabel(curve.value), n: shown.value.length })
  async function savePicture(plot: Picture | null): Promise<void> {
    const entries = shown.value.map(({ title: label, look: { color, dash } }) => ({ label, color: look.value.colors[color - 1]!, dash }))
    const blob = plot && (await overlayPicture(plot, look.value, title(), entries))
    if (blob) saveBlob(blob, `${fileNameOf(title())}.png`)
  }
  const savePoints = (): Promise<boolean> =>
    attempt(async () => {
      showToast({ tone: 'info', text: t('curves.saving') })
      const parts = shown.value.flatMap(({ run, title: name, raw }) =>
        raw.steps.length === 0
          ? []
          : [{ runId: run.id, title: name, curve: nameOf(curve.value), first: raw.steps[0]!, last: raw.steps.at(-1)! }],
      )
      saveBlob(await pointsCsv(parts), `${fileNameOf(title())}.csv`)
    })

  return {
    keys,
    curve,
    axis,
    smoothing,
    keepSmoothing,
    log,
    canLog,
    range,
    zoom,
    loading,
    error,
    load,
    compared,
    look,
    lines,
    plotView,
    hidden,
    pointed,
    point,
    read,
    place: placeText,
    raised,
    savePicture,
    savePoints,
  }
}
