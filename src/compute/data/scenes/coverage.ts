import type { Outline } from './outlines.ts'

/** How much of each pixel of a rectangle of the picture lies inside an outline, 0 to 1. */
export interface Coverage {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

const rowsPerPixel = 4

/** The box around an outline. */
export function edgesOf(outline: Outline): [left: number, top: number, right: number, bottom: number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of outline)
    for (const [x, y] of ring) {
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  return [left, top, right, bottom]
}

/** The share of every pixel that an outline covers by the non-zero rule: four lines per pixel, exact along each of them; null outside the picture. */
export function coverageOf(outline: Outline, width: number, height: number): Coverage | null {
  const [left, top, right, bottom] = edgesOf(outline)
  const x0 = Math.max(0, Math.floor(left))
  const y0 = Math.max(0, Math.floor(top))
  const w = Math.min(width, Math.ceil(right)) - x0
  const h = Math.min(height, Math.ceil(bottom)) - y0
  if (!(w > 0 && h > 0)) return null
  const data = new Float32Array(w * h)
  const lines: { x: number; sign: number }[][] = Array.from({ length: h * rowsPerPixel }, () => [])
  for (const ring of outline) addRing(ring, y0, lines)
  lines.forEach((crossings, line) => {
    crossings.sort((a, b) => a.x - b.x)
    let winding = 0
    const row = Math.floor(line / rowsPerPixel) * w
    for (let i = 0; i + 1 < crossings.length; i++) {
      winding += crossings[i]!.sign
      if (winding !== 0) addSpan(data, row, w, crossings[i]!.x - x0, crossings[i + 1]!.x - x0)
    }
  })
  return { x: x0, y: y0, width: w, height: h, data }
}

function addRing(ring: Outline[number], y0: number, lines: { x: number; sign: number }[][]): void {
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[j]!
    const [bx, by] = ring[i]!
    if (ay === by) continue
    const [topY, lowY] = ay < by ? [ay, by] : [by, ay]
    const first = Math.max(0, Math.ceil((topY - y0) * rowsPerPixel - 0.5))
    const end = Math.min(lines.length, Math.ceil((lowY - y0) * rowsPerPixel - 0.5))
    const slope = (bx - ax) / (by - ay)
    for (let line = first; line < end; line++) {
      const y = y0 + (line + 0.5) / rowsPerPixel
      lines[line]!.push({ x: ax + (y - ay) * slope, sign: ay < by ? 1 : -1 })
    }
  }
}

function addSpan(data: Float32Array, row: number, width: number, from: number, to: number): void {
  const a = Math.max(0, from)
  const b = Math.min(width, to)
  if (b <= a) return
  const first = Math.floor(a)
  const last = Math.min(width - 1, Math.floor(b))
  const share = 1 / rowsPerPixel
  if (first === last) {
    data[row + first]! += (b - a) * share
    return
  }
  data[row + first]! += (first + 1 - a) * share
  for (let x = first + 1; x < last; x++) data[row + x]! += share
  data[row + last]! += (b - last) * share
}
