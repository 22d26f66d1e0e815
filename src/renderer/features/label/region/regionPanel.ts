import { computed, onBeforeUnmount, shallowRef, watch, type Component } from 'vue'
import type { RegionPreview } from '../../../../shared/geometry/regionPreview.ts'
import { noDraft, type Draft } from '../../../canvas/engine/draft.ts'
import { selectedRegions } from '../../../canvas/engine/regionEdits.ts'
import type { ToolSettings } from '../../../canvas/engine/settings.ts'
import { keysFor } from '../../../ui/commands.ts'
import { formatCount } from '../../../ui/format.ts'
import { t } from '../../../i18n/i18n.ts'
import { CancelledError } from '../../../../shared/errors.ts'
import { reportError } from '../../../stores/report.ts'
import { useLabel } from '../labelStore.ts'
import { regionCommandList, type RegionCommandId } from './regionOps.ts'
import { useRegions } from './regionStore.ts'
import { RegionThread } from './regionThread.ts'

export interface RegionPanelOp {
  readonly id: RegionCommandId
  readonly icon: Component
  readonly label: string
  readonly short: string
  readonly keys: string
  readonly disabled: boolean
  readonly run: () => void
}

/** Pause after the last change before the preview is worked out. */
const previewPauseMs = 120

/** What the Region panel shows: operations, their sizes, and what the tolerance would do to the selection. */
export function useRegionPanel(isOpen: () => boolean) {
  const label = useLabel()
  const regions = useRegions()
  const { editor } = label
  const thread = new RegionThread()
  const preview = shallowRef<RegionPreview | null>(null)
  let shown: Draft | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const settings = computed(() => (label.ticks.settings, editor.settings.region))
  const change = (patch: Partial<ToolSettings['region']>): void => editor.setSettings({ region: patch })
  const selected = computed(() => {
    void label.ticks.records
    void label.ticks.selection
    void label.ticks.item
    return selectedRegions(editor)
  })
  const onlyPolygons = computed(() => selected.value.length > 0 && selected.value.every(({ shape }) => shape.kind === 'polygon'))

  const ops = computed(
    () =>
      new Map(
        regionCommandList.map((one): [RegionCommandId, RegionPanelOp] => [
          one.id,
          {
            id: one.id,
            icon: one.icon,
            label: t(`region.ops.${one.id}`),
            short: t(`region.short.${one.id}`),
            keys: keysFor(`label.${one.id}`),
            disabled: selected.value.length < one.needs || regions.busy !== null,
            run: () => void regions.run(one.op(editor.settings.region)),
          },
        ]),
      ),
  )
  const op = (id: RegionCommandId): RegionPanelOp => ops.value.get(id)!
  const combining = computed(() => (['union', 'subtract', 'intersect', 'overlap', 'join', 'separate'] as const).map(op))

  /** Shows on the canvas what the tolerance would make of the selection; a gesture under way has the canvas to itself. */
  function show(): void {
    if (!preview.value || label.tools.busy) return
    shown = { kind: 'reshape', shapes: new Map(preview.value.shapes) }
    editor.gesture.setDraft(shown)
  }
  function hide(): void {
    if (shown !== null && editor.gesture.draft === shown) editor.gesture.setDraft(noDraft)
    shown = null
  }

  async function work(): Promise<void> {
    const inputs = selected.value
    if (!isOpen() || inputs.length === 0) return
    try {
      preview.value = await thread.do('preview', { inputs, tolerancePx: settings.value.tolerancePx, size: editor.image })
      if (shown !== null) show()
    } catch (error) {
      if (!(error instanceof CancelledError)) reportError(error)
    }
  }
  watch(
    [selected, () => settings.value.tolerancePx, isOpen],
    ([now], [before]) => {
      clearTimeout(timer)
      if (now !== before) {
        hide()
        preview.value = null
      }
      timer = setTimeout(() => void work(), previewPauseMs)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    clearTimeout(timer)
    thread.cancel()
    hide()
  })

  const vertices = computed(
    () =>
      preview.value &&
      t('region.vertices', { before: formatCount(preview.value.verticesBefore), after: formatCount(preview.value.verticesAfter) }),
  )
  const differing = computed(() => {
    if (!preview.value) return ''
    const { differingPx, areaPx } = preview.value
    if (differingPx === 0) return t('region.exact')
    const percent = (100 * differingPx) / Math.max(1, areaPx)
    return t('region.differing', { n: formatCount(differingPx), percent: percent < 0.1 ? '< 0.1' : percent.toFixed(1) })
  })

  return { regions, settings, change, selected, onlyPolygons, combining, op, vertices, differing, show, hide }
}
