import { snapToPixels } from '../../../shared/geometry/stamps.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { Editor } from '../engine/editor.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'

const dark = 'rgb(0 0 0 / 75%)'
const light = 'rgb(255 255 255 / 95%)'
const away = '#ffb4a8'

/** The rim of the brush where it would be put down, and the way of a straight line; an eraser's is dashed. */
export function drawBrush(frame: Frame, editor: Editor, pointer: ImageVec): void {
  const { context, ratio } = frame
  const { size, tip, erase } = editor.settings.brush
  const { draft } = editor.gesture
  if (tip === 'polygon') return
  const erasing = draft.kind === 'stroke' ? draft.stroke.erase : erase
  const width = Math.max(1, Math.round(size))
  const middle = snapToPixels(pointer, width)
  const half = (width / 2) * frame.scale
  const [x, y] = [deviceX(frame, middle.x), deviceY(frame, middle.y)]
  context.beginPath()
  if (draft.kind === 'brushLine') {
    context.moveTo(deviceX(frame, draft.from.x), deviceY(frame, draft.from.y))
    context.lineTo(x, y)
  }
  if (tip === 'square') context.rect(x - half, y - half, 2 * half, 2 * half)
  else {
    context.moveTo(x + half, y)
    context.arc(x, y, half, 0, 2 * Math.PI)
  }
  context.lineWidth = lineWidth(frame, 1) + 2 * lineWidth(frame, 1)
  context.strokeStyle = dark
  context.stroke()
  if (erasing) context.setLineDash([5 * ratio, 3 * ratio])
  context.lineWidth = lineWidth(frame, 1)
  context.strokeStyle = erasing ? away : light
  context.stroke()
  context.setLineDash([])
}
