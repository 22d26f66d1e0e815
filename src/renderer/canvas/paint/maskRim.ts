import { combineRows, type MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { MaskShape } from '../../../shared/model/shape.ts'
import { pixelsOfMask } from '../engine/pixels.ts'
import { lineWidth, type Frame, type FrameView } from './frame.ts'
import { LeastRecent } from './leastRecent.ts'
import { strideFor } from './maskTiles.ts'
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
  const rowsAt = (x: number): readonly number[] => spans.columns[x - spans.x] ?? []
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

/** Draws the border of a mask; the drawing is kept for a while, as long as neither the mask nor the view changes, which moves of the pointer do not. */
export function drawMaskRim(frame: Frame, mask: MaskShape, color: string, width: number, halo: number): void {
  const haloWidth = lineWidth(frame, 1)
  const bounds = { minX: mask.x, minY: mask.y, maxX: mask.x + mask.w, maxY: mask.y + mask.h }
  const part = partOf(frame, bounds, width + haloWidth + 1)
  if (part.width <= 0 || part.height <= 0) return
  const { scale, offsetX, offsetY } = frame
  const key = [scale, offsetX, offsetY, frame.width, frame.height, color, width, halo].join(' ')
  let known = drawn.get(mask)
  if (known?.key !== key) {
    const canvas = known?.canvas ?? document.createElement('canvas')
    canvas.width = part.width
    canvas.height = part.height
    const [r, g, b] = rgbOf(color)
    const look = { width, haloWidth, color: ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0, halo }
    const words = rimWords(pixelsOfMask(mask), frame, part, look)
    const image = new ImageData(new Uint8ClampedArray(words.buffer), part.width, part.height)
    canvas.getContext('2d')?.putImageData(image, 0, 0)
    drawn.set(mask, (known = { key, part, canvas }), words.byteLength)
  }
  frame.context.drawImage(known.canvas, known.part.x, known.part.y)
}
