/** How the colours of a picture are shown; its pixels stay what they are. */
export interface Tone {
  /** -100..100 */
  readonly brightness: number
  /** -100..100 */
  readonly contrast: number
  /** Above 1 lifts the shadows. */
  readonly gamma: number
  readonly invert: boolean
  /** Values (0..255) shown as black and white. */
  readonly black: number
  readonly white: number
}

export const neutralTone: Tone = { brightness: 0, contrast: 0, gamma: 1, invert: false, black: 0, white: 255 }

export const isNeutral = (tone: Tone): boolean =>
  (Object.keys(neutralTone) as (keyof Tone)[]).every((key) => tone[key] === neutralTone[key])

const clamp01 = (value: number): number => Math.min(1, Math.max(0, value))

/** What each of the 256 values of a channel is shown as, 0..1. */
export function toneTable({ brightness, contrast, gamma, invert, black, white }: Tone): number[] {
  const slope = contrast >= 0 ? 1 + (contrast / 100) * 3 : 1 + contrast / 100
  return Array.from({ length: 256 }, (_, value) => {
    const levelled = clamp01((value - black) / Math.max(1, white - black))
    const toned = clamp01((levelled ** (1 / gamma) - 0.5) * slope + 0.5 + brightness / 200)
    return invert ? 1 - toned : toned
  })
}
