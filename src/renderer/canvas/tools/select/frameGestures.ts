import { scaling, turning, type Affine } from '../../../../shared/geometry/affine.ts'
import { handlePoint, oppositeHandle, type BoxHandle } from '../../../../shared/geometry/box.ts'
import { normaliseAngle } from '../../../../shared/geometry/rotatedBox.ts'
import type { Bounds, ImagePx, ImageVec } from '../../../../shared/geometry/spaces.ts'
import type { RotatedBoxShape } from '../../../../shared/model/shape.ts'
import type { Gesture } from '../../engine/actions.ts'
import { noDraft } from '../../engine/draft.ts'
import type { Editor } from '../../engine/editor.ts'
import { resultOf, selectionFrame, shownIn, startFrame, type FrameStart } from '../../engine/frame.ts'
import { angleStepRad } from '../nextPoint.ts'
import { placeAt } from '../snapping.ts'
import { isDrag, type PointerAt } from '../tool.ts'
import { abandon, commitShapes } from './gestures.ts'
import { idle, type SelectState } from './selectState.ts'

type Sizing = Extract<SelectState, { name: 'sizingFrame' }>
type Turning = Extract<SelectState, { name: 'turningFrame' }>

export function pressFrame(editor: Editor, handle: BoxHandle, at: PointerAt): SelectState {
  const frame = selectionFrame(editor)
  if (!frame || !editor.mayChange()) return idle
  const stands = handlePoint(frame.bounds, handle)
  const grab = { x: at.image.x - stands.x, y: at.image.y - stands.y }
  return { name: 'sizingFrame', start: startFrame(frame), handle, grab, from: at }
}

export function pressFrameTurn(editor: Editor, at: PointerAt): SelectState {
  const frame = selectionFrame(editor)
  return frame && editor.mayChange() ? { name: 'turningFrame', start: startFrame(frame), from: at } : idle
}

/** How far a side may be stretched from its anchor without leaving the picture; what sticks out already may stay, but gets no worse, and is not turned over there. */
function room(factor: number, low: ImagePx, high: ImagePx, anchor: ImagePx, limit: ImagePx): number {
  const [before, after] = factor < 0 ? [high - anchor, anchor - low] : [anchor - low, high - anchor]
  const most = Math.min(before > 0 ? anchor / before : Infinity, after > 0 ? (limit - anchor) / after : Infinity)
  return Math.max(factor < 0 ? 0 : 1, most)
}

/** The factor from the anchor to where the handle went; 1 along an axis the handle does not follow. */
const factorOf = (to: ImagePx, handle: ImagePx, anchor: ImagePx): number => (handle === anchor ? 1 : (to - anchor) / (handle - anchor))

/** A side of a pixel or more keeps at least one. */
const vanishes = (factor: number, low: ImagePx, high: ImagePx): boolean =>
  high > low && Math.abs(factor) * (high - low) < Math.min(1, high - low)

/** With Shift in proportion, with Alt from the centre; null when nothing changes or a side would vanish. */
function sizedBy(editor: Editor, { start, handle, grab }: Sizing, at: PointerAt): Affine | null {
  const { bounds } = start
  const except = new Set(start.shapes.map(({ id }) => id))
  const to = placeAt(editor, { x: at.image.x - grab.x, y: at.image.y - grab.y }, at, { perPixel: at.alt ? 100 : 1, except })
  const stands = handlePoint(bounds, handle)
  const anchor: ImageVec = at.alt ? { x: start.frame.cx, y: start.frame.cy } : handlePoint(bounds, oppositeHandle(handle))
  let [sx, sy] = [factorOf(to.x, stands.x, anchor.x), factorOf(to.y, stands.y, anchor.y)]
  const [roomX, roomY] = [
    room(sx, bounds.minX, bounds.maxX, anchor.x, editor.image.width),
    room(sy, bounds.minY, bounds.maxY, anchor.y, editor.image.height),
  ]
  if (at.shift) {
    const wished = handle.length === 1 ? Math.abs(handle === 'e' || handle === 'w' ? sx : sy) : Math.max(Math.abs(sx), Math.abs(sy))
    const both = Math.min(wished, roomX, roomY)
    ;[sx, sy] = [sx < 0 ? -both : both, sy < 0 ? -both : both]
  } else {
    ;[sx, sy] = [Math.sign(sx) * Math.min(Math.abs(sx), roomX), Math.sign(sy) * Math.min(Math.abs(sy), roomY)]
  }
  if (vanishes(sx, bounds.minX, bounds.maxX) || vanishes(sy, bounds.minY, bounds.maxY)) return null
  return sx === 1 && sy === 1 ? null : scaling(anchor, sx, sy)
}

const directionFrom = ({ cx, cy }: RotatedBoxShape, p: ImageVec): number => Math.atan2(p.y - cy, p.x - cx)

/** How far the pointer went around the middle since the press; with Shift in steps of 15 degrees. */
function turnedBy({ start: { frame }, from }: Turning, at: PointerAt): number {
  const free = normaliseAngle(directionFrom(frame, at.image) - directionFrom(frame, from.image))
  return at.shift ? Math.round(free / angleStepRad) * angleStepRad : free
}

/** The frame itself under a scaling. */
function sizedFrame({ minX, minY, maxX, maxY }: Bounds, { a, d, e, f }: Affine): RotatedBoxShape {
  const [x0, x1, y0, y1] = [a * minX + e, a * maxX + e, d * minY + f, d * maxY + f]
  return { kind: 'rotatedBox', cx: (x0 + x1) / 2, cy: (y0 + y1) / 2, w: Math.abs(x1 - x0), h: Math.abs(y1 - y0), angleRad: 0 }
}

export function previewSize(editor: Editor, state: Sizing, at: PointerAt): SelectState {
  const by = isDrag(state.from, at) ? sizedBy(editor, state, at) : null
  const { start } = state
  editor.gesture.setDraft(by ? { kind: 'reshape', shapes: shownIn(start, by), frame: sizedFrame(start.bounds, by) } : noDraft)
  return state
}

export function previewTurn(editor: Editor, state: Turning, at: PointerAt): SelectState {
  const angleRad = isDrag(state.from, at) ? turnedBy(state, at) : 0
  const { start } = state
  const by = turning({ x: start.frame.cx, y: start.frame.cy }, angleRad)
  editor.gesture.setDraft(angleRad === 0 ? noDraft : { kind: 'reshape', shapes: shownIn(start, by), frame: { ...start.frame, angleRad } })
  return state
}

function commitFrame(editor: Editor, gesture: Gesture, start: FrameStart, by: Affine): SelectState {
  const shapes = resultOf(editor, start, by)
  if (!shapes) return abandon(editor)
  const next = commitShapes(editor, gesture, shapes)
  if (start.shapes.some(({ shape }) => shape.kind === 'mask')) editor.resampled()
  return next
}

export function commitSize(editor: Editor, state: Sizing, at: PointerAt): SelectState {
  const by = isDrag(state.from, at) ? sizedBy(editor, state, at) : null
  return by ? commitFrame(editor, 'resize', state.start, by) : abandon(editor)
}

export function commitTurn(editor: Editor, state: Turning, at: PointerAt): SelectState {
  const angleRad = isDrag(state.from, at) ? turnedBy(state, at) : 0
  const { cx, cy } = state.start.frame
  return angleRad === 0 ? abandon(editor) : commitFrame(editor, 'turn', state.start, turning({ x: cx, y: cy }, angleRad))
}
