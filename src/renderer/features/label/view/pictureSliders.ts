import { computed } from 'vue'
import { wholeWindow, windowReach } from '../../../../shared/picture/valueWindow.ts'
import { isNeutral } from '../../../canvas/picture/tone.ts'
import { usePictureView } from './pictureView.ts'

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
  const typedMost = computed(() => (state.deepSource ? wholeWindow.high : 255))
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
  return { tone, changed, gamma, brightness, contrast, invert, kept, most, typedMost, ends, low, high }
}
