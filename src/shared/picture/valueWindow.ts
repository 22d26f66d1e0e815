import type { ImageSize } from '../geometry/spaces.ts'

/** The values of a deep picture (0..65535) that are shown from black to white; what lies outside is black or white. */
export interface ValueWindow {
  readonly low: number
  readonly high: number
}

/** Changes with the rule below: what deep pictures are trained on is part of a snapshot's hash. */
export const windowRule = 2

export const wholeWindow: ValueWindow = { low: 0, high: 65_535 }

/** Share of the values that may lie outside at either end: dead pixels and highlights do not decide what is seen. */
const outside = 0.002

/** Pixels a side that decide: more would change nothing that can be seen. */
const decidingSide = 1_024

/** How far the ends of a window are moved by hand: twice as bright as a picture begins, and as far as was chosen, in whole bits. */
export function windowReach(opening: ValueWindow, chosen: ValueWindow): number {
  const most = Math.max(2 * opening.high, chosen.high, 255)
  return Math.min(2 ** Math.ceil(Math.log2(most + 1)) - 1, wholeWindow.high)
}

/** Of how many pixels in both directions the middle one decides about the window of a picture: a power of two, which every decoder reduces by exactly. */
export const windowStep = ({ width, height }: ImageSize): number =>
  2 ** Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / decidingSide)))

/**
 * The window through which a deep picture is seen, trained and predicted on unless somebody sets another: of its values as they are stored `[H,W,C]`,
 * before it is turned.
 */
export function openingWindow(words: Uint16Array, size: ImageSize): ValueWindow {
  const step = windowStep(size)
  if (step === 1) return defaultWindow(words)
  const channels = words.length / (size.width * size.height)
  const middle = step / 2
  const [columns, rows] = [Math.floor(size.width / step), Math.floor(size.height / step)]
  const deciding = new Uint16Array(columns * rows * channels)
  for (let y = 0, to = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let c = 0, from = ((y * step + middle) * size.width + x * step + middle) * channels; c < channels; c++)
        deciding[to++] = words[from + c]!
  return defaultWindow(deciding)
}

/** Minimum to maximum of some values, by percentiles. */
export function defaultWindow(samples: Uint16Array): ValueWindow {
  if (samples.length === 0) return wholeWindow
  const counts = new Uint32Array(65_536)
  for (let i = 0; i < samples.length; i++) counts[samples[i]!]!++
  const skip = Math.floor(samples.length * outside)
  let low = 0
  for (let left = skip; low < 65_535 && left >= counts[low]!; low++) left -= counts[low]!
  let high = 65_535
  for (let left = skip; high > 0 && left >= counts[high]!; high--) left -= counts[high]!
  return high > low ? { low, high } : { low: Math.max(0, Math.min(low, high) - 1), high: Math.min(65_535, Math.max(low, high) + 1) }
}

/** Value -> byte, for every value of 16 bits. */
export function windowTable({ low, high }: ValueWindow): Uint8Array {
  const table = new Uint8Array(65_536)
  const span = Math.max(1, high - low)
  for (let value = 0; value < 65_536; value++) table[value] = Math.min(255, Math.max(0, Math.round(((value - low) * 255) / span)))
  return table
}

export function throughWindow(samples: Uint16Array, window: ValueWindow): Uint8Array {
  const table = windowTable(window)
  const bytes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) bytes[i] = table[samples[i]!]!
  return bytes
}

/** Numbers that 16 bits without a sign do not hold as they are: they are spread over them from their minimum to their maximum. */
interface SpreadNumbers {
  readonly float: boolean
  /** Per channel. */
  readonly bits: number
}

/** How the decoder gives such numbers out unchanged: the colour space it takes them to be in, and what is added so that none of them is cut off. */
export function spreadReading(
  { float, bits }: SpreadNumbers,
  grey: boolean,
): { space: 'b-w' | 'grey16' | 'srgb' | 'scrgb'; offset: number } {
  if (!grey) return { space: float ? 'scrgb' : 'srgb', offset: 0 }
  // The decoder takes 16 bits with a sign for 16 bits without one, and would make black of all below 0.
  return !float && bits === 16 ? { space: 'grey16', offset: 32_768 } : { space: 'b-w', offset: 0 }
}

/** Any numbers as 16-bit values, their minimum at 0 and their maximum at 65535; what is no number is 0. */
export function floatsToWords(values: Float32Array): Uint16Array {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < low && value !== -Infinity) low = value
    if (value > high && value !== Infinity) high = value
  }
  const words = new Uint16Array(values.length)
  if (!(high > low)) return words
  const scale = 65_535 / (high - low)
  for (let i = 0; i < values.length; i++) words[i] = Math.min(65_535, Math.max(0, Math.round((values[i]! - low) * scale)))
  return words
}
