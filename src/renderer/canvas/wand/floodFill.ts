import type { MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'

/** A region as it is handed from thread to thread: the turns of all columns behind each other, and where each column begins. */
export interface PackedSpans {
  readonly x: number
  readonly starts: Int32Array<ArrayBuffer>
  readonly turns: Int32Array<ArrayBuffer>
}

/** 1 where a pixel differs by at most `most` steps; connected to the seed by sides when `contiguous`. */
export function flooded(differences: Uint8Array, width: number, seed: number, most: number, contiguous: boolean): Uint8Array {
  if (!contiguous) return differences.map((difference) => Number(difference <= most))
  const inside = new Uint8Array(differences.length)
  const height = differences.length / width
  const open = (at: number): boolean => differences[at]! <= most && inside[at] === 0
  // Runs of rows: of each, one pixel is noted for every run it touches above and below.
  const waiting = [seed]
  while (waiting.length > 0) {
    const at = waiting.pop()!
    if (!open(at)) continue
    const row = Math.floor(at / width)
    let left = at
    while (left > row * width && open(left - 1)) left--
    let right = at + 1
    while (right < (row + 1) * width && open(right)) right++
    inside.fill(1, left, right)
    for (const beside of [row - 1, row + 1]) {
      if (beside < 0 || beside >= height) continue
      const shift = (beside - row) * width
      for (let i = left + shift; i < right + shift; i++) if (open(i) && (i === left + shift || !open(i - 1))) waiting.push(i)
    }
  }
  return inside
}

/** The pixels of a window that are 1, as picture columns. */
export function packed(inside: Uint8Array, { x, y, width, height }: PixelWindow): PackedSpans {
  const columns = Array.from({ length: width }, (): number[] => [])
  for (let row = 0, at = 0; row <= height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const now = row < height ? inside[at]! : 0
      const before = row > 0 ? inside[at - width]! : 0
      if (now !== before) columns[column]!.push(y + row)
    }
  }
  const starts = new Int32Array(width + 1)
  columns.forEach((turns, i) => (starts[i + 1] = starts[i]! + turns.length))
  const turns = new Int32Array(starts[width]!)
  columns.forEach((column, i) => turns.set(column, starts[i]))
  return { x, starts, turns }
}

export const unpacked = ({ x, starts, turns }: PackedSpans): MaskSpans => ({
  x,
  columns: Array.from({ length: starts.length - 1 }, (_, i) => [...turns.subarray(starts[i], starts[i + 1])]),
})
