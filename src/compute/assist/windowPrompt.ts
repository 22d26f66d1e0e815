import type { SamQuestion } from '../../shared/api/compute/assist.ts'
import type { AssistWindow } from '../../shared/model/assist.ts'
import type { SamEmbedding, SamPrompt } from './samSession.ts'

/**
 * Places of the picture as pixels of what was encoded, which may be smaller. `feedback`: the model takes a mask to start from; one that does not is shown
 * where it lies.
 */
export function windowPrompt(
  { points, box, mask }: Pick<SamQuestion, 'points' | 'box' | 'mask'>,
  { window: encoded }: Pick<SamEmbedding, 'window'>,
  [x0, y0, x1, y1]: AssistWindow,
  feedback: boolean,
): Omit<SamPrompt, 'logits'> {
  // Far outside is as good as further outside, and stays a number that models can multiply.
  const near = (value: number, side: number) => Math.min(2 * side, Math.max(-side, value))
  const toX = (x: number) => near(((x - x0) * encoded.width) / (x1 - x0), encoded.width)
  const toY = (y: number) => near(((y - y0) * encoded.height) / (y1 - y0), encoded.height)
  const start = mask && !feedback ? ([mask.x, mask.y, mask.x + mask.w, mask.y + mask.h] as const) : null
  const around = box ?? start
  return {
    points: points.map(({ x, y, positive }) => ({ x: toX(x), y: toY(y), positive })),
    box: around && [toX(around[0]), toY(around[1]), toX(around[2]), toY(around[3])],
  }
}
