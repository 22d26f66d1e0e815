import type { View } from './viewAverage.ts'

/** Mean over the places of logits `[K,h,w]` of the largest softmax probability, averaged over the looks: how sure a network is of a picture. */
export function certaintyOf(views: readonly View[]): number {
  let sum = 0
  for (const { logits, classes, height, width } of views) {
    const plane = height * width
    let top = 0
    for (let at = 0; at < plane; at++) {
      let most = -Infinity
      for (let k = 0; k < classes; k++) most = Math.max(most, logits[k * plane + at]!)
      let total = 0
      for (let k = 0; k < classes; k++) total += Math.exp(logits[k * plane + at]! - most)
      top += 1 / total
    }
    sum += top / plane
  }
  return sum / views.length
}
