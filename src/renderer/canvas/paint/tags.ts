import { inkOn } from './style.ts'
import type { Frame } from './frame.ts'

const textPx = 11
const heightPx = 16
const padPx = 5

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

/** A name on its class colour. */
export function drawTag(frame: Frame, text: string, color: string, left: number, top: number, fontFamily: string, alpha = 1): void {
  const { context, ratio } = frame
  context.font = `500 ${textPx * ratio}px ${fontFamily}`
  const shown = text.length > 28 ? `${text.slice(0, 27)}…` : text
  const place = tagPlace(frame, left, top, context.measureText(shown).width)
  context.globalAlpha = alpha
  context.fillStyle = color
  context.beginPath()
  context.roundRect(place.x, place.y, place.width, place.height, 2 * ratio)
  context.fill()
  context.fillStyle = inkOn(color)
  context.textBaseline = 'middle'
  context.fillText(shown, place.x + padPx * ratio, place.y + place.height / 2 + 0.5 * ratio)
  context.globalAlpha = 1
}
