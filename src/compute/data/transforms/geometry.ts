import type { CounterRng } from '../../tensor/rng.ts'
import type { Region } from '../resize.ts'
import { cropSample, effectiveSize, padBytes, settleImage, type Size } from '../sample.ts'
import type { TransformFactory } from './transform.ts'

function drawRegion(size: Size, crop: readonly [number, number], rng: CounterRng): Region {
  const y = rng.int(Math.max(size.height - crop[0], 0) + 1)
  const x = rng.int(Math.max(size.width - crop[1], 0) + 1)
  return { x, y, width: Math.min(crop[1], size.width), height: Math.min(crop[0], size.height) }
}

/** True when the region has more than one class and the largest covers less than `maxRatio` of its labelled pixels. */
export function classesAreMixed(label: Uint8Array, width: number, region: Region, maxRatio: number): boolean {
  const counts = new Int32Array(256)
  for (let y = region.y; y < region.y + region.height; y++) {
    const start = y * width + region.x
    for (let i = start; i < start + region.width; i++) counts[label[i]!]!++
  }
  let present = 0
  let most = 0
  let all = 0
  for (let c = 0; c < 255; c++) {
    const n = counts[c]!
    if (n === 0) continue
    present++
    all += n
    if (n > most) most = n
  }
  return present > 1 && most / all < maxRatio
}

/** Cuts a random window out of image and label; redraws up to ten times while one class fills it beyond `catMaxRatio` (mmseg RandomCrop). */
export const randomCrop: TransformFactory<'RandomCrop'> = (config) => ({
  apply(sample, rng) {
    const size = effectiveSize(sample)
    let region = drawRegion(size, config.size, rng)
    if (config.catMaxRatio < 1) {
      for (let i = 0; i < 10 && !classesAreMixed(sample.label, size.width, region, config.catMaxRatio); i++)
        region = drawRegion(size, config.size, rng)
    }
    cropSample(sample, region)
  },
  sizeAfter(size) {
    const [height, width] = config.size
    const cut = (s: Size | null): Size | null => s && { width: Math.min(width, s.width), height: Math.min(height, s.height) }
    return { image: cut(size.image), label: cut(size.label) }
  },
})

function mirrorImage(pixels: Uint8Array, { width, height }: Size): Uint8Array {
  const out = new Uint8Array(pixels.length)
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = width - 1, from = (y * width + x) * 3; x >= 0; x--, from -= 3, o += 3) {
      out[o] = pixels[from]!
      out[o + 1] = pixels[from + 1]!
      out[o + 2] = pixels[from + 2]!
    }
  }
  return out
}

function mirrorLabel(label: Uint8Array, { width, height }: Size): Uint8Array {
  const out = label.slice()
  for (let y = 0; y < height; y++) out.subarray(y * width, (y + 1) * width).reverse()
  return out
}

/** Mirrors image and label left to right with probability `prob`. */
export const randomFlip: TransformFactory<'RandomFlip'> = (config) => ({
  apply(sample, rng) {
    if (!rng.chance(config.prob)) return
    settleImage(sample)
    sample.image = mirrorImage(sample.image, sample.imageSize)
    sample.label = mirrorLabel(sample.label, sample.labelSize)
  },
  sizeAfter: (size) => size,
  calm: null,
})

/** Fills up to `size` at the bottom and right: the image with black (before normalisation), the label with 255. */
export const pad: TransformFactory<'Pad'> = (config) => {
  const grown = (size: Size): Size => ({ width: Math.max(size.width, config.size[1]), height: Math.max(size.height, config.size[0]) })
  return {
    apply(sample) {
      settleImage(sample)
      const to = grown(sample.imageSize)
      sample.image = padBytes(sample.image, sample.imageSize, 3, to, 0)
      const labelTo = grown(sample.labelSize)
      sample.label = padBytes(sample.label, sample.labelSize, 1, labelTo, 255)
      sample.imageSize = to
      sample.labelSize = labelTo
    },
    sizeAfter: (size) => ({ image: size.image && grown(size.image), label: size.label && grown(size.label) }),
  }
}
