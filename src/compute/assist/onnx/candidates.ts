import type { SamPromptRule } from '../../../shared/model/samModel.ts'
import type { SamCandidate, SamEmbedding, SamLogits } from '../samSession.ts'
import type { FramePrompt, Signature } from './adapter.ts'
import type { Answer } from './answer.ts'
import { gridOf } from './frame.ts'
import { windowMask } from './windowMask.ts'

/** The decoder's masks as candidates, in the order of the rule. `entries`: points, box corners and padding that the decoder was given. */
export function candidatesOf(answer: Answer, embedding: SamEmbedding, { prompts, grid }: Signature, entries: number): SamCandidate[] {
  if (answer.objectScore !== null && answer.objectScore < 0) return []
  const masks = Array.from({ length: answer.count }, (_, i) => logitsOf(answer, i, embedding, grid))
  return orderOf(prompts.maskRule, masks, answer.scores, entries).map((i) => ({
    // Models whose masks are ordered by their steadiness have scores that mean nothing.
    iou: prompts.maskRule === 'stability' ? null : (answer.scores?.[i] ?? null),
    logits: masks[i]!,
    mask: () => windowMask(masks[i]!, embedding.window),
  }))
}

function logitsOf({ masks, width, height, whole }: Answer, index: number, { window, frame }: SamEmbedding, grid: number): SamLogits {
  const data = masks.subarray(index * width * height, (index + 1) * width * height)
  if (!whole) return { width, height, data: data.slice(), scale: [window.width / width, window.height / height] }
  const cut = gridOf(window, frame, width === grid ? grid : width)
  const kept = new Float32Array(cut.width * cut.height)
  for (let row = 0; row < cut.height; row++) kept.set(data.subarray(row * width, row * width + cut.width), row * cut.width)
  return { ...cut, data: kept }
}

/** The candidate to show first in front, then by predicted IoU. */
function orderOf(rule: SamPromptRule['maskRule'], masks: readonly SamLogits[], scores: Float32Array | null, entries: number): number[] {
  const all = [...masks.keys()]
  const value = rule === 'stability' ? masks.map(stability) : (scores ?? all.map((i) => -i))
  const best = (list: number[]): number[] => list.sort((a, b) => value[b]! - value[a]!)
  if (rule !== 'official' || masks.length !== 4) return best(all)
  // Mask 0 answers prompts that leave no doubt; the other three are whole, part and subpart (specs/sam.md section 2.5).
  return entries >= 3 ? [0, ...best([1, 2, 3])] : best([1, 2, 3])
}

/** How little a mask changes with its threshold (segment-anything, calculate_stability_score with offset 1). */
function stability({ data }: SamLogits): number {
  let [inner, outer] = [0, 0]
  for (const logit of data) {
    if (logit > 1) inner++
    if (logit > -1) outer++
  }
  return outer === 0 ? 0 : inner / outer
}

/** Of a decoder that knows no boxes: the candidates that fill the box best come first. */
export function byBox(candidates: readonly SamCandidate[], box: readonly [number, number, number, number]): SamCandidate[] {
  const share = new Map(candidates.map((candidate) => [candidate, boxShare(candidate.logits, box)]))
  return [...candidates].sort((a, b) => share.get(b)! - share.get(a)!)
}

/** IoU of a mask and a box, in cells of the grid. */
function boxShare({ width, height, data, scale }: SamLogits, [x0, y0, x1, y1]: readonly [number, number, number, number]): number {
  let [both, either] = [0, 0]
  for (let y = 0, i = 0; y < height; y++) {
    const inRows = (y + 0.5) * scale[1] >= y0 && (y + 0.5) * scale[1] < y1
    for (let x = 0; x < width; x++, i++) {
      const inBox = inRows && (x + 0.5) * scale[0] >= x0 && (x + 0.5) * scale[0] < x1
      const inMask = data[i]! > 0
      if (inBox && inMask) both++
      if (inBox || inMask) either++
    }
  }
  return either === 0 ? 0 : both / either
}

/** What stands for a box where only points are known. */
export function withoutBox(prompt: FramePrompt): FramePrompt {
  if (!prompt.box) return prompt
  const [x0, y0, x1, y1] = prompt.box
  const clicked = prompt.points.some(({ label }) => label === 1)
  const points = clicked ? prompt.points : [{ x: (x0 + x1) / 2, y: (y0 + y1) / 2, label: 1 }, ...prompt.points]
  return { ...prompt, box: null, points }
}
