import { cropRgb } from './crop.ts'
import { grabCut } from './grabCut.ts'
import type { Subject } from './subjects.ts'
import type { SamEmbedding, SamSession } from '../../src/compute/assist/samSession.ts'
import { samAnswer, type Answer } from '../../src/compute/train/sam/validateSam.ts'
import type { BinaryMask } from '../../src/shared/metrics/clicks.ts'
import { flooded } from '../../src/renderer/canvas/wand/floodFill.ts'
import { differencesFrom, differenceStep } from '../../src/renderer/canvas/wand/labDistance.ts'

/** Something that answers clicks on one object with a mask of the whole picture. */
export interface Segmenter {
  readonly name: string
  /** A new object; `truth` says where somebody would have zoomed to, nothing else. */
  begin(subject: Subject, truth: BinaryMask): Promise<Answer>
}

/** The page's magic wand at its default tolerance: every positive click adds a region, every negative one takes one away, in order. */
export const wand = (tolerance = 12): Segmenter => ({
  name: `magic wand, tolerance ${tolerance}`,
  async begin({ rgb, width, height }) {
    const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
    for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgba[i * 4 + c] = rgb[i * 3 + c]!
    // A click's region never changes: only the newest one is flooded.
    const mask = new Uint8Array(width * height)
    let done = 0
    return async (clicks) => {
      for (const { x, y, positive } of clicks.slice(done)) {
        const seed = Math.floor(y) * width + Math.floor(x)
        const region = flooded(differencesFrom(rgba, seed), width, seed, tolerance / differenceStep, true)
        for (let i = 0; i < mask.length; i++) if (region[i]) mask[i] = positive ? 1 : 0
      }
      done = clicks.length
      return mask.slice()
    }
  },
})

/** Two colour mixtures and a minimum cut, seeded by discs around the clicks. */
export const colourCut: Segmenter = {
  name: 'colour mixtures and cut (GrabCut)',
  async begin({ rgb, width, height }) {
    return async (clicks) => grabCut({ rgb, width, height }, clicks)
  },
}

/** A SAM on the whole picture, or on the part somebody who looks at the object would have zoomed to. Each answer is fed back. */
export function sam(session: SamSession, name: string, view: 'whole' | 'view'): Segmenter {
  let known: { rgb: Uint8Array; embedding: SamEmbedding } | null = null
  return {
    name: `${name}, ${view === 'whole' ? 'whole picture' : 'zoomed view'}`,
    async begin(subject, truth) {
      const [x0, y0, w, h] = view === 'whole' ? [0, 0, subject.width, subject.height] : viewOf(truth)
      const rgb = view === 'whole' ? subject.rgb : cropRgb(subject, x0, y0, w, h)
      if (known?.rgb !== rgb) known = { rgb, embedding: await session.encode({ width: w, height: h, rgb }) }
      const inWindow = samAnswer(session, known.embedding)
      return async (clicks) => {
        const inner = await inWindow(clicks.map(({ x, y, positive }) => ({ x: x - x0, y: y - y0, positive })))
        const mask = new Uint8Array(subject.width * subject.height)
        for (let y = 0; y < h; y++) mask.set(inner.subarray(y * w, (y + 1) * w), (y0 + y) * subject.width + x0)
        return mask
      }
    },
  }
}

/** The object's box with half its length around it, at least 128 pixels, within the picture. */
function viewOf({ width, height, data }: BinaryMask): [x: number, y: number, w: number, h: number] {
  let [x0, y0, x1, y1] = [width, height, 0, 0]
  for (let i = 0; i < data.length; i++) {
    if (!data[i]) continue
    x0 = Math.min(x0, i % width)
    x1 = Math.max(x1, (i % width) + 1)
    y0 = Math.min(y0, Math.floor(i / width))
    y1 = Math.max(y1, Math.floor(i / width) + 1)
  }
  const side = Math.max(128, 2 * Math.max(x1 - x0, y1 - y0))
  const along = (a: number, b: number, length: number): [number, number] => {
    const size = Math.min(length, side)
    return [Math.round(Math.min(length - size, Math.max(0, (a + b - size) / 2))), size]
  }
  const [x, w] = along(x0, x1, width)
  const [y, h] = along(y0, y1, height)
  return [x, y, w, h]
}
