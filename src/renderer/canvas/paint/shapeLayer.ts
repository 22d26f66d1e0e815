import { boundsMeet } from '../../../shared/geometry/box.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Editor } from '../engine/editor.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { isSpeck, traceShape } from './outline.ts'
import { classOf, visibleColor, type PaintStyle } from './style.ts'
import { drawTag } from './tags.ts'

/** With more objects than this on screen, names are shown for what the pointer is on or what is selected only. */
const mostTags = 120
/** Narrower than this on screen (CSS pixels), a name would hide its object. */
const tagRoom = 30
const dimmedAlpha = 0.28

/** Shapes at rest; `hidden` are those a gesture shows elsewhere. Masks have their own layer. */
export function drawShapes(frame: Frame, editor: Editor, style: PaintStyle, hidden: ReadonlySet<Id>): void {
  const { look } = editor
  const shown = editor
    .painted()
    .filter((record) => record.shape.kind !== 'mask' && !hidden.has(record.id) && boundsMeet(shapeBounds(record.shape), frame.visible))
  for (const record of shown) drawShape(frame, record, style, look.fillOpacity, isDimmed(editor, record) ? dimmedAlpha : 1)
  if (!look.names || shown.length > mostTags) return
  for (const record of shown) {
    const bounds = shapeBounds(record.shape)
    if ((bounds.maxX - bounds.minX) * frame.scale < tagRoom * frame.ratio) continue
    const { color, name } = classOf(style, record)
    drawTag(
      frame,
      name,
      color,
      deviceX(frame, bounds.minX),
      deviceY(frame, bounds.minY),
      style.fontFamily,
      isDimmed(editor, record) ? dimmedAlpha : 0.92,
    )
  }
}

export const isDimmed = (editor: Editor, record: Annotation): boolean =>
  editor.look.highlightClass !== null && record.classId !== editor.look.highlightClass

function drawShape(frame: Frame, record: Annotation, style: PaintStyle, fillOpacity: number, alpha: number): void {
  const { context } = frame
  const color = visibleColor(classOf(style, record).color)
  context.globalAlpha = alpha
  if (isSpeck(frame, record.shape)) {
    const bounds = shapeBounds(record.shape)
    context.fillStyle = color
    const side = lineWidth(frame, 3)
    context.fillRect(Math.round(deviceX(frame, bounds.minX)), Math.round(deviceY(frame, bounds.minY)), side, side)
  } else {
    const width = lineWidth(frame, 1.5)
    context.beginPath()
    traceShape(context, frame, record.shape, width)
    if (fillOpacity > 0 && record.shape.kind !== 'polyline') {
      context.globalAlpha = alpha * fillOpacity
      context.fillStyle = color
      context.fill('evenodd')
      context.globalAlpha = alpha
    }
    strokeWithHalo(frame, color, width, 'rgb(0 0 0 / 45%)')
  }
  context.globalAlpha = 1
}

/** The current path in a colour, on a wider line that sets it off from any picture. */
export function strokeWithHalo(frame: Frame, color: string, width: number, halo: string): void {
  const { context } = frame
  context.lineJoin = 'round'
  context.lineWidth = width + 2 * lineWidth(frame, 1)
  context.strokeStyle = halo
  context.stroke()
  context.lineWidth = width
  context.strokeStyle = color
  context.stroke()
}
