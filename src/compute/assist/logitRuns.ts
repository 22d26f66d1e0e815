import { encodeRuns } from '../../shared/geometry/rle.ts'
import type { AssistWindow } from '../../shared/model/assist.ts'
import type { MaskShape } from '../../shared/model/shape.ts'
import type { SamLogits } from './samSession.ts'

// Between two grid points a bilinear surface is linear along a column of pixels, so it crosses a threshold once at most: the runs of a mask come from
// the grid alone, and only from those of its cells that have corners on both sides, whatever the picture measures. No bitmap of the window is ever made.

/** Keeps what is no number from travelling on: it is outside. */
const bounded = (value: number): number => (value > -1e9 ? Math.min(value, 1e9) : -1e9)

/**
 * Calls back for every vertical run of pixels whose logit (bilinear between pixel centres, edges repeated) is above `threshold`: column, first row, row after
 * the last, columns ascending. `width` x `height` is the size that the grid is stretched to.
 */
function eachRunAbove(
  { width: gridWidth, height: gridHeight, data }: SamLogits,
  [scaleX, scaleY]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number },
  threshold: number,
  visit: (column: number, from: number, to: number) => void,
): void {
  const values = new Float64Array(data.length)
  for (let i = 0; i < values.length; i++) values[i] = bounded(data[i]!)
  /** First pixel row whose centre lies at or below grid row v. */
  const firstRow = Array.from({ length: gridHeight }, (_, v) => Math.min(height, Math.max(0, Math.ceil((v + 0.5) * scaleY - 0.5))))
  /** Grid rows below which a cell between the two grid columns around a pixel column has corners on both sides. */
  const crossed = new Int32Array(gridHeight)
  let crossings = 0
  let leftBefore = -1
  for (let x = 0; x < width; x++) {
    const gx = Math.min(gridWidth - 1, Math.max(0, (x + 0.5) / scaleX - 0.5))
    const left = Math.floor(gx)
    const right = Math.min(gridWidth - 1, left + 1)
    const share = gx - left
    if (left !== leftBefore) crossings = findCrossed(values, gridWidth, [left, right], threshold, crossed)
    leftBefore = left
    let from = values[left]! * (1 - share) + values[right]! * share > threshold ? 0 : -1
    for (let i = 0; i < crossings; i++) {
      const v = crossed[i]!
      const at = v * gridWidth
      const a = values[at + left]! * (1 - share) + values[at + right]! * share - threshold
      const b = values[at + gridWidth + left]! * (1 - share) + values[at + gridWidth + right]! * share - threshold
      if (a > 0 === b > 0) continue
      const crossing = (v + a / (a - b) + 0.5) * scaleY - 0.5
      const row = Math.min(firstRow[v + 1]!, Math.max(firstRow[v]!, a > 0 ? Math.ceil(crossing) : Math.floor(crossing) + 1))
      if (b > 0) from = row
      else {
        if (row > from) visit(x, from, row)
        from = -1
      }
    }
    if (from >= 0 && height > from) visit(x, from, height)
  }
}

/** Fills `rows` with the upper rows of the cells between two grid columns whose corners lie on both sides of the threshold, and answers with their number. */
function findCrossed(
  values: Float64Array,
  gridWidth: number,
  [left, right]: readonly [number, number],
  threshold: number,
  rows: Int32Array,
): number {
  const above = (v: number): number =>
    (values[v * gridWidth + left]! > threshold ? 1 : 0) + (values[v * gridWidth + right]! > threshold ? 1 : 0)
  let count = 0
  let before = above(0)
  for (let v = 0; v + 1 < rows.length; v++) {
    const next = above(v + 1)
    if (before + next > 0 && before + next < 4) rows[count++] = v
    before = next
  }
  return count
}

/** What is above zero as a mask in pixels of the picture, cropped; `window` is the part of the picture that the grid covers. Null: nothing is. */
export function maskOfLogits(
  logits: SamLogits,
  encoded: { readonly width: number; readonly height: number },
  window: AssistWindow,
): MaskShape | null {
  const [x0, y0, x1, y1] = window
  const size = { width: x1 - x0, height: y1 - y0 }
  const runs: number[] = []
  let top = size.height
  let bottom = 0
  eachRunAbove(logits, stretched(logits, encoded, size), size, 0, (column, from, to) => {
    runs.push(column, from, to)
    if (from < top) top = from
    if (to > bottom) bottom = to
  })
  if (runs.length === 0) return null
  const left = runs[0]!
  const h = bottom - top
  const w = runs.at(-3)! - left + 1
  const lengths: number[] = []
  let end = 0
  for (let i = 0; i < runs.length; i += 3) {
    const start = (runs[i]! - left) * h + runs[i + 1]! - top
    const length = runs[i + 2]! - runs[i + 1]!
    if (lengths.length > 0 && start === end) lengths[lengths.length - 1]! += length
    else lengths.push(start - end, length)
    end = start + length
  }
  if (end < w * h) lengths.push(w * h - end)
  return { kind: 'mask', x: x0 + left, y: y0 + top, w, h, rle: encodeRuns(lengths) }
}

/** Pixels of the window above +offset by those above -offset (specs/sam.md 2.6): how little the mask depends on its threshold; 0 for an empty one. */
export function stabilityOf(
  logits: SamLogits,
  encoded: { readonly width: number; readonly height: number },
  window: AssistWindow,
  offset: number,
): number {
  const size = { width: window[2] - window[0], height: window[3] - window[1] }
  const scale = stretched(logits, encoded, size)
  const above = (threshold: number): number => {
    let pixels = 0
    eachRunAbove(logits, scale, size, threshold, (_, from, to) => (pixels += to - from))
    return pixels
  }
  const union = above(-offset)
  return union === 0 ? 0 : above(offset) / union
}

/** A window may have been reduced before it was encoded: from its grid to the pixels of the picture. */
const stretched = (
  { scale }: SamLogits,
  encoded: { readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
): [number, number] => [(scale[0] * size.width) / encoded.width, (scale[1] * size.height) / encoded.height]
