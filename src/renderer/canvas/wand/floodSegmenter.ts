import { spansOfMask, maskOfSpans, combineSpans, spanRules } from '../../../shared/geometry/maskSpans.ts'
import { cropMaskFromBits } from '../../../shared/geometry/rle.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { Candidate, SegmentAnswer, Segmenter, SegmentPrompt } from '../engine/segmenter.ts'
import { flooded } from './floodFill.ts'
import { differencesFrom } from './labDistance.ts'

/** How far colours may be from the clicked one, from parts to the whole, and what is thought of each. */
const levels = [
  { steps: 20, iou: 0.7 },
  { steps: 80, iou: 0.9 },
  { steps: 255, iou: 0.6 },
] as const

/** A segmenter for tests: what is clicked floods over like colours, what is clicked away is taken out again. Answers are given by hand. */
export class FloodSegmenter implements Segmenter {
  ready = true
  /** Questions and glances that wait for an answer, oldest first. */
  readonly open: { readonly ticket: number; readonly prompt: SegmentPrompt; readonly glance: boolean }[] = []
  /** All questions there ever were. */
  readonly asked: SegmentPrompt[] = []
  readonly #rgba: Uint8ClampedArray
  readonly #size: ImageSize
  #ticket = 0

  constructor(size: ImageSize, color: (x: number, y: number) => readonly [number, number, number]) {
    const { width, height } = size
    this.#size = size
    this.#rgba = Uint8ClampedArray.from(
      Array.from({ length: width * height }, (_, i) => [...color(i % width, Math.floor(i / width)), 255]).flat(),
    )
  }

  ask(prompt: SegmentPrompt): number {
    this.asked.push(prompt)
    return this.#open(prompt, false)
  }

  glance(prompt: SegmentPrompt): number {
    return this.#open(prompt, true)
  }

  drop(): void {
    this.open.length = 0
  }

  /** The answer to a question, which is then no longer open. */
  answer(at = this.open.length - 1): SegmentAnswer {
    const [{ ticket, prompt }] = this.open.splice(at, 1) as [(typeof this.open)[number]]
    return { kind: 'found', ticket, modelId: 'flood', modelName: 'flood', candidates: this.#segments(prompt) }
  }

  failure(): SegmentAnswer {
    return { kind: 'failed', ticket: this.open.splice(-1, 1)[0]!.ticket }
  }

  #open(prompt: SegmentPrompt, glance: boolean): number {
    this.open.push({ ticket: ++this.#ticket, prompt, glance })
    return this.#ticket
  }

  #segments(prompt: SegmentPrompt): Candidate[] {
    const level = prompt.previous === null ? null : Number(prompt.previous.token)
    const found = levels.flatMap(({ steps, iou }, i) => {
      if (level !== null && i !== level) return []
      const mask = this.#mask(prompt, steps)
      return mask ? [{ token: String(i), iou, mask }] : []
    })
    return found.sort((a, b) => b.iou - a.iou)
  }

  #mask({ points, box, start }: SegmentPrompt, steps: number): Candidate['mask'] | null {
    const { width, height } = this.#size
    const bits = new Uint8Array(width * height)
    const middle = box && points.length === 0 ? [{ x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2, positive: true }] : []
    for (const positive of [true, false])
      for (const point of [...middle, ...points].filter((one) => one.positive === positive)) {
        const seed = Math.floor(point.y) * width + Math.floor(point.x)
        flooded(differencesFrom(this.#rgba, seed), width, seed, steps, true).forEach((inside, at) => {
          if (inside) bits[at] = Number(positive)
        })
      }
    bits.forEach((_, at) => {
      const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5]
      if (box && (x < box.minX || x > box.maxX || y < box.minY || y > box.maxY)) bits[at] = 0
    })
    const found = cropMaskFromBits(bits, { x: 0, y: 0, w: width, h: height })
    if (!start || !found) return found ?? start
    return maskOfSpans(combineSpans(spansOfMask(start), spansOfMask(found), spanRules.union))
  }
}
