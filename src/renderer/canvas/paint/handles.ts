import { rotatedCorners, rotatedHandle, turnHandle } from '../../../shared/geometry/rotatedBox.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { RotatedBoxShape } from '../../../shared/model/shape.ts'
import type { Editor } from '../engine/editor.ts'
import { boxOfFrame, selectionFrame } from '../engine/frame.ts'
import { aroundFrame, reachAt, shownHandles } from '../engine/hitTest.ts'
import { crisp, deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { lightHalo, strokeWithHalo } from './shapeLayer.ts'
import type { PaintStyle } from './style.ts'

/** A handle of constant size on screen. */
export function drawSquare(frame: Frame, p: ImageVec, accent: string, filled: boolean): void {
  const { context } = frame
  const border = lineWidth(frame, 1.5)
  const half = Math.round((filled ? 5 : 4) * frame.ratio)
  const x = crisp(deviceX(frame, p.x), border)
  const y = crisp(deviceY(frame, p.y), border)
  context.fillStyle = filled ? accent : '#ffffff'
  context.strokeStyle = filled ? '#ffffff' : '#0b3c45'
  context.lineWidth = border
  context.beginPath()
  context.rect(x - half, y - half, 2 * half, 2 * half)
  context.fill()
  context.stroke()
}

/** A box that can be turned: its handles, and a knob on a stalk outside of its own upper side. */
export function drawTurnedBox(frame: Frame, editor: Editor, style: PaintStyle, box: RotatedBoxShape, hovered: boolean): void {
  const { context } = frame
  const reach = reachAt(editor.camera.scale, editor.gesture.coarse)
  const side = rotatedHandle(box, 'n')
  const knob = turnHandle(box, reach.turn)
  context.beginPath()
  context.moveTo(deviceX(frame, side.x), deviceY(frame, side.y))
  context.lineTo(deviceX(frame, knob.x), deviceY(frame, knob.y))
  strokeWithHalo(frame, style.accent, lineWidth(frame, 1.5), lightHalo)
  context.beginPath()
  context.arc(deviceX(frame, knob.x), deviceY(frame, knob.y), 5 * frame.ratio, 0, 2 * Math.PI)
  context.fillStyle = hovered ? style.accent : '#ffffff'
  context.fill()
  context.lineWidth = lineWidth(frame, 1.5)
  context.strokeStyle = '#0b3c45'
  context.stroke()
  for (const handle of shownHandles(box, reach)) drawSquare(frame, rotatedHandle(box, handle), style.accent, false)
}

/** The frame that sizes and turns the selection as one, where it stands now. */
export function drawSelectionFrame(frame: Frame, editor: Editor, style: PaintStyle): void {
  const { draft, hover } = editor.gesture
  const own = draft.kind === 'reshape' ? draft.frame : undefined
  const selected = own || draft.kind !== 'none' ? null : selectionFrame(editor)
  const held = own ?? (selected && boxOfFrame(selected.bounds))
  if (!held) return
  const box = aroundFrame(held, reachAt(editor.camera.scale, editor.gesture.coarse))
  const { context } = frame
  const width = lineWidth(frame, 1)
  const upright = (position: number): number => (box.angleRad === 0 ? crisp(position, width) : position)
  context.beginPath()
  rotatedCorners(box).forEach(([x, y], i) => {
    const [left, top] = [upright(deviceX(frame, x)), upright(deviceY(frame, y))]
    if (i === 0) context.moveTo(left, top)
    else context.lineTo(left, top)
  })
  context.closePath()
  // Light and accent by turns, one hairline: seen on any picture, and lighter than the outlines of what it holds.
  context.lineWidth = width
  context.strokeStyle = lightHalo
  context.stroke()
  context.setLineDash([5 * frame.ratio, 4 * frame.ratio])
  context.strokeStyle = style.accent
  context.stroke()
  context.setLineDash([])
  drawTurnedBox(frame, editor, style, box, hover.kind === 'frameTurn')
}
