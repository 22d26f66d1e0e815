import type { CounterRng } from '../../tensor/rng.ts'
import { hsvToRgb, rgbToHsv } from '../hsv.ts'
import { settleImage } from '../sample.ts'
import type { TransformFactory } from './transform.ts'

/** What one picture gets; a step that is absent is not done. */
export interface PhotometricParams {
  brightness?: number
  contrast?: number
  /** Contrast before the two colour steps instead of after them. */
  contrastFirst?: boolean
  saturation?: number
  hue?: number
}

/** `clip(v * alpha + beta)` in float32, truncated to a byte, as a table over the 256 values. */
export function conversion(alpha: number, beta: number): Uint8Array {
  const f = Math.fround
  return Uint8Array.from({ length: 256 }, (_, v) => Math.trunc(Math.min(255, Math.max(0, f(f(v * f(alpha)) + f(beta))))))
}

export function mapAll(pixels: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[pixels[i]!]!
}

/** Applies a table to one channel of the picture's HSV form. */
export function mapHsv(pixels: Uint8Array, width: number, channel: number, table: Uint8Array): void {
  rgbToHsv(pixels)
  for (let i = channel; i < pixels.length; i += 3) pixels[i] = table[pixels[i]!]!
  hsvToRgb(pixels, width)
}

/** Changes RGB bytes in place: every step clips and truncates to bytes, saturation and hue each make their own way through HSV (mmseg PhotoMetricDistortion). */
export function applyPhotometric(pixels: Uint8Array, width: number, params: PhotometricParams): void {
  const { brightness, contrast, contrastFirst = false, saturation, hue } = params
  // Steps that look at one byte alone are joined into one table, byte for byte the same as one after the other.
  let joined: Uint8Array | null = null
  const add = (table: Uint8Array) => (joined = joined?.map((v) => table[v]!) ?? table)
  if (brightness !== undefined) add(conversion(1, brightness))
  if (contrast !== undefined && contrastFirst) add(conversion(contrast, 0))
  if (saturation !== undefined || hue !== undefined) {
    if (joined) mapAll(pixels, joined)
    joined = null
    if (saturation !== undefined) mapHsv(pixels, width, 1, conversion(saturation, 0))
    if (hue !== undefined) mapHsv(pixels, width, 0, turned(hue))
  }
  if (contrast !== undefined && !contrastFirst) add(conversion(contrast, 0))
  if (joined) mapAll(pixels, joined)
}

/** OpenCV's hue, degrees / 2, moved round the circle. */
export const turned = (by: number): Uint8Array => Uint8Array.from({ length: 256 }, (_, h) => (((h + by) % 180) + 180) % 180)

/** Brightness, contrast, saturation and hue, each with probability one half (specs/segformer.md section 8). */
export const photoMetricDistortion: TransformFactory<'PhotoMetricDistortion'> = (config) => ({
  apply(sample, rng) {
    settleImage(sample)
    const params = drawPhotometric(config, rng)
    // The decoded picture may be shared by a cache: never write into it.
    sample.image = sample.image.slice()
    applyPhotometric(sample.image, sample.imageSize.width, params)
  },
  sizeAfter: (size) => size,
  calm: null,
})

interface Ranges {
  brightnessDelta: number
  contrastRange: readonly [number, number]
  saturationRange: readonly [number, number]
  hueDelta: number
}

function drawPhotometric(config: Ranges, rng: CounterRng): PhotometricParams {
  const params: PhotometricParams = {}
  if (rng.chance(0.5)) params.brightness = rng.range(-config.brightnessDelta, config.brightnessDelta)
  params.contrastFirst = rng.chance(0.5)
  if (rng.chance(0.5)) params.contrast = rng.range(config.contrastRange[0], config.contrastRange[1])
  if (rng.chance(0.5)) params.saturation = rng.range(config.saturationRange[0], config.saturationRange[1])
  if (rng.chance(0.5) && config.hueDelta > 0) params.hue = rng.int(2 * config.hueDelta) - config.hueDelta
  return params
}
