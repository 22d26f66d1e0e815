import type { CounterRng } from '../../tensor/rng.ts'
import { settleImage } from '../sample.ts'
import { mapAll, mapHsv, turned } from './photometric.ts'
import type { TransformFactory } from './transform.ts'

const f = Math.fround

/** `from + alpha * (to - from)` in float32, clipped and truncated to a byte, as Pillow blends. */
const blend = (from: number, to: number, alpha: number): number => {
  const value = f(from + f(f(alpha) * (to - from)))
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value)
}

/** ITU-R 601 luma in 16-bit fixed point, as Pillow converts to grey. */
const luma = (r: number, g: number, b: number): number => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16

function meanLuma(pixels: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < pixels.length; i += 3) sum += luma(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!)
  return Math.floor(sum / (pixels.length / 3) + 0.5)
}

const againstLevel = (level: number, factor: number): Uint8Array => Uint8Array.from({ length: 256 }, (_, v) => blend(level, v, factor))

function saturate(pixels: Uint8Array, factor: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const grey = luma(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!)
    for (let c = i; c < i + 3; c++) pixels[c] = blend(grey, pixels[c]!, factor)
  }
}

export type JitterStep = 'brightness' | 'contrast' | 'saturation' | 'hue'

/**
 * One step on RGB bytes in place. Brightness blends with black, contrast with the mean grey, saturation with each pixel's grey by `amount` (1 changes
 * nothing; the arithmetic of Pillow's ImageEnhance); hue turns OpenCV's 8-bit hue by `amount` of a circle.
 */
export function applyJitter(pixels: Uint8Array, width: number, step: JitterStep, amount: number): void {
  if (step === 'brightness') mapAll(pixels, againstLevel(0, amount))
  else if (step === 'contrast') mapAll(pixels, againstLevel(meanLuma(pixels), amount))
  else if (step === 'saturation') saturate(pixels, amount)
  else mapHsv(pixels, width, 0, turned(Math.round(amount * 180)))
}

const steps: readonly JitterStep[] = ['brightness', 'contrast', 'saturation', 'hue']

function drawAmount(step: JitterStep, strength: number, rng: CounterRng): number {
  return step === 'hue' ? rng.range(-strength, strength) : rng.range(1 - strength, 1 + strength)
}

/** The four steps in a random order; one of strength 0 is left out. */
export const colorJitter: TransformFactory<'ColorJitter'> = (config) => ({
  apply(sample, rng) {
    if (!rng.chance(config.prob)) return
    settleImage(sample)
    sample.image = sample.image.slice()
    for (const index of rng.shuffle([0, 1, 2, 3])) {
      const step = steps[index]!
      if (config[step] > 0) applyJitter(sample.image, sample.imageSize.width, step, drawAmount(step, config[step], rng))
    }
  },
  sizeAfter: (size) => size,
  calm: null,
})
