import { boundsOfBox, boxOfBounds } from '../../../../shared/geometry/box.ts'
import { inTurnedFrame, turnedFrame } from '../../../../shared/geometry/ellipse.ts'
import { normaliseAngle } from '../../../../shared/geometry/rotatedBox.ts'
import { shapeBounds, translateShape } from '../../../../shared/geometry/shapes.ts'
import type { ImageSize, ImageVec } from '../../../../shared/geometry/spaces.ts'
import { stretchInto } from '../../../../shared/geometry/stretch.ts'
import { chainAt, isCollapsed, moveVertex, type VertexAt, type VertexShape } from '../../../../shared/geometry/vertices.ts'
import type { RotatedBoxShape, Shape } from '../../../../shared/model/shape.ts'
import type { Gesture } from '../../../canvas/engine/actions.ts'

export type NumberId = 'x' | 'y' | 'w' | 'h' | 'cx' | 'cy' | 'angle'

/** A number of a shape that can be typed: pixels, or degrees for the angle. */
export interface ShapeNumber {
  readonly id: NumberId
  readonly value: number
  /** Of a mask only its place can be typed. */
  readonly fixed?: true
}

/** Why a number is not taken. */
export type Refusal =
  | { readonly reason: 'number' }
  | { readonly reason: 'whole' }
  | { readonly reason: 'positive' }
  | { readonly reason: 'flat' }
  | { readonly reason: 'range'; readonly low: number; readonly high: number }

export type Change = { readonly shape: Shape; readonly gesture: Gesture } | Refusal
export const isRefusal = (change: Change | TurnedChange): change is Refusal => 'reason' in change

const degrees = (angleRad: number): number => (angleRad * 180) / Math.PI

/** As a number is shown: thousandths at most. */
export const shownNumber = (value: number): string => String(Math.round(value * 1000) / 1000 + 0)

/** What was typed; a comma counts as a point. Null: no number. */
export function typedNumber(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(value) ? null : value
}

/** The numbers of a shape: of ellipses as of turned boxes those of the box along their axes, of other polygons and lines those of their extent. */
export function shapeNumbers(shape: Shape): readonly ShapeNumber[] {
  const frame = turnedFrame(shape)
  if (frame)
    return [...(['cx', 'cy', 'w', 'h'] as const).map((id) => ({ id, value: frame[id] })), { id: 'angle', value: degrees(frame.angleRad) }]
  switch (shape.kind) {
    case 'rotatedBox':
      return []
    case 'point':
      return (['x', 'y'] as const).map((id) => ({ id, value: shape[id] }))
    case 'mask':
      return [
        ...(['x', 'y'] as const).map((id) => ({ id, value: shape[id] })),
        ...(['w', 'h'] as const).map((id) => ({ id, value: shape[id], fixed: true as const })),
      ]
    case 'box':
    case 'polygon':
    case 'polyline': {
      const { minX, minY, maxX, maxY } = shapeBounds(shape)
      return [
        { id: 'x', value: minX },
        { id: 'y', value: minY },
        { id: 'w', value: maxX - minX },
        { id: 'h', value: maxY - minY },
      ]
    }
  }
}

/** A value between the limits; what lies outside already may come nearer. */
function outside(value: number, before: number, low: number, high: number): Refusal | null {
  const from = Math.min(low, before)
  const to = Math.max(high, before)
  return value < from || value > to ? { reason: 'range', low: from, high: to } : null
}

/** The shape with one number changed, or why it is not. */
export function withNumber(shape: Shape, id: NumberId, value: number, image: ImageSize): Change {
  const frame = turnedFrame(shape)
  if (frame) {
    const change = withTurnedNumber(frame, id, value, image)
    return isRefusal(change) ? change : { ...change, shape: inTurnedFrame(shape, change.shape) }
  }
  const bounds = shapeBounds(shape)
  const sideways = id === 'x' || id === 'w'
  const limit = sideways ? image.width : image.height
  const low = sideways ? bounds.minX : bounds.minY
  const side = sideways ? bounds.maxX - bounds.minX : bounds.maxY - bounds.minY
  if (id === 'x' || id === 'y') {
    if (shape.kind === 'mask' && !Number.isInteger(value)) return { reason: 'whole' }
    const wrong = outside(value, low, 0, limit - side)
    if (wrong) return wrong
    if (shape.kind === 'box' || shape.kind === 'point') return { shape: { ...shape, [id]: value }, gesture: 'move' }
    return { shape: translateShape(shape, id === 'x' ? value - low : 0, id === 'y' ? value - low : 0), gesture: 'move' }
  }
  const wrong = value <= 0 ? ({ reason: 'positive' } as const) : outside(value, side, 0, limit - low)
  if (wrong) return wrong
  const next = id === 'w' ? { ...bounds, maxX: bounds.minX + value } : { ...bounds, maxY: bounds.minY + value }
  if (shape.kind === 'box') return { shape: boxOfBounds({ ...boundsOfBox(shape), ...next }), gesture: 'resize' }
  if (shape.kind === 'polygon' || shape.kind === 'polyline') {
    // A line without an extent this way has nothing to stretch.
    return side === 0 ? { reason: 'range', low: 0, high: 0 } : { shape: stretchInto(shape, next), gesture: 'resize' }
  }
  return { reason: 'range', low: side, high: side }
}

type TurnedChange = { readonly shape: RotatedBoxShape; readonly gesture: Gesture } | Refusal

function withTurnedNumber(shape: RotatedBoxShape, id: NumberId, value: number, image: ImageSize): TurnedChange {
  switch (id) {
    case 'angle':
      return { shape: { ...shape, angleRad: normaliseAngle(((value % 360) * Math.PI) / 180) }, gesture: 'turn' }
    case 'w':
    case 'h':
      if (value <= 0) return { reason: 'positive' }
      // However it is turned, more would reach from corner to corner of the picture.
      return outside(value, shape[id], 0, Math.hypot(image.width, image.height)) ?? { shape: { ...shape, [id]: value }, gesture: 'resize' }
    default: {
      const across = id === 'cx' || id === 'x'
      const key = across ? 'cx' : 'cy'
      return outside(value, shape[key], 0, across ? image.width : image.height) ?? { shape: { ...shape, [key]: value }, gesture: 'move' }
    }
  }
}

/** A polygon or line with one coordinate of one vertex changed, or why it is not; null when the vertex is gone. */
export function withVertexNumber(shape: VertexShape, at: VertexAt, axis: 'x' | 'y', value: number, image: ImageSize): Change | null {
  const point = chainAt(shape, at)?.[at.vertex]
  if (!point) return null
  const [x, y] = point
  const wrong = axis === 'x' ? outside(value, x, 0, image.width) : outside(value, y, 0, image.height)
  if (wrong) return wrong
  const moved = moveVertex(shape, at, axis === 'x' ? { x: value, y } : { x, y: value })
  return isCollapsed(moved, at) && !isCollapsed(shape, at) ? { reason: 'flat' } : { shape: moved, gesture: 'moveVertex' }
}

/** Where a vertex stands after one of its coordinates was typed. */
export const vertexPlace = (shape: VertexShape, at: VertexAt): ImageVec => {
  const [x, y] = chainAt(shape, at)![at.vertex]!
  return { x, y }
}
