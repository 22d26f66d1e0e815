import { boundsContain } from '../../../shared/geometry/box.ts'
import type { Bounds, ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import { chainsOf, type VertexAt, type VertexShape } from '../../../shared/geometry/vertices.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Editor } from '../engine/editor.ts'
import { edgeMiddles, reachAt } from '../engine/hitTest.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { drawSquare } from './handles.ts'
import type { PaintStyle } from './style.ts'

/** Polygons with more vertices than this on screen show those near the pointer only. */
const mostVertices = 400
/** CSS pixels. */
const nearPx = 90

const isAt = (v: VertexAt, at: VertexAt | null): boolean =>
  at !== null && v.part === at.part && v.hole === at.hole && v.vertex === at.vertex

/** Vertices to show: all in view when these are few and no others have handles (`turned`), otherwise those within `reach` of the pointer, and always the active one. */
export function shownVertices(
  shape: VertexShape,
  visible: Bounds,
  turned: boolean,
  reach: { readonly pointer: ImageVec | null; readonly px: ImagePx },
  active: VertexAt | null,
): (VertexAt & ImageVec)[] {
  const inView = chainsOf(shape).flatMap(({ points, part, hole }) =>
    points.flatMap(([x, y], vertex) => (boundsContain(visible, { x, y }) ? [{ x, y, part, hole, vertex }] : [])),
  )
  if (!turned && inView.length <= mostVertices) return inView
  return inView.filter((one) => isNear(one, reach) || isAt(one, active))
}

const isNear = (p: ImageVec, { pointer, px }: { readonly pointer: ImageVec | null; readonly px: ImagePx }): boolean =>
  pointer !== null && Math.hypot(p.x - pointer.x, p.y - pointer.y) < px

/** The vertices of the selected shape, and where new ones can be put in. */
export function drawVertices(frame: Frame, editor: Editor, style: PaintStyle, id: Id, shape: VertexShape, turned: boolean): void {
  const { hover, pointer } = editor.gesture
  const reach = { pointer, px: (nearPx * frame.ratio) / frame.scale }
  const active = editor.activeVertex?.id === id ? editor.activeVertex.at : null
  for (const vertex of shownVertices(shape, frame.visible, turned, reach, active)) {
    const hovered = hover.kind === 'vertex' && isAt(vertex, hover.at)
    drawSquare(frame, vertex, style.accent, hovered || isAt(vertex, active))
  }
  if (editor.gesture.draft.kind !== 'none') return
  for (const middle of edgeMiddles(shape, reachAt(editor.camera.scale, editor.gesture.coarse).roomy)) {
    const hovered = hover.kind === 'edge' && isAt(middle.at, hover.at)
    if (hovered || isNear(middle.point, reach)) drawPlus(frame, middle.point, style.accent, hovered)
  }
}

function drawPlus(frame: Frame, p: ImageVec, accent: string, hovered: boolean): void {
  const { context, ratio } = frame
  const x = Math.round(deviceX(frame, p.x))
  const y = Math.round(deviceY(frame, p.y))
  const radius = (hovered ? 7 : 5.5) * ratio
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = hovered ? accent : 'rgb(255 255 255 / 92%)'
  context.fill()
  context.lineWidth = lineWidth(frame, 1)
  context.strokeStyle = '#0b3c45'
  context.stroke()
  context.beginPath()
  const arm = radius * 0.5
  context.moveTo(x - arm, y)
  context.lineTo(x + arm, y)
  context.moveTo(x, y - arm)
  context.lineTo(x, y + arm)
  context.strokeStyle = hovered ? '#ffffff' : '#0b3c45'
  context.lineWidth = lineWidth(frame, 1.5)
  context.stroke()
}
