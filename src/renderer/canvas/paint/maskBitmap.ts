import { paintMask } from '../../../shared/geometry/rle.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { classOf, rgbOf, visibleColor, type PaintStyle } from './style.ts'

/** Above this a picture's masks are drawn from every second (third, ...) pixel; hit tests and outlines stay exact. */
const mostPixels = 16_000_000

/** Void regions are hatched, never a plain colour. */
export const hatched = (x: number, y: number): boolean => ((x + y) & 7) < 3

interface Layer {
  readonly mask: MaskShape
  readonly rgba: number
  readonly hatch: boolean
}

/** 0xAABBGGRR: little-endian RGBA bytes, as ImageData has them on every machine a browser runs on. */
function packed(color: string, alpha: number): number {
  const [r, g, b] = rgbOf(color)
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0
}

export function maskLayers(records: readonly Annotation[], style: PaintStyle, isDimmed: (record: Annotation) => boolean): Layer[] {
  return records.flatMap((record) =>
    record.shape.kind === 'mask'
      ? [
          {
            mask: record.shape,
            rgba: packed(visibleColor(classOf(style, record).color), isDimmed(record) ? 46 : 255),
            hatch: record.region === 'void',
          },
        ]
      : [],
  )
}

/** All masks of a picture as one bitmap, painter's order. The pixels' owners are kept, so that a new colour costs one pass and no decoding. */
export class MaskBitmap {
  #owners = new Uint16Array(0)
  #masks: readonly MaskShape[] = []
  #size: ImageSize = { width: 0, height: 0 }

  /** Every how many pixels one is kept. */
  static strideOf(size: ImageSize): number {
    return Math.max(1, Math.ceil(Math.sqrt((size.width * size.height) / mostPixels)))
  }

  /** RGBA words of ceil(width/stride) x ceil(height/stride). */
  compose(layers: readonly Layer[], size: ImageSize, stride: number): Uint32Array<ArrayBuffer> {
    this.#own(layers, size)
    const width = Math.ceil(size.width / stride)
    const height = Math.ceil(size.height / stride)
    const pixels = new Uint32Array(width * height)
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0, from = y * stride * size.width; x < width; x++, at++, from += stride) {
        const owner = this.#owners[from]!
        if (owner === 0) continue
        const layer = layers[owner - 1]!
        if (!layer.hatch || hatched(x, y)) pixels[at] = layer.rgba
      }
    }
    return pixels
  }

  #own(layers: readonly Layer[], size: ImageSize): void {
    const same =
      size.width === this.#size.width &&
      size.height === this.#size.height &&
      layers.length === this.#masks.length &&
      layers.every(({ mask }, i) => mask === this.#masks[i])
    if (same) return
    this.#size = size
    this.#masks = layers.map(({ mask }) => mask)
    this.#owners = new Uint16Array(size.width * size.height)
    layers.forEach(({ mask }, i) => paintMask(mask, this.#owners, size.width, size.height, i + 1))
  }
}
