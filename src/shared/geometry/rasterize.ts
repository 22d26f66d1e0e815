import type { MaskShape, PolygonShape, Shape } from '../model/shape.ts'
import { cropMaskFromBits, paintMask } from './rle.ts'

/**
 * Pixels of a polygon: a pixel is inside when its centre is, by the even-odd rule over the rings of a part; parts are united.
 * Calls back with the row and the columns [from, to) of every run inside a picture of `width` x `height`; runs of different parts may overlap.
 */
export function eachPolygonRun(
  polygon: PolygonShape,
  width: number,
  height: number,
  visit: (row: number, from: number, to: number) => void,
): void {
  for (const part of polygon.parts) {
    const crossings: (number[] | undefined)[] = []
    for (const ring of [part.outer, ...part.holes]) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) crossEdge(ring[j]!, ring[i]!, height, crossings)
    }
    crossings.forEach((xs, row) => {
      if (!xs) return
      xs.sort((a, b) => a - b)
      for (let i = 0; i + 1 < xs.length; i += 2) {
        const from = Math.max(0, Math.ceil(xs[i]! - 0.5))
        const to = Math.min(width, Math.ceil(xs[i + 1]! - 0.5))
        if (from < to) visit(row, from, to)
      }
    })
  }
}

/** Notes where an edge crosses the centre lines of the rows; an end that lies exactly on a line counts for the edge below it only. */
function crossEdge(a: readonly [number, number], b: readonly [number, number], height: number, crossings: (number[] | undefined)[]): void {
  const [upper, lower] = a[1] <= b[1] ? [a, b] : [b, a]
  const first = Math.max(0, Math.ceil(upper[1] - 0.5))
  const end = Math.min(height, Math.ceil(lower[1] - 0.5))
  const dx = lower[0] - upper[0]
  const dy = lower[1] - upper[1]
  // Multiplied before it is divided: a crossing that lies on a pixel centre is found there exactly.
  for (let row = first; row < end; row++) (crossings[row] ??= []).push(upper[0] + ((row + 0.5 - upper[1]) * dx) / dy)
}

/** Polygon -> mask cropped to its pixels; null when it covers no pixel centre of the picture. */
export function rasterizePolygon(polygon: PolygonShape, width: number, height: number): MaskShape | null {
  const xs = polygon.parts.flatMap((part) => part.outer.map(([x]) => x))
  const ys = polygon.parts.flatMap((part) => part.outer.map(([, y]) => y))
  const x = clamp(Math.floor(minOf(xs)), 0, width)
  const y = clamp(Math.floor(minOf(ys)), 0, height)
  const w = clamp(Math.ceil(-minOf(xs.map((v) => -v))), 0, width) - x
  const h = clamp(Math.ceil(-minOf(ys.map((v) => -v))), 0, height) - y
  if (w <= 0 || h <= 0) return null
  const bits = new Uint8Array(w * h)
  eachPolygonRun(polygon, width, height, (row, from, to) => {
    const left = Math.max(from, x) - x
    const right = Math.min(to, x + w) - x
    if (row >= y && row < y + h && left < right) bits.fill(1, (row - y) * w + left, (row - y) * w + right)
  })
  return cropMaskFromBits(bits, { x, y, w, h })
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
const minOf = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity)

/** Does the shape cover pixels of a label map? Boxes, lines and points do not. */
export function paintsPixels(shape: Shape): shape is MaskShape | PolygonShape {
  return shape.kind === 'mask' || shape.kind === 'polygon'
}

/** Writes `value` wherever a mask or polygon covers a row-major picture. */
export function paintShape(shape: MaskShape | PolygonShape, target: Uint8Array, width: number, height: number, value: number): void {
  if (shape.kind === 'mask') paintMask(shape, target, width, height, value)
  else eachPolygonRun(shape, width, height, (row, from, to) => target.fill(value, row * width + from, row * width + to))
}

/** The order regions are painted in: by z, void last, older before younger (ids are in order of time). */
export function paintOrder<T extends { region: 'object' | 'void'; z: number; id: string }>(annotations: readonly T[]): T[] {
  return [...annotations].sort((a, b) => Number(a.region === 'void') - Number(b.region === 'void') || a.z - b.z || (a.id < b.id ? -1 : 1))
}
