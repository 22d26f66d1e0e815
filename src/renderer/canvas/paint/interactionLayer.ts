import { boundsMeet, boundsOfBox, boundsWithin, handlePoint } from '../../../shared/geometry/box.ts'
import { turnedFrame } from '../../../shared/geometry/ellipse.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import { hasVertices } from '../../../shared/geometry/vertices.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import type { Draft } from '../engine/draft.ts'
import type { Editor } from '../engine/editor.ts'
import { selectionFrame } from '../engine/frame.ts'
import { reachAt, shownHandles } from '../engine/hitTest.ts'
import { extentOf, isLarge, outlinePx } from './drawnShape.ts'
import { drawBrush } from './brushCursor.ts'
import { fillOutline } from './fillOutline.ts'
import { deviceX, deviceY, lineWidth, visibleIn, type Frame, type FrameView } from './frame.ts'
import { drawSelectionFrame, drawSquare, drawTurnedBox } from './handles.ts'
import { drawHatch } from './hatch.ts'
import { darkRim, drawMaskRim, lightRim } from './maskRim.ts'
import { topOf, traceShape } from './outline.ts'
import { lightHalo, strokeWithHalo } from './shapeLayer.ts'
import { drawSmart } from './smartDraft.ts'
import { drawSnapMark } from './snapMark.ts'
import { classOf, visibleColor, type PaintStyle } from './style.ts'
import { drawTag } from './tags.ts'
import { drawVertices } from './vertexHandles.ts'

/** What is drawn at the pointer: lines for a drawing tool, the rim of a brush. */
export type PaintedCursor = 'none' | 'crosshair' | 'brush'

/** Is there anything for this layer to show? */
export function hasInteraction(editor: Editor, cursor: PaintedCursor): boolean {
  const { draft, hover, pointer, snap } = editor.gesture
  return (
    editor.selection.size > 0 || draft.kind !== 'none' || hover.kind !== 'none' || snap !== null || (cursor !== 'none' && pointer !== null)
  )
}

/** Does it show nothing but what the pointer is on? */
export const onlyHovers = ({ selection, gesture: { draft, pointer, snap } }: Editor, cursor: PaintedCursor): boolean =>
  selection.size === 0 && draft.kind === 'none' && snap === null && (cursor === 'none' || pointer === null)

/** Would what only hovers be seen whole in this view? */
export function hoversWithin({ records, gesture: { hover } }: Editor, view: FrameView): boolean {
  const record = hover.kind === 'shape' ? records.get(hover.id) : undefined
  return record === undefined || boundsWithin(extentOf(record.shape), visibleIn(view, -outlinePx * view.ratio))
}

/** What moves with the pointer: hover, selection with its handles, the draft. */
export function drawInteraction(frame: Frame, editor: Editor, style: PaintStyle, cursor: PaintedCursor): void {
  const { draft, hover, pointer } = editor.gesture
  const moved = draft.kind === 'reshape' ? draft.shapes : new Map<string, Shape>()
  if (cursor === 'crosshair' && pointer) drawCrosshair(frame, pointer)
  // During a stroke its mask has no outline: that is worked out again when it is over.
  const chosen = draft.kind === 'stroke' ? [] : editor.selected
  if (isLarge(editor.selection)) drawMany(frame, style, moved)
  else for (const record of chosen) drawSelected(frame, editor, style, { ...record, shape: moved.get(record.id) ?? record.shape })
  if (hover.kind === 'shape' && !editor.selection.has(hover.id) && draft.kind === 'none') {
    const record = editor.records.get(hover.id)
    if (record) drawHovered(frame, style, record, pointer)
  }
  drawSelectionFrame(frame, editor, style)
  drawDraft(frame, editor, style)
  if (editor.gesture.snap) drawSnapMark(frame, editor.gesture.snap, style.accent)
  if (cursor === 'brush' && pointer) drawBrush(frame, editor, pointer)
}

/** Very many shapes under way, as one path. */
function drawMany(frame: Frame, style: PaintStyle, moved: ReadonlyMap<string, Shape>): void {
  frame.context.beginPath()
  for (const shape of moved.values()) if (boundsMeet(extentOf(shape), frame.visible)) traceShape(frame.context, frame, shape, 1)
  frame.context.lineWidth = lineWidth(frame, 1)
  frame.context.strokeStyle = style.accent
  frame.context.stroke()
}

