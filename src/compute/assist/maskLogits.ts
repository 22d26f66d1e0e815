import { spansOfMask } from '../../shared/geometry/maskSpans.ts'
import type { AssistWindow } from '../../shared/model/assist.ts'
import type { MaskShape } from '../../shared/model/shape.ts'
import type { SamEmbedding, SamLogits } from './samSession.ts'

/** Columns of pixels looked at per grid cell. */
const samples = 4
/** A cell that is wholly inside counts as so probable. */
const sure = 0.999

/** A mask of the picture as the logits that a decoder is given to start from: per grid cell, ln(p / (1 - p)) of the share p that is inside. `grid` is the side of the decoder's masks. */
export function logitsOfMask(mask: MaskShape, { window: encoded, frame }: SamEmbedding, window: AssistWindow, grid: number): SamLogits {
  const [x0, y0, x1, y1] = window
  const side = (content: number) => Math.max(1, Math.min(grid, Math.round((grid * content) / frame.size)))
  const width = side(frame.content[0])
  const height = side(frame.content[1])
  const stepX = (x1 - x0) / width
  const stepY = (y1 - y0) / height
  const spans = spansOfMask(mask)
  const covered = new Float32Array(width * height)
  for (let u = 0; u < width; u++) {
    for (let k = 0; k < samples; k++) {
      const rows = spans.columns[Math.floor(x0 + (u + (k + 0.5) / samples) * stepX) - spans.x] ?? []
      for (let i = 0; i < rows.length; i += 2) addRun(covered, u, width, height, (rows[i]! - y0) / stepY, (rows[i + 1]! - y0) / stepY)
    }
  }
  const data = covered.map((share) => {
    const p = Math.min(sure, Math.max(1 - sure, share / samples))
    return Math.log(p / (1 - p))
  })
  return { width, height, data, scale: [encoded.width / width, encoded.height / height] }
}

/** Adds the part of every cell of a column that lies between two heights, in cells. */
function addRun(covered: Float32Array, column: number, width: number, height: number, from: number, to: number): void {
  const top = Math.max(0, from)
  const bottom = Math.min(height, to)
  for (let v = Math.floor(top); v < bottom; v++) covered[v * width + column]! += Math.min(bottom, v + 1) - Math.max(top, v)
}
