import { Brush as BrushIcon, Circle, Eraser, Layers, Mouse, PenLine, Pentagon, Scissors, Shapes, Square } from 'lucide-vue-next'
import { computed } from 'vue'
import type { ToolSettings } from '../../../canvas/engine/settings.ts'
import { t } from '../../../i18n/i18n.ts'
import { keysFor } from '../../../ui/commands.ts'
import { useLabel } from '../labelStore.ts'

type Brush = ToolSettings['brush']

const brushTips = [
  { id: 'round', icon: Circle },
  { id: 'square', icon: Square },
  { id: 'polygon', icon: Pentagon },
] as const satisfies readonly { id: Brush['tip']; icon: unknown }[]

/** Options that are on or off; their names say what they do. */
export const brushSwitches = [
  { id: 'cut', icon: Scissors },
  { id: 'perClass', icon: Layers },
  { id: 'convert', icon: Shapes },
  { id: 'wheelSizes', icon: Mouse },
  { id: 'pressure', icon: PenLine },
] as const satisfies readonly { id: keyof Brush; icon: unknown }[]

/** The slider goes by factors, not by pixels: fine for small brushes, coarse for large ones. */
const sliderBase = 2 ** (1 / 10)
export const sliderOf = (size: number): number => Math.round(Math.log(size) / Math.log(sliderBase))
export const sizeOfSlider = (position: number): number => Math.max(1, Math.round(sliderBase ** position))

export function useBrushOptions() {
  const label = useLabel()
  const { editor } = label
  const brush = computed(() => (label.ticks.settings, editor.settings.brush))
  const set = (patch: Partial<Brush>): void => editor.setSettings({ brush: patch })
  const size = computed({ get: () => Math.round(brush.value.size), set: (px: number) => set({ size: px }) })
  const tip = computed({ get: () => brush.value.tip, set: (chosen: Brush['tip']) => set({ tip: chosen }) })
  const tips = computed(() => brushTips.map((one) => ({ ...one, label: t(`brush.tips.${one.id}`) })))
  const mode = computed({ get: () => (brush.value.erase ? 'erase' : 'paint'), set: (chosen) => set({ erase: chosen === 'erase' }) })
  const modes = computed(
    () =>
      [
        { id: 'paint', icon: BrushIcon, label: t('brush.paint') },
        { id: 'erase', icon: Eraser, label: t('brush.erase'), keys: keysFor('brush.eraser') },
      ] as const,
  )
  return { label, brush, set, size, mode, modes, tip, tips }
}