function nameTag(frame: Frame, style: PaintStyle, record: Annotation): void {
  const top = topOf(record.shape)
  const { color, name } = classOf(style, record)
  drawTag(frame, name, color, Math.max(deviceX(frame, top.x), 0), Math.max(deviceY(frame, top.y), 0), style.fontFamily)
}

function drawHovered(frame: Frame, style: PaintStyle, record: Annotation, pointer: ImageVec | null): void {
  const { context } = frame
  const { color, name } = classOf(style, record)
  const width = lineWidth(frame, 2)
  if (record.shape.kind === 'mask') drawMaskRim(frame, record.id, record.shape, visibleColor(color), width, darkRim)
  else {
    context.beginPath()
    traceShape(context, frame, record.shape, width)
    strokeWithHalo(frame, visibleColor(color), width, 'rgb(0 0 0 / 65%)')
  }
  if (record.shape.kind === 'mask' && pointer) {
    drawTag(frame, name, color, deviceX(frame, pointer.x) + 14 * frame.ratio, deviceY(frame, pointer.y) - 6 * frame.ratio, style.fontFamily)
  } else {
    nameTag(frame, style, record)
  }
}

function drawSelected(frame: Frame, editor: Editor, style: PaintStyle, record: Annotation): void {
  const { context } = frame
  const color = visibleColor(classOf(style, record).color)
  const width = lineWidth(frame, record.shape.kind === 'mask' ? 1 : 2)
  // Under way it is drawn here alone.
  if (record.region === 'void' && editor.gesture.draft.kind === 'reshape' && editor.gesture.draft.shapes.has(record.id))
    drawHatch(frame, record.shape, extentOf(record.shape), color)
  if (record.shape.kind === 'mask') drawMaskRim(frame, record.id, record.shape, color, width, lightRim)
  else {
    context.beginPath()
    traceShape(context, frame, record.shape, width)
    if (record.shape.kind !== 'polyline') {
      context.globalAlpha = 0.08
      context.fillStyle = color
      fillOutline(frame, record.shape, width)
      context.globalAlpha = 1
    }
    strokeWithHalo(frame, color, width, lightHalo)
  }
  if (editor.gesture.draft.kind === 'none') nameTag(frame, style, record)
  if (editor.selection.size === 1 && !record.locked && !selectionFrame(editor)) drawHandles(frame, editor, style, record)
}

function drawHandles(frame: Frame, editor: Editor, style: PaintStyle, record: Annotation): void {
  if (record.shape.kind === 'box') {
    const box = record.shape
    const reach = reachAt(editor.camera.scale, editor.gesture.coarse)
    for (const handle of shownHandles(box, reach)) drawSquare(frame, handlePoint(boundsOfBox(box), handle), style.accent, false)
    return
  }
  const turned = turnedFrame(record.shape)
  if (hasVertices(record.shape)) drawVertices(frame, editor, style, record.id, record.shape, turned !== null)
  if (turned) drawTurnedBox(frame, editor, style, turned, editor.gesture.hover.kind === 'turn')
}

function drawCrosshair(frame: Frame, p: ImageVec): void {
  const { context } = frame
  const x = Math.floor(deviceX(frame, p.x)) + 0.5
  const y = Math.floor(deviceY(frame, p.y)) + 0.5
  for (const [color, dash] of [
    ['rgb(0 0 0 / 55%)', []],
    ['rgb(255 255 255 / 75%)', [4 * frame.ratio, 4 * frame.ratio]],
  ] as const) {
    context.beginPath()
    context.setLineDash([...dash])
    context.moveTo(x, 0)
    context.lineTo(x, frame.height)
    context.moveTo(0, y)
    context.lineTo(frame.width, y)
    context.lineWidth = 1
    context.strokeStyle = color
    context.stroke()
  }
  context.setLineDash([])
}

