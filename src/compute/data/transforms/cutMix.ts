import type { CounterRng } from '../../tensor/rng.ts'
import type { Region } from '../resize.ts'
import type { Size } from '../sample.ts'
import type { TransformFactory } from './transform.ts'

/** Gamma(shape, 1) by Marsaglia and Tsang (2000); shapes below 1 by the power of a uniform number. */
function drawGamma(shape: number, rng: CounterRng): number {
  if (shape < 1) return drawGamma(shape + 1, rng) * Math.pow(1 - rng.uniform(), 1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = rng.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** Beta(alpha, alpha). */
export function drawBeta(alpha: number, rng: CounterRng): number {
  if (alpha === 1) return rng.uniform()
  const a = drawGamma(alpha, rng)
  const b = drawGamma(alpha, rng)
  return a + b === 0 ? 0.5 : a / (a + b)
}

/** The rectangle of CutMix: sides in proportion to the picture's, area 1 - lambda before it is cut off at the border. */
export function drawCutMixRegion(size: Size, alpha: number, rng: CounterRng): Region {
  const side = Math.sqrt(1 - drawBeta(alpha, rng))
  const half = { x: Math.trunc(Math.trunc(size.width * side) / 2), y: Math.trunc(Math.trunc(size.height * side) / 2) }
  const center = { x: rng.int(size.width), y: rng.int(size.height) }
  const x = Math.max(0, center.x - half.x)
  const y = Math.max(0, center.y - half.y)
  return { x, y, width: Math.min(size.width, center.x + half.x) - x, height: Math.min(size.height, center.y + half.y) - y }
}

/** Pastes a rectangle of another picture and its labels at the same place; where the other is smaller, only what it has. */
export const cutMix: TransformFactory<'CutMix'> = (config) => ({
  wants: (rng) => rng.chance(config.prob),
  mix(sample, other, rng) {
    const { width, height } = sample.imageSize
    const region = drawCutMixRegion({ width, height }, config.alpha, rng)
    const columns = Math.min(region.x + region.width, other.imageSize.width) - region.x
    const rows = Math.min(region.y + region.height, other.imageSize.height) - region.y
    if (columns <= 0 || rows <= 0) return
    sample.image = sample.image.slice()
    sample.label = sample.label.slice()
    for (let y = region.y; y < region.y + rows; y++) {
      const from = y * other.imageSize.width + region.x
      const to = y * width + region.x
      sample.image.set(other.image.subarray(from * 3, (from + columns) * 3), to * 3)
      sample.label.set(other.label.subarray(from, from + columns), to)
    }
  },
  sizeAfter: (size) => size,
  calm: null,
})
