import { boundsMeet } from '../../../shared/geometry/box.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { DrawnShape, ShapeLook } from './drawnShape.ts'
import { fillOutline } from './fillOutline.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { drawHatch } from './hatch.ts'
import { isSpeck, traceShape } from './outline.ts'
import { drawTag } from './tags.ts'

/** With more objects than this on screen, names are shown for what the pointer is on or what is selected only. */
const mostTags = 120
/** Narrower than this on screen (CSS pixels), a name would hide its object. */
const tagRoom = 30
/** Smaller than this on screen (CSS pixels), a halo would hide its object. */
const haloRoom = 9
const dimmedAlpha = 0.28
const darkHalo = 'rgb(0 0 0 / 45%)'
export const lightHalo = 'rgb(255 255 255 / 90%)'

/** Is there room for the names of all shapes in this part of the picture? */
export function namesFit(shapes: readonly Pick<DrawnShape, 'bounds'>[], visible: Bounds): boolean {
  let met = 0
  for (const { bounds } of shapes) if (boundsMeet(bounds, visible) && ++met > mostTags) return false
  return true
}

/** Is a shape wide enough on screen for its name? */
export const roomForName = ({ scale, ratio }: Frame, { minX, maxX }: Bounds): boolean => (maxX - minX) * scale >= tagRoom * ratio

export const nameAlpha = (dimmed: boolean): number => (dimmed ? dimmedAlpha : 0.92)

/** Shapes at rest in painter's order, with their names. */
export function drawShapes(frame: Frame, shapes: readonly DrawnShape[], look: ShapeLook): void {
  const shown = shapes.filter(({ bounds }) => boundsMeet(bounds, frame.visible))
  for (const one of shown) drawShape(frame, one, look.fillOpacity)
  if (!look.names || shown.length > mostTags) return
  for (const { bounds, name, color, dimmed } of shown) {
    if (!roomForName(frame, bounds)) continue
    const [left, top] = [deviceX(frame, bounds.minX), deviceY(frame, bounds.minY)]
    drawTag(frame, name, color, left, top, look.fontFamily, nameAlpha(dimmed))
  }
}

const sizeOf = (frame: Frame, { bounds }: DrawnShape): number =>
  Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY) * frame.scale

function drawShape(frame: Frame, drawn: DrawnShape, fillOpacity: number): void {
  const { context } = frame
  const { shape, bounds, color, chosen, hatched } = drawn
  const alpha = drawn.dimmed ? dimmedAlpha : 1
  context.globalAlpha = alpha
  if (isSpeck(frame, shape)) {
    context.fillStyle = chosen ? '#ffffff' : color
    const side = lineWidth(frame, 3)
    context.fillRect(Math.round(deviceX(frame, bounds.minX)), Math.round(deviceY(frame, bounds.minY)), side, side)
  } else {
    const width = lineWidth(frame, chosen ? 2 : 1.5)
    if (hatched) drawHatch(frame, shape, bounds, color)
    context.beginPath()
    traceShape(context, frame, shape, width)
    if (fillOpacity > 0 && !hatched && shape.kind !== 'polyline' && shape.kind !== 'mask') {
      context.globalAlpha = alpha * fillOpacity
      context.fillStyle = color
      fillOutline(frame, shape, width)
      context.globalAlpha = alpha
    }
    if (chosen || shape.kind === 'point' || sizeOf(frame, drawn) >= haloRoom * frame.ratio) {
      strokeWithHalo(frame, color, width, chosen ? lightHalo : darkHalo)
    } else {
      stroke(frame, color, width)
    }
  }
  context.globalAlpha = 1
}

function stroke(frame: Frame, color: string, width: number): void {
  const { context } = frame
  context.lineJoin = 'round'
  context.lineWidth = width
  context.strokeStyle = color
  context.stroke()
}

/** The current path in a colour, on a wider line that sets it off from any picture. */
export function strokeWithHalo(frame: Frame, color: string, width: number, halo: string): void {
  stroke(frame, halo, width + 2 * lineWidth(frame, 1))
  stroke(frame, color, width)
}
