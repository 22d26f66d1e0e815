import { Minus, Plus } from 'lucide-vue-next'
import { computed } from 'vue'
import { previewPolygons } from '../../../../shared/geometry/regionPreview.ts'
import { maskArea } from '../../../../shared/geometry/rle.ts'
import type { SmartDraft } from '../../../canvas/engine/draft.ts'
import type { ToolSettings } from '../../../canvas/engine/settings.ts'
import { t } from '../../../i18n/i18n.ts'
import { keysFor } from '../../../ui/commands.ts'
import { formatCount, formatNumber, formatPercent } from '../../../ui/format.ts'
import { useLabel } from '../labelStore.ts'
import { isCutAt } from './assistLook.ts'
import { useAssist } from './assistStore.ts'
import { smartResults } from './smartResults.ts'

type Smart = ToolSettings['smart']

/** Options of smart select, and the object under way as the bar tells of it. */
export function useSmartOptions() {
  const label = useLabel()
  const assist = useAssist()
  const { editor, tools } = label
  const smart = computed(() => (label.ticks.settings, editor.settings.smart))
  const set = (patch: Partial<Smart>): void => editor.setSettings({ smart: patch })
  const draft = computed<SmartDraft | null>(() => {
    void label.ticks.draft
    const now = editor.gesture.draft
    return now.kind === 'smart' && now.state !== 'hover' ? now : null
  })
  const modelId = computed({ get: () => assist.model?.id ?? '', set: (id: string) => assist.choose(id) })
  const modelOptions = computed(() =>
    assist.models.map(({ id, name, problem, quarantine }) => ({
      value: id,
      label: name,
      disabled: problem !== null || quarantine !== null,
    })),
  )
  const view = computed({ get: () => smart.value.view, set: (value: Smart['view']) => set({ view: value }) })
  const views = computed(() =>
    (['auto', 'whole', 'seen'] as const).map((value) => ({
      value,
      label: t(`assist.bar.views.${value}`),
      hint: t(`assist.bar.viewHints.${value}`),
    })),
  )
  const tolerance = computed({ get: () => smart.value.tolerancePx, set: (px: number) => set({ tolerancePx: px }) })
  const smallestPart = computed({
    get: () => smart.value.smallestPartPercent,
    set: (percent: number) => set({ smallestPartPercent: percent }),
  })
  const clicks = computed({ get: () => smart.value.clicks, set: (value: Smart['clicks']) => set({ clicks: value }) })
  const clickChoices = computed(() => [
    { id: 'add' as const, icon: Plus, label: t('assist.bar.add'), keys: keysFor('label.smart') },
    { id: 'subtract' as const, icon: Minus, label: t('assist.bar.subtract'), keys: keysFor('smart.negative') },
  ])
  // While an object is under way, what it would become: the selected region may be gone.
  const result = computed({ get: () => draft.value?.result ?? smart.value.result, set: (value: Smart['result']) => set({ result: value }) })
  const resultChoices = computed(() => smartResults.map(({ id, icon }) => ({ id, icon, label: t(`assist.bar.results.${id}`) })))
  const hasTarget = computed(() => (label.ticks.selection, label.ticks.records, editor.single !== null))

  /** How large the object is; of a polygon, how many vertices it takes and how far it is from the pixels. */
  const sizeText = computed(() => {
    const mask = draft.value?.mask
    if (!mask) return ''
    if (smart.value.output === 'mask') return t('assist.bar.area', { n: formatCount(maskArea(mask)) })
    const { tolerancePx } = smart.value
    const { verticesAfter, differingPx, areaPx } = previewPolygons({ inputs: [{ id: '', shape: mask }], tolerancePx, size: editor.image })
    const lost = t('assist.bar.lost', { percent: formatPercent(differingPx / Math.max(1, areaPx)) })
    return `${t('assist.bar.vertices', { n: formatCount(verticesAfter) }, verticesAfter)} · ${lost}`
  })
  const percentOf = (iou: number | null): string => (iou === null ? '–' : formatPercent(Math.min(1, Math.max(0, iou)), 0))
  const proposals = computed(() => {
    const { proposals: ious = [], chosen = 0 } = draft.value ?? {}
    return ious.map((iou, i) => ({
      key: i,
      text: percentOf(iou),
      label: t(iou === null ? 'assist.bar.candidateUnknown' : 'assist.bar.candidate', {
        n: i + 1,
        count: ious.length,
        iou: t('common.percent', { n: percentOf(iou) }),
      }),
      chosen: i === chosen,
      choose: () => void tools.key({ type: 'candidate', by: i - chosen }),
    }))
  })

  /** What is heard when an answer comes. */
  const foundText = computed(() => {
    if (draft.value?.state !== 'known') return ''
    const { proposals: ious } = draft.value
    const n = ious.length
    const [first = null] = ious
    return first === null
      ? t('assist.state.foundUnknown', { n }, n)
      : t('assist.state.found', { n, iou: t('common.percent', { n: percentOf(first) }) }, n)
  })

  /** The model answered, and has nothing to show for it. */
  const nothing = computed(() => draft.value?.state === 'known' && draft.value.proposals.length === 0)

  /** Something was found, and none of its pixels may be taken. */
  const allProtected = computed(() => draft.value?.state === 'known' && draft.value.proposals.length > 0 && draft.value.shape === null)

  /** It may go on where the model did not look. */
  const cutOff = computed(() => {
    const { mask = null, state } = draft.value ?? {}
    return state === 'known' && mask !== null && assist.last !== null && isCutAt(editor, mask, assist.last.window)
  })

  /** What the model looks at. */
  const looked = computed(() => {
    const { window } = assist
    if (!window) return t('assist.state.whole')
    const [x0, y0, x1, y1] = window
    const size = { width: x1 - x0, height: y1 - y0 }
    return t(Math.max(size.width, size.height) <= assist.side ? 'assist.state.window' : 'assist.state.windowScaled', size)
  })
  /** Of the last answer: where the embedding came from, how long it took, and on what. */
  const timing = computed(() => {
    const { last, model } = assist
    if (!last) return ''
    const facts = model?.facts
    return [
      t(`assist.state.encoded.${last.encoded}`, { time: t('assist.state.seconds', { n: formatNumber(last.encodeMs / 1000, 2) }) }),
      t('assist.state.answered', { ms: formatNumber(last.decodeMs, 2) }),
      ...(facts ? [t('assist.state.threads', { provider: facts.provider, n: facts.threads }, facts.threads)] : []),
    ].join(' · ')
  })

  return {
    label,
    assist,
    tools,
    smart,
    set,
    draft,
    modelId,
    modelOptions,
    view,
    views,
    tolerance,
    smallestPart,
    clicks,
    clickChoices,
    result,
    resultChoices,
    hasTarget,
    looked,
    timing,
    sizeText,
    foundText,
    nothing,
    cutOff,
    allProtected,
    proposals,
  }
}
