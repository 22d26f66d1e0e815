import { eachColumnRun } from '../../../shared/geometry/rle.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { resizeAntialias } from '../resizeAntialias.ts'
import type { SceneRandom } from '../scenes/fastRandom.ts'

/** A part of a picture, in its whole pixels. */
export interface ObjectWindow {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

interface Size {
  readonly width: number
  readonly height: number
}

export const wholeWindow = ({ width, height }: Size): ObjectWindow => ({ x: 0, y: 0, w: width, h: height })

/** Width and height of a window in a square of `size`: its longer side fills it (specs/sam.md 2.4). */
export function contentOf({ w, h }: ObjectWindow, size: number): readonly [width: number, height: number] {
  const scale = size / Math.max(w, h)
  const side = (length: number): number => Math.max(1, Math.floor(length * scale + 0.5))
  return [side(w), side(h)]
}

/** A window around an object: `by` times its longer side, moved at random as far as the object stays inside; cut off at the picture's border. */
export function windowAround({ x, y, w, h }: MaskShape, picture: Size, by: number, random: SceneRandom): ObjectWindow {
  const side = Math.max(8, Math.ceil(Math.max(w, h) * by))
  const place = (at: number, length: number, all: number): [from: number, to: number] => {
    const [low, high] = [at + length - side, at]
    const from = Math.round(low + (high - low) * random.uniform())
    return [Math.max(0, from), Math.min(all, from + side)]
  }
  const [x0, x1] = place(x, w, picture.width)
  const [y0, y1] = place(y, h, picture.height)
  return { x: x0, y: y0, w: x1 - x0, h: y1 - y0 }
}

/** A window that a person would zoom to for an object: the whole picture, unless the object is small in it. */
export function lookingWindow({ x, y, w, h }: MaskShape, { width, height }: Size): ObjectWindow {
  const side = Math.max(w, h)
  if (6 * side >= Math.max(width, height)) return wholeWindow({ width, height })
  const around = Math.max(32, 3 * side)
  const place = (at: number, length: number, all: number): [from: number, to: number] => {
    const from = Math.max(0, Math.min(all - around, Math.round(at + length / 2 - around / 2)))
    return [from, Math.min(all, from + around)]
  }
  const [x0, x1] = place(x, w, width)
  const [y0, y1] = place(y, h, height)
  return { x: x0, y: y0, w: x1 - x0, h: y1 - y0 }
}

/** Of `count` cells of `step` pixels from `start` on, those whose centres lie in `length` pixels from `from` on: [first, end). */
function cellsWithin(from: number, length: number, start: number, step: number, count: number): readonly [first: number, end: number] {
  const firstAfter = (pixel: number): number => {
    let cell = Math.max(0, Math.min(count, Math.ceil((pixel - start) / step - 0.5) - 1))
    while (cell < count && Math.floor(start + (cell + 0.5) * step) < pixel) cell++
    return cell
  }
  return [firstAfter(from), firstAfter(from + length)]
}

type Content = readonly [width: number, height: number]

const cellsOf = ({ x, y, w, h }: MaskShape, window: ObjectWindow, content: Content) =>
  [cellsWithin(x, w, window.x, window.w / content[0], content[0]), cellsWithin(y, h, window.y, window.h / content[1], content[1])] as const

/** How many pixels of a window a mask may take at most, from its extent alone. */
export function mostPixels(mask: MaskShape, window: ObjectWindow, content: Content): number {
  const [[left, right], [top, bottom]] = cellsOf(mask, window, content)
  return (right - left) * (bottom - top)
}

/** The pixels of a mask as a window shows them: bytes of a square of `side`, 1 inside, of which the window takes `content`. */
export function maskInWindow(mask: MaskShape, window: ObjectWindow, content: Content, side: number): Uint8Array {
  const out = new Uint8Array(side * side)
  const [[left, right], [top, bottom]] = cellsOf(mask, window, content)
  if (right === left || bottom === top) return out
  const [columns, rows] = [
    firstCells(left, right, mask.w, (cell) => Math.floor(window.x + (cell + 0.5) * (window.w / content[0])) - mask.x),
    firstCells(top, bottom, mask.h, (cell) => Math.floor(window.y + (cell + 0.5) * (window.h / content[1])) - mask.y),
  ]
  eachColumnRun(mask, (column, row, length) => {
    const [from, to] = [rows[row]!, rows[row + length]!]
    for (let u = columns[column]!; u < columns[column + 1]!; u++) for (let v = from; v < to; v++) out[v * side + u] = 1
  })
  return out
}

/** By pixel of a mask, and one more: the first of some cells that does not lie before it. */
function firstCells(first: number, end: number, pixels: number, pixelOf: (cell: number) => number): Int32Array {
  const found = new Int32Array(pixels + 1)
  let cell = first
  for (let pixel = 0; pixel <= pixels; pixel++) {
    while (cell < end && pixelOf(cell) < pixel) cell++
    found[pixel] = cell
  }
  return found
}

/** The pixels of a window at the size of its content, RGB bytes. */
export function pixelsOf(
  { width, data }: Size & { readonly data: Uint8Array },
  { x, y, w, h }: ObjectWindow,
  content: readonly [number, number],
): Uint8Array {
  const cut = new Uint8Array(3 * w * h)
  for (let row = 0; row < h; row++) cut.set(data.subarray(3 * ((y + row) * width + x), 3 * ((y + row) * width + x + w)), 3 * row * w)
  return content[0] === w && content[1] === h ? cut : resizeAntialias(cut, w, h, content[0], content[1])
}
