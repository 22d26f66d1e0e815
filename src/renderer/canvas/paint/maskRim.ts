import { combineRows, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { pixelsOfMask } from '../../../shared/geometry/pixels.ts'
import { lineWidth, type Frame, type FrameView } from './frame.ts'
import { LeastRecent } from './leastRecent.ts'
import { changedPixels, strideFor } from './maskTiles.ts'
import { rgbOf } from './style.ts'

/** A line along the border of a mask, with a halo on both sides that sets it off from any picture. Device pixels, words 0xAABBGGRR. */
export interface RimLook {
  readonly width: number
  readonly haloWidth: number
  readonly color: number
  readonly halo: number
}

/** A piece of the screen in device pixels. */
export interface RimPart {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const lightRim = 0xe6ffffff
export const darkRim = 0xa6000000

/** The first device pixel of a line of whole pixels along `position`. */
const lineStart = (position: number, width: number): number =>
  width % 2 === 1 ? Math.floor(position) - (width - 1) / 2 : Math.round(position) - width / 2

/** The turns of a column between two rows, and at these where the region goes on beyond. */
function turnsWithin(rows: readonly number[], from: number, to: number): readonly number[] {
  let first = 0
  while (first < rows.length && rows[first]! < from) first++
  let end = rows.length
  while (end > first && rows[end - 1]! > to) end--
  if (first === 0 && end === rows.length) return rows
  const within = rows.slice(first, end)
  if (first % 2 === 1) within.unshift(from)
  if (end % 2 === 1) within.push(to)
  return within
}

/** Words of a part of the screen, row by row, with the border of a region: lines on whole pixels, which takes memory and time by what is seen, not by how long the border is. */
export function rimWords(spans: MaskSpans, view: FrameView, part: RimPart, look: RimLook): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(part.width * part.height)
  const { width, haloWidth, color, halo } = look
  const fill = (x0: number, y0: number, x1: number, y1: number, word: number): void => {
    const [left, right] = [Math.max(0, x0 - part.x), Math.min(part.width, x1 - part.x)]
    const end = Math.min(part.height, y1 - part.y)
    for (let y = Math.max(0, y0 - part.y); y < end; y++)
      for (let at = y * part.width + left, last = y * part.width + right; at < last; at++) if (words[at] !== color) words[at] = word
  }
  const line = (x0: number, y0: number, x1: number, y1: number): void => {
    const [left, top] = [lineStart(x0, width), lineStart(y0, width)]
    const [right, bottom] = [lineStart(x1, width) + width, lineStart(y1, width) + width]
    fill(left - haloWidth, top - haloWidth, right + haloWidth, bottom + haloWidth, halo)
    fill(left, top, right, bottom, color)
  }
  // As coarse as the tiles of masks are shown: every `stride`th column.
  const stride = strideFor(view.scale)
  const onScreen = (x: number): number => x * view.scale + view.offsetX
  const rim = haloWidth + width
  const from = Math.max(spans.x, Math.floor((part.x - rim - view.offsetX) / view.scale))
  const to = Math.min(spans.x + spans.columns.length, Math.ceil((part.x + part.width + rim - view.offsetX) / view.scale))
  // What is cut off here lies outside of the part, and so do the lines along the cut.
  const rowFrom = Math.floor((part.y - rim - view.offsetY) / view.scale) - 1
  const rowTo = Math.ceil((part.y + part.height + rim - view.offsetY) / view.scale) + 1
  const rowsAt = (x: number): readonly number[] => turnsWithin(spans.columns[x - spans.x] ?? [], rowFrom, rowTo)
  const first = Math.ceil(from / stride) * stride
  let before = rowsAt(first - stride)
  for (let x = first; x < to + stride; x += stride) {
    const rows = rowsAt(x)
    const [left, right] = [onScreen(x), onScreen(x + stride)]
    const turns = combineRows(before, rows, (a, b) => a !== b)
    for (let i = 0; i < turns.length; i += 2) {
      line(left, turns[i]! * view.scale + view.offsetY, left, turns[i + 1]! * view.scale + view.offsetY)
    }
    for (const row of rows) {
      const y = row * view.scale + view.offsetY
      line(left, y, right, y)
    }
    before = rows
  }
  return words
}

interface Drawn {
  readonly key: string
  readonly part: RimPart
  readonly canvas: HTMLCanvasElement
}

/** Some masks as large as the screen, many of the size of things. */
const keptBytes = 48_000_000
const drawn = new LeastRecent<MaskShape, Drawn>(keptBytes, ({ canvas }) => (canvas.width = 0))

/** What of an extent of the picture is on screen, with room for the line around it. */
function partOf({ scale, offsetX, offsetY, width, height }: FrameView, { minX, minY, maxX, maxY }: Bounds, rim: number): RimPart {
  const x = Math.max(0, Math.floor(minX * scale + offsetX) - rim)
  const y = Math.max(0, Math.floor(minY * scale + offsetY) - rim)
  return {
    x,
    y,
    width: Math.min(width, Math.ceil(maxX * scale + offsetX) + rim) - x,
    height: Math.min(height, Math.ceil(maxY * scale + offsetY) + rim) - y,
  }
}

/** Where a drawing of a border looks different when the pixels of this extent change; null: nowhere on it. */
export function patchOf(view: FrameView, part: RimPart, { minX, minY, maxX, maxY }: Bounds, rim: number): RimPart | null {
  const stride = strideFor(view.scale)
  const left = Math.max(part.x, Math.floor((minX - stride) * view.scale + view.offsetX) - rim)
  const top = Math.max(part.y, Math.floor(minY * view.scale + view.offsetY) - rim)
  const right = Math.min(part.x + part.width, Math.ceil((maxX + stride) * view.scale + view.offsetX) + rim)
  const bottom = Math.min(part.y + part.height, Math.ceil(maxY * view.scale + view.offsetY) + rim)
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

/** The mask that an object had when its border was drawn last: a stroke changes little of it, and only that is drawn again. */
let last: { readonly id: Id; readonly mask: MaskShape } | null = null

function put({ canvas, part }: Drawn, piece: RimPart, words: Uint32Array<ArrayBuffer>): void {
  const image = new ImageData(new Uint8ClampedArray(words.buffer), piece.width, piece.height)
  canvas.getContext('2d')?.putImageData(image, piece.x - part.x, piece.y - part.y)
}

/** Draws the border of an object's mask; the drawing is kept for a while, as long as neither the mask nor the view changes, which moves of the pointer do not. */
export function drawMaskRim(frame: Frame, id: Id, mask: MaskShape, color: string, width: number, halo: number): void {
  const haloWidth = lineWidth(frame, 1)
  const rim = width + haloWidth + 1
  const bounds = { minX: mask.x, minY: mask.y, maxX: mask.x + mask.w, maxY: mask.y + mask.h }
  const part = partOf(frame, bounds, rim)
  if (part.width <= 0 || part.height <= 0) return
  const { scale, offsetX, offsetY } = frame
  const key = [scale, offsetX, offsetY, frame.width, frame.height, color, width, halo, part.x, part.y, part.width, part.height].join(' ')
  let known = drawn.get(mask)
  if (known?.key !== key) {
    const [r, g, b] = rgbOf(color)
    const look = { width, haloWidth, color: ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0, halo }
    const pixels = pixelsOfMask(mask)
    const draw = (on: Drawn, piece: RimPart): void => put(on, piece, rimWords(pixels, frame, piece, look))
    const before = last?.id === id && last.mask !== mask ? last.mask : null
    if (before && drawn.get(before)?.key === key) {
      known = drawn.take(before)!
      for (const extent of changedPixels(pixelsOfMask(before), pixels)) {
        const piece = patchOf(frame, part, extent, rim)
        if (piece) draw(known, piece)
      }
    } else {
      const canvas = known?.canvas ?? document.createElement('canvas')
      canvas.width = part.width
      canvas.height = part.height
      draw((known = { key, part, canvas }), part)
    }
    drawn.set(mask, known, 4 * part.width * part.height)
  }
  last = { id, mask }
  frame.context.drawImage(known.canvas, known.part.x, known.part.y)
}
