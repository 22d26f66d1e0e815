import type { MaskShape } from '../model/shape.ts'
import { combineRows, spansOfMask, type MaskSpans } from './maskSpans.ts'

/**
 * The border between inside and outside pixels as axis-parallel segments x0,y0,x1,y1 in picture pixels, straight runs merged; the first lies on the
 * topmost row. Drawn as lines it follows the pixel edges exactly at any zoom.
 */
export const maskOutline = (mask: MaskShape): Float32Array => outlineOfSpans(spansOfMask(mask))

function outlineOfSpans({ x, columns }: MaskSpans): Float32Array {
  const level: number[] = []
  const upright: number[] = []
  let before: readonly number[] = []
  // Where the level edges that reach the present column began, one for each turn of the column before.
  let begins: number[] = []
  for (let i = 0; i <= columns.length; i++) {
    const rows = columns[i] ?? []
    const differing = combineRows(before, rows, (a, b) => a !== b)
    for (let k = 0; k < differing.length; k += 2) upright.push(x + i, differing[k]!, x + i, differing[k + 1]!)
    const next: number[] = []
    let k = 0
    for (const y of rows) {
      while (k < before.length && before[k]! < y) level.push(begins[k]!, before[k]!, x + i, before[k++]!)
      next.push(before[k] === y ? begins[k++]! : x + i)
    }
    while (k < before.length) level.push(begins[k]!, before[k]!, x + i, before[k++]!)
    before = rows
    begins = next
  }
  putTopFirst(level)
  const segments = new Float32Array(level.length + upright.length)
  segments.set(level)
  segments.set(upright, level.length)
  return segments
}

function putTopFirst(level: number[]): void {
  let top = 0
  for (let at = 4; at < level.length; at += 4) if (level[at + 1]! < level[top + 1]!) top = at
  for (let k = 0; k < 4 && top > 0; k++) [level[k], level[top + k]] = [level[top + k]!, level[k]!]
}
