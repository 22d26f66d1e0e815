/** Left, top, right, bottom. */
export type Corners = readonly [x0: number, y0: number, x1: number, y1: number]

const area = ([x0, y0, x1, y1]: Corners): number => (x1 - x0) * (y1 - y0)

export function boxIou(a: Corners, b: Corners): number {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  const both = w > 0 && h > 0 ? w * h : 0
  const either = area(a) + area(b) - both
  return either > 0 ? both / either : 0
}

/** Boxes looked at between two pauses. */
const perStep = 64

/**
 * Greedy non-maximum suppression (torchvision nms): positions of the boxes that stay, best first; of two that overlap by more than the threshold the better
 * one. It pauses now and then, so that whoever runs it can do something else meanwhile.
 */
export function* suppressing(boxes: readonly Corners[], scores: readonly number[], threshold: number): Generator<void, number[]> {
  const order = boxes.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const kept: number[] = []
  for (const [at, i] of order.entries()) {
    if (at % perStep === perStep - 1) yield
    if (kept.every((k) => boxIou(boxes[k]!, boxes[i]!) <= threshold)) kept.push(i)
  }
  return kept
}
