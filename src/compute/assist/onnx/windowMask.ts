import type { SamLogits } from '../samSession.ts'
import { bilinearTaps } from './frame.ts'

/** Logits bilinear at the size of the window, > 0: `[H,W]` bytes. Rows are only looked at where a cell above or below is positive. */
export function windowMask(logits: SamLogits, window: { width: number; height: number }): Uint8Array {
  const { width, height } = window
  const mask = new Uint8Array(width * height)
  const columns = bilinearTaps(logits.width, width, 1 / logits.scale[0])
  const rows = bilinearTaps(logits.height, height, 1 / logits.scale[1])
  const spans = positiveSpans(logits)
  const line = new Float32Array(logits.width)
  for (let y = 0; y < height; y++) {
    const [a, b, v] = [rows.first[y]!, rows.second[y]!, rows.share[y]!]
    const from = Math.min(spans.from[a]!, spans.from[b]!)
    const to = Math.max(spans.to[a]!, spans.to[b]!)
    if (from > to) continue
    const first = Math.max(0, from - 1)
    const last = Math.min(logits.width - 1, to + 1)
    for (let i = Math.max(0, first - 1); i <= Math.min(logits.width - 1, last + 1); i++)
      line[i] = logits.data[a * logits.width + i]! * (1 - v) + logits.data[b * logits.width + i]! * v
    const start = Math.max(0, Math.floor(first * logits.scale[0]))
    const end = Math.min(width, Math.ceil((last + 1) * logits.scale[0]))
    for (let x = start, o = y * width + start; x < end; x++, o++) {
      const u = columns.share[x]!
      if (line[columns.first[x]!]! * (1 - u) + line[columns.second[x]!]! * u > 0) mask[o] = 1
    }
  }
  return mask
}

/** First and last positive cell of every row. */
function positiveSpans({ width, height, data }: SamLogits): { from: Int32Array; to: Int32Array } {
  const from = new Int32Array(height).fill(width)
  const to = new Int32Array(height).fill(-1)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!(data[i]! > 0)) continue
      if (to[y]! < 0) from[y] = x
      to[y] = x
    }
  }
  return { from, to }
}
