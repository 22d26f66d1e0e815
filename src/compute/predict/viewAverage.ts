import { bilinearTaps, type Taps } from './classMap.ts'

/** Logits `[K,h,w]` of one look at a picture. */
export interface View {
  readonly logits: Float32Array
  readonly classes: number
  readonly height: number
  readonly width: number
  /** The picture was mirrored for it. */
  readonly flipped: boolean
}

/**
 * Class per pixel from several looks: each is resized bilinearly to `height x width` (a mirrored one turned back), turned into probabilities by
 * softmax or left as logits, and averaged; the largest wins, the first of equals (mmseg SegTTAModel). One row at a time.
 */
export function classMapOfViews(views: readonly View[], height: number, width: number, average: 'probabilities' | 'logits'): Uint8Array {
  const classes = views[0]!.classes
  const prepared = views.map((view) => ({ view, rows: bilinearTaps(view.height, height), columns: bilinearTaps(view.width, width) }))
  const out = new Uint8Array(height * width)
  const sum = new Float32Array(width * classes)
  const scores = new Float32Array(classes)
  for (let y = 0; y < height; y++) {
    sum.fill(0)
    for (const { view, rows, columns } of prepared) addRow(view, rows, columns, y, sum, scores, average === 'probabilities')
    for (let x = 0; x < width; x++) {
      let best = 0
      for (let k = 1; k < classes; k++) if (sum[x * classes + k]! > sum[x * classes + best]!) best = k
      out[y * width + x] = best
    }
  }
  return out
}

function addRow(view: View, rows: Taps, columns: Taps, y: number, sum: Float32Array, scores: Float32Array, softmax: boolean): void {
  const { logits, classes, flipped } = view
  const plane = view.height * view.width
  const above = rows.low[y]! * view.width
  const below = rows.high[y]! * view.width
  const fy = rows.weight[y]!
  const width = columns.low.length
  for (let x = 0; x < width; x++) {
    const at = flipped ? width - 1 - x : x
    const left = columns.low[at]!
    const right = columns.high[at]!
    const fx = columns.weight[at]!
    let most = -Infinity
    for (let k = 0, p = 0; k < classes; k++, p += plane) {
      const a = logits[p + above + left]!
      const c = logits[p + above + right]!
      const l = a + fy * (logits[p + below + left]! - a)
      const r = c + fy * (logits[p + below + right]! - c)
      scores[k] = l + fx * (r - l)
      if (scores[k]! > most) most = scores[k]!
    }
    let total = 1
    if (softmax) {
      total = 0
      for (let k = 0; k < classes; k++) total += scores[k] = Math.exp(scores[k]! - most)
    }
    for (let k = 0; k < classes; k++) sum[x * classes + k]! += scores[k]! / total
  }
}
