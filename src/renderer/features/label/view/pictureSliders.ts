import { computed, type WritableComputedRef } from 'vue'
import { wholeWindow, windowReach } from '../../../../shared/picture/valueWindow.ts'
import { isNeutral } from '../../../canvas/picture/tone.ts'
import { t } from '../../../i18n/i18n.ts'
import type { NumberTarget } from '../geometry/geometry.ts'
import { shownNumber } from '../geometry/numbers.ts'
import { usePictureView } from './pictureView.ts'

/** A whole value that can be typed; what is no such value is refused, never made into another. */
function typedValue(least: number, most: () => number, field: WritableComputedRef<number>): NumberTarget {
  const refusal = (value: number): string | null => {
    if (!Number.isInteger(value)) return t('pictures.view.whole')
    const inside = value >= least && value <= most()
    return inside ? null : t('aids.geometry.refused.range', { low: shownNumber(least), high: shownNumber(most()) })
  }
  const take = (value: number): string | null => {
    const refused = refusal(value)
    if (refused === null) field.value = value
    return refused
  }
  return { preview: refusal, take, abandon: () => undefined }
}

/** The values of the picture's panel, and what moving a slider does; the two ends of the window never meet. */
export function usePictureSliders() {
  const state = usePictureView()
  const tone = computed(() => state.view.tone)
  const changed = computed(() => !isNeutral(tone.value) || state.view.window !== null)
  /** Gamma moves evenly on a logarithmic slider. */
  const gamma = computed({
    get: () => Math.round(Math.log2(tone.value.gamma) * 50),
    set: (at: number) => state.setTone({ gamma: at === 0 ? 1 : 2 ** (at / 50) }),
  })
  const field = (name: 'brightness' | 'contrast') =>
    computed({ get: () => tone.value[name], set: (value: number) => state.setTone({ [name]: value }) })
  const brightness = field('brightness')
  const contrast = field('contrast')
  const invert = computed({ get: () => tone.value.invert, set: (value: boolean) => state.setTone({ invert: value }) })
  const kept = computed({ get: () => state.kept, set: (on: boolean) => state.keep(on) })

  const most = computed(() => (state.deepSource ? windowReach(state.opening, state.window) : 255))
  /** A value that is typed may be any the file can hold. */
  const typedMost = (): number => (state.deepSource ? wholeWindow.high : 255)
  /** Where a double click puts the ends of the window. */
  const ends = computed(() => (state.deepSource ? state.opening : { low: 0, high: 255 }))
  const low = computed({
    get: () => (state.deepSource ? state.window.low : tone.value.black),
    set: (value: number) =>
      state.deepSource
        ? state.setWindow({ low: value, high: Math.max(value + 1, state.window.high) })
        : state.setTone({ black: value, white: Math.max(value + 1, tone.value.white) }),
  })
  const high = computed({
    get: () => (state.deepSource ? state.window.high : tone.value.white),
    set: (value: number) =>
      state.deepSource
        ? state.setWindow({ low: Math.min(value - 1, state.window.low), high: value })
        : state.setTone({ white: value, black: Math.min(value - 1, tone.value.black) }),
  })
  const typedLow = typedValue(0, () => typedMost() - 1, low)
  const typedHigh = typedValue(1, typedMost, high)
  return { tone, changed, gamma, brightness, contrast, invert, kept, most, ends, low, high, typedLow, typedHigh }
}
