import type { SampleSheet } from '../../../shared/model/sampleSheet.ts'
import { contentOf, wholeWindow } from '../../data/objects/objectWindow.ts'
import { overlayPixels, rgbOf, type Rgb } from '../../predict/overlay.ts'
import { writeSheet, type DrawnSample } from '../samples.ts'
import { bytesInWindow, histogramOf, type Answered, type ClickedObject } from './clickThrough.ts'

const maxSide = 768
const alpha = 170
const objectColor = rgbOf('#3b82f6')
const wrong: Rgb = [255, 64, 64]
const right: Rgb = [64, 160, 96]

/** A sample of a held-out object as the network answered it, laid over its whole picture. */
export function drawAnswer({ item, object, voids, window, truth }: ClickedObject, answered: Answered): DrawnSample {
  const whole = wholeWindow(item)
  const side = Math.min(maxSide, Math.max(item.width, item.height))
  const content = contentOf(whole, side)
  const [width, height] = content
  const real = bytesInWindow([object.mask], whole, content, side)
  const unknown = bytesInWindow(voids, whole, content, side)
  const seen = new Uint8Array(width * height)
  const [stepX, stepY] = [item.width / width, item.height / height]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = Math.floor((((x + 0.5) * stepX - window.x) * truth.width) / window.w)
      const v = Math.floor((((y + 0.5) * stepY - window.y) * truth.height) / window.h)
      if (u >= 0 && v >= 0 && u < truth.width && v < truth.height) seen[y * width + x] = answered.mask[v * truth.width + u]!
    }
  // Of what is neither meant nor answered nothing is drawn, and nobody knows what is wrong in a void.
  const errors = real.map((value, i) => (unknown[i] === 1 || (value === 0 && seen[i] === 0) ? 255 : value === seen[i] ? 0 : 1))
  const place = (x: number, y: number) => ({
    x: (window.x + (x * window.w) / truth.width) / stepX,
    y: (window.y + (y * window.h) / truth.height) / stepY,
  })
  return {
    sheet: {
      itemId: item.id,
      name: item.name,
      width,
      height,
      mIoU: answered.iou,
      histogram: histogramOf(answered.logits, truth),
      clicks: answered.clicks.map(({ x, y, positive }) => ({ ...place(x, y), positive })),
    },
    layers: {
      prediction: overlayPixels(onlyInside(seen), [objectColor], alpha),
      truth: overlayPixels(onlyInside(real), [objectColor], alpha),
      errors: overlayPixels(errors, [right, wrong], alpha),
    },
  }
}

const onlyInside = (mask: Uint8Array): Uint8Array => mask.map((value) => (value === 1 ? 0 : 255))

/** Collects the samples of one validation and writes them as one sheet. */
export class TuneSheets {
  readonly #runFolder: string
  readonly #keep: number
  #drawn = new Map<number, DrawnSample>()

  constructor(runFolder: string, keep: number) {
    this.#runFolder = runFolder
    this.#keep = keep
  }

  take(slot: number, sample: DrawnSample): void {
    this.#drawn.set(slot, sample)
  }

  /** Null where nothing was taken since the last call. Errors: disk/*. */
  async write(step: number, attempt: number): Promise<SampleSheet | null> {
    const drawn = [...this.#drawn].sort(([a], [b]) => a - b).map(([, sample]) => sample)
    this.#drawn = new Map()
    return writeSheet(this.#runFolder, drawn, { step, attempt, keep: this.#keep })
  }
}
