import { boundsOfBox } from '../../../shared/geometry/box.ts'
import { rowRange } from '../../../shared/geometry/maskSpans.ts'
import { maskOutline } from '../../../shared/geometry/maskOutline.ts'
import { rotatedCorners } from '../../../shared/geometry/rotatedBox.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'
import type { ImagePoint, MaskShape, Shape } from '../../../shared/model/shape.ts'
import { pixelsOfMask } from '../../../shared/geometry/pixels.ts'
import { crisp, crispBox, deviceX, deviceY, type Frame } from './frame.ts'

/** The part of a path that outlines need; a canvas context and Path2D both are one. */
export interface PathSink {
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  closePath(): void
  rect(x: number, y: number, width: number, height: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
}

/** Vertices closer together than this on screen are drawn as one (device pixels). */
const levelOfDetailPx = 1.5

/** A ring or line in device pixels, leaving out vertices that would fall on the last one. */
export function traceRing(path: PathSink, frame: Frame, ring: readonly ImagePoint[], closed: boolean): void {
  let lastX = 0
  let lastY = 0
  ring.forEach(([x, y], i) => {
    const px = deviceX(frame, x)
    const py = deviceY(frame, y)
    if (i === 0) path.moveTo(px, py)
    else if (Math.abs(px - lastX) + Math.abs(py - lastY) < levelOfDetailPx && i < ring.length - 1) return
    else path.lineTo(px, py)
    lastX = px
    lastY = py
  })
  if (closed) path.closePath()
}

const maskSegments = new WeakMap<MaskShape, Float32Array>()

function segmentsOf(mask: MaskShape): Float32Array {
  let segments = maskSegments.get(mask)
  if (!segments) maskSegments.set(mask, (segments = maskOutline(mask)))
  return segments
}

const tops = new WeakMap<MaskShape, number>()

/** The first column of a mask that has a pixel in its topmost row. */
function topColumn(mask: MaskShape): number {
  let x = tops.get(mask)
  if (x === undefined) {
    const spans = pixelsOfMask(mask)
    const { top } = rowRange(spans.columns)
    tops.set(
      mask,
      (x =
        spans.x +
        Math.max(
          0,
          spans.columns.findIndex((rows) => rows[0] === top),
        )),
    )
  }
  return x
}

/** A point on the upper edge of a shape, where its name may stand: of a mask, on its topmost pixels. */
export function topOf(shape: Shape): ImageVec {
  const bounds = shapeBounds(shape)
  return { x: shape.kind === 'mask' ? topColumn(shape) : bounds.minX, y: bounds.minY }
}

function traceMask(path: PathSink, frame: Frame, mask: MaskShape, width: number): void {
  const segments = segmentsOf(mask)
  for (let i = 0; i < segments.length; i += 4) {
    path.moveTo(crisp(deviceX(frame, segments[i]!), width), crisp(deviceY(frame, segments[i + 1]!), width))
    path.lineTo(crisp(deviceX(frame, segments[i + 2]!), width), crisp(deviceY(frame, segments[i + 3]!), width))
  }
}

/** Adds the outline of a shape to a path; `width` is the line width it will be stroked with, in device pixels. */
export function traceShape(path: PathSink, frame: Frame, shape: Shape, width: number): void {
  switch (shape.kind) {
    case 'box':
      path.rect(...crispBox(frame, boundsOfBox(shape), width))
      break
    case 'rotatedBox':
      traceRing(path, frame, rotatedCorners(shape), true)
      break
    case 'polygon':
      for (const part of shape.parts) for (const ring of [part.outer, ...part.holes]) traceRing(path, frame, ring, true)
      break
    case 'mask':
      traceMask(path, frame, shape, width)
      break
    case 'polyline':
      traceRing(path, frame, shape.points, false)
      break
    case 'point': {
      const x = deviceX(frame, shape.x)
      const y = deviceY(frame, shape.y)
      path.moveTo(x + 4 * frame.ratio, y)
      path.arc(x, y, 4 * frame.ratio, 0, 2 * Math.PI)
      break
    }
  }
}

/** Too small on screen for an outline: a dot is drawn instead. */
export function isSpeck(frame: Frame, shape: Shape): boolean {
  if (shape.kind === 'point') return false
  const bounds = shapeBounds(shape)
  return Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY) * frame.scale < 3 * frame.ratio
}
