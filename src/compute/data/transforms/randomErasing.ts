import type { CounterRng } from '../../tensor/rng.ts'
import type { Region } from '../resize.ts'
import { settleImage, type Size } from '../sample.ts'
import type { TransformFactory } from './transform.ts'

const tries = 10
/** The mean colour of ImageNet, in bytes: what normalises to zero. */
const meanColor = [124, 116, 104] as const

/** A rectangle of a random share and shape that lies inside; null after ten that do not fit (the loop of torchvision's RandomErasing). */
function drawRectangle(
  size: Size,
  { area, aspect }: { area: readonly [number, number]; aspect: readonly [number, number] },
  rng: CounterRng,
): Region | null {
  for (let i = 0; i < tries; i++) {
    const pixels = size.width * size.height * rng.range(area[0], area[1])
    const ratio = Math.exp(rng.range(Math.log(aspect[0]), Math.log(aspect[1])))
    const height = Math.round(Math.sqrt(pixels * ratio))
    const width = Math.round(Math.sqrt(pixels / ratio))
    if (width < 1 || height < 1 || width >= size.width || height >= size.height) continue
    return { x: rng.int(size.width - width + 1), y: rng.int(size.height - height + 1), width, height }
  }
  return null
}

function paint(image: Uint8Array, width: number, region: Region, fill: 'black' | 'mean' | 'noise', rng: CounterRng): void {
  for (let y = region.y; y < region.y + region.height; y++) {
    const start = (y * width + region.x) * 3
    for (let i = 0; i < region.width * 3; i++)
      image[start + i] = fill === 'black' ? 0 : fill === 'mean' ? meanColor[i % 3]! : rng.uint32() >>> 24
  }
}

/** Paints over random rectangles; the labels underneath become void, or stay. */
export const randomErasing: TransformFactory<'RandomErasing'> = (config) => ({
  apply(sample, rng) {
    if (!rng.chance(config.prob)) return
    settleImage(sample)
    sample.image = sample.image.slice()
    if (config.label === 'void') sample.label = sample.label.slice()
    for (let n = 0; n < config.count; n++) {
      const region = drawRectangle(sample.imageSize, config, rng)
      if (!region) continue
      const { width } = sample.imageSize
      paint(sample.image, width, region, config.fill, rng)
      if (config.label === 'void')
        for (let y = region.y; y < region.y + region.height; y++)
          sample.label.fill(255, y * width + region.x, y * width + region.x + region.width)
    }
  },
  sizeAfter: (size) => size,
  calm: null,
})
