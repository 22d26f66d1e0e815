import { clamp } from '../../../shared/geometry/point.ts'
import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import { CheapestPaths } from './cheapestPaths.ts'
import { edgeField, type EdgeField } from './edgeCosts.ts'
import { strideOf } from './wireWindow.ts'

/** The mean of `stride` x `stride` pixels for each of the smaller picture. */
function reduced(rgba: ArrayLike<number>, width: number, height: number, stride: number): Uint8ClampedArray {
  const [w, h] = [Math.floor(width / stride), Math.floor(height / stride)]
  const small = new Uint8ClampedArray(4 * w * h)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0
        for (let dy = 0; dy < stride; dy++)
          for (let dx = 0; dx < stride; dx++) sum += rgba[4 * ((y * stride + dy) * width + x * stride + dx) + channel]!
        small[4 * (y * w + x) + channel] = sum / (stride * stride)
      }
    }
  }
  return small
}

/** A window of pixels that wires are found in, from one seed. */
export class WireGraph {
  readonly #window: PixelWindow
  readonly #stride: number
  readonly #field: EdgeField
  readonly #paths: CheapestPaths

  constructor(rgba: Uint8ClampedArray, window: PixelWindow, seed: ImageVec) {
    this.#window = window
    this.#stride = strideOf(window)
    const [w, h] = [Math.floor(window.width / this.#stride), Math.floor(window.height / this.#stride)]
    this.#field = edgeField(this.#stride === 1 ? rgba : reduced(rgba, window.width, window.height, this.#stride), w, h)
    this.#paths = new CheapestPaths(this.#field, this.#cornerAt(seed))
  }

  /** The wire to the best corner within `reach` of a place (0: to the place itself), in picture pixels, without the seed. */
  pathTo(to: ImageVec, reach: ImagePx): ImageVec[] {
    const points = this.#paths.pathTo(this.#bestNear(to, reach)).map((corner) => this.#placeOf(corner))
    // Corners are whole pixels; the place that is meant need not be.
    if (reach <= 0) points.splice(Math.max(0, points.length - 1), 1, to)
    return points
  }

  #bestNear(to: ImageVec, reach: ImagePx): number {
    const { columns, rows, own } = this.#field
    let best = this.#cornerAt(to)
    if (reach <= 0) return best
    const [cx, cy] = [best % columns, Math.floor(best / columns)]
    const radius = Math.max(1, Math.round(reach / this.#stride))
    for (let y = Math.max(0, cy - radius); y <= Math.min(rows - 1, cy + radius); y++) {
      for (let x = Math.max(0, cx - radius); x <= Math.min(columns - 1, cx + radius); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 > radius * radius) continue
        if (own[y * columns + x]! < own[best]!) best = y * columns + x
      }
    }
    return best
  }

  #cornerAt(p: ImageVec): number {
    const { columns, rows } = this.#field
    const x = clamp(Math.round((p.x - this.#window.x) / this.#stride), 0, columns - 1)
    const y = clamp(Math.round((p.y - this.#window.y) / this.#stride), 0, rows - 1)
    return y * columns + x
  }

  #placeOf(corner: number): ImageVec {
    const { columns } = this.#field
    const x = corner % columns
    return { x: this.#window.x + x * this.#stride, y: this.#window.y + ((corner - x) / columns) * this.#stride }
  }
}
