import type { MaskShape, PolygonShape, Shape } from '../model/shape.ts'
import { areaPolygon } from './areaPolygon.ts'
import { paintMask } from './rle.ts'

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
    const rings = [part.outer, ...part.holes]
    let top = Infinity
    let bottom = -Infinity
    for (const ring of rings)
      for (const [, y] of ring) {
        top = Math.min(top, y)
        bottom = Math.max(bottom, y)
      }
    const first = Math.max(0, Math.ceil(top - 0.5))
    const end = Math.min(height, Math.ceil(bottom - 0.5))
    if (first >= end) continue
    const crossings = Array.from({ length: end - first }, (): number[] => [])
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) crossEdge(ring[j]!, ring[i]!, first, end, crossings)
    }
    crossings.forEach((xs, i) => {
      xs.sort((a, b) => a - b)
      for (let k = 0; k + 1 < xs.length; k += 2) {
        const from = Math.max(0, Math.ceil(xs[k]! - 0.5))
        const to = Math.min(width, Math.ceil(xs[k + 1]! - 0.5))
        if (from < to) visit(first + i, from, to)
      }
    })
  }
}

/** Notes where an edge crosses the centre lines of the rows [first, end); an end that lies exactly on a line counts for the edge below it only. */
function crossEdge(
  a: readonly [number, number],
  b: readonly [number, number],
  first: number,
  end: number,
  crossings: readonly number[][],
): void {
  const [upper, lower] = a[1] <= b[1] ? [a, b] : [b, a]
  const from = Math.max(first, Math.ceil(upper[1] - 0.5))
  const to = Math.min(end, Math.ceil(lower[1] - 0.5))
  const dx = lower[0] - upper[0]
  const dy = lower[1] - upper[1]
  // Multiplied before it is divided: a crossing that lies on a pixel centre is found there exactly.
  for (let row = from; row < to; row++) crossings[row - first]!.push(upper[0] + ((row + 0.5 - upper[1]) * dx) / dy)
}

/** The pixels of a polygon by row: ascending columns where it turns inside and outside by turns, the runs of all parts united. */
export function polygonRows(polygon: PolygonShape, width: number, height: number): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>()
  eachPolygonRun(polygon, width, height, (row, from, to) => {
    const runs = rows.get(row)
    if (runs) runs.push(from, to)
    else rows.set(row, [from, to])
  })
  for (const [row, runs] of rows) if (!isAscending(runs)) rows.set(row, unitedRuns(runs))
  return rows
}

const isAscending = (list: readonly number[]): boolean => list.every((value, i) => i === 0 || value > list[i - 1]!)

function unitedRuns(runs: readonly number[]): number[] {
  const pairs = Array.from({ length: runs.length / 2 }, (_, i) => [runs[2 * i]!, runs[2 * i + 1]!] as const).sort((a, b) => a[0] - b[0])
  const united: number[] = []
  for (const [from, to] of pairs) {
    const end = united.at(-1)
    if (end === undefined || from > end) united.push(from, to)
    else if (to > end) united[united.length - 1] = to
  }
  return united
}

/** Does the shape cover pixels whatever it is of? Boxes, lines and points do not. */
export function paintsPixels(shape: Shape): shape is MaskShape | PolygonShape {
  return shape.kind === 'mask' || shape.kind === 'polygon'
}

/**
 * What covers pixels of a label map: masks and polygons; boxes as void regions only, where they say what not to look at. Null: nothing, as lines and points.
 */
export function paintedShape({
  shape,
  region,
}: {
  readonly shape: Shape
  readonly region: 'object' | 'void'
}): MaskShape | PolygonShape | null {
  if (paintsPixels(shape)) return shape
  return region === 'void' && (shape.kind === 'box' || shape.kind === 'rotatedBox') ? areaPolygon(shape) : null
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
