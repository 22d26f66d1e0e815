import { inkOn } from './style.ts'
import type { Frame } from './frame.ts'
import { LeastRecent } from './leastRecent.ts'

const textPx = 11
const heightPx = 16
const padPx = 5
/** Of the names that were drawn last. */
const mostBytes = 4_000_000

/** Where a name tag goes: above the top left corner, inside it when there is no room above, pushed in from the right edge. */
export function tagPlace(
  frame: Pick<Frame, 'width' | 'ratio'>,
  left: number,
  top: number,
  textWidth: number,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const height = Math.round(heightPx * frame.ratio)
  const width = Math.round(textWidth + 2 * padPx * frame.ratio)
  const x = Math.max(0, Math.min(Math.round(left), frame.width - width))
  const y = top - height >= 0 ? Math.round(top - height) : Math.max(0, Math.round(top))
  return { x, y, width, height }
}

interface TagPicture {
  readonly canvas: OffscreenCanvas
  readonly textWidth: number
}

/** By all that they depend on. Kept, for a font that is set on a canvas makes the browser work out the styles of the page first, in every frame. */
const pictures = new LeastRecent<string, TagPicture>(mostBytes, () => undefined)

function tagPicture({ ratio }: Pick<Frame, 'ratio'>, text: string, color: string, fontFamily: string): TagPicture {
  const key = JSON.stringify([text, color, ratio, fontFamily])
  const known = pictures.get(key)
  if (known) return known
  const canvas = new OffscreenCanvas(1, 1)
  const context = canvas.getContext('2d')!
  const font = `500 ${textPx * ratio}px ${fontFamily}`
  context.font = font
  const textWidth = context.measureText(text).width
  const { width, height } = tagPlace({ width: Infinity, ratio }, 0, 0, textWidth)
  canvas.width = width
  canvas.height = height
  // With its size the canvas lost its font.
  context.font = font
  context.fillStyle = color
  context.beginPath()
  context.roundRect(0, 0, width, height, 2 * ratio)
  context.fill()
  context.fillStyle = inkOn(color)
  context.textBaseline = 'middle'
  context.fillText(text, padPx * ratio, height / 2 + 0.5 * ratio)
  const picture = { canvas, textWidth }
  pictures.set(key, picture, 4 * width * height)
  return picture
}

/** A name on its class colour. */
export function drawTag(frame: Frame, text: string, color: string, left: number, top: number, fontFamily: string, alpha = 1): void {
  const { canvas, textWidth } = tagPicture(frame, text.length > 28 ? `${text.slice(0, 27)}…` : text, color, fontFamily)
  const { x, y } = tagPlace(frame, left, top, textWidth)
  frame.context.globalAlpha = alpha
  frame.context.drawImage(canvas, x, y)
  frame.context.globalAlpha = 1
}