function drawDraft(frame: Frame, editor: Editor, style: PaintStyle): void {
  const { context } = frame
  const { draft } = editor.gesture
  const drawn = classOf(style, { classId: editor.pen.classId, region: editor.pen.drawsVoid ? 'void' : 'object' })
  const color = visibleColor(drawn.color)
  const width = lineWidth(frame, 2)
  if (draft.kind === 'marquee') {
    context.beginPath()
    traceShape(
      context,
      frame,
      {
        kind: 'box',
        x: draft.bounds.minX,
        y: draft.bounds.minY,
        w: draft.bounds.maxX - draft.bounds.minX,
        h: draft.bounds.maxY - draft.bounds.minY,
      },
      1,
    )
    context.globalAlpha = 0.16
    context.fillStyle = style.accent
    context.fill()
    context.globalAlpha = 1
    context.lineWidth = 1
    context.strokeStyle = style.accent
    context.stroke()
  } else if (draft.kind === 'box') {
    const { minX, minY, maxX, maxY } = draft.bounds
    context.beginPath()
    traceShape(context, frame, { kind: 'box', x: minX, y: minY, w: maxX - minX, h: maxY - minY }, width)
    context.globalAlpha = 0.15
    context.fillStyle = color
    context.fill()
    context.globalAlpha = 1
    strokeWithHalo(frame, color, width, lightHalo)
    drawSize(frame, style, drawn.color, maxX, maxY, maxX - minX, maxY - minY)
  } else if (draft.kind === 'polygon' || draft.kind === 'polyline') {
    drawRingDraft(frame, style, color, draft)
  } else if (draft.kind === 'shape') {
    context.beginPath()
    traceShape(context, frame, draft.shape, width)
    if (draft.shape.kind !== 'polyline') {
      context.globalAlpha = 0.15
      context.fillStyle = color
      context.fill()
      context.globalAlpha = 1
    }
    strokeWithHalo(frame, color, width, lightHalo)
    const { maxX, maxY } = shapeBounds(draft.shape)
    if (draft.size && 'w' in draft.shape) drawSize(frame, style, drawn.color, maxX, maxY, draft.shape.w, draft.shape.h)
  } else if (draft.kind === 'smart') {
    drawSmart(frame, draft, color, style.accent)
  } else if (draft.kind === 'copies') {
    for (const [id, shape] of draft.shapes) {
      const record = editor.records.get(id)
      context.beginPath()
      traceShape(context, frame, shape, width)
      strokeWithHalo(frame, record ? visibleColor(classOf(style, record).color) : color, width, lightHalo)
    }
  } else if (draft.kind === 'reshape' && draft.shapes.size === 1) {
    const [id] = draft.shapes.keys()
    const [shape] = draft.shapes.values()
    const record = editor.records.get(id!)
    if (shape?.kind === 'box' && record)
      drawSize(frame, style, classOf(style, record).color, shape.x + shape.w, shape.y + shape.h, shape.w, shape.h)
  }
}

const short = (px: number): string => String(Math.round(px * 100) / 100)

function drawSize(frame: Frame, style: PaintStyle, color: string, x: number, y: number, w: number, h: number): void {
  drawTag(
    frame,
    `${short(w)} × ${short(h)}`,
    color,
    deviceX(frame, x) + 6 * frame.ratio,
    deviceY(frame, y) + 22 * frame.ratio,
    style.fontFamily,
  )
}

function drawRingDraft(frame: Frame, style: PaintStyle, color: string, draft: Extract<Draft, { kind: 'polygon' | 'polyline' }>): void {
  const { context } = frame
  const { points, ahead, cursor } = draft
  const closing = draft.kind === 'polygon' && draft.closing
  context.beginPath()
  const line = [...points, ...ahead, cursor]
  line.forEach((p, i) =>
    i === 0 ? context.moveTo(deviceX(frame, p.x), deviceY(frame, p.y)) : context.lineTo(deviceX(frame, p.x), deviceY(frame, p.y)),
  )
  if (draft.kind === 'polygon') {
    context.globalAlpha = 0.15
    context.fillStyle = color
    context.fill('evenodd')
    context.globalAlpha = 1
  }
  strokeWithHalo(frame, color, lineWidth(frame, 2), lightHalo)
  const marks = draft.kind === 'polygon' ? (draft.marks ?? points) : points
  marks.forEach((p, i) => drawSquare(frame, p, style.accent, i === 0 && closing))
}
