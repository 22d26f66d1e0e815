import { coveredShape } from '../../../shared/geometry/polygonArea.ts'
import type { Bounds, ImagePx } from '../../../shared/geometry/spaces.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { deviceX, deviceY, type Frame } from './frame.ts'
import { hatchEvery, hatchWide, strideFor } from './maskTiles.ts'
import { traceShape } from './outline.ts'

const hatchAlpha = 0.5

/** Sums x + y of the picture along which the stripes of void masks run, as far as they meet an extent. */
export function hatchLines({ minX, minY, maxX, maxY }: Bounds, stride: number): ImagePx[] {
  const step = hatchEvery * stride
  const middle = ((hatchWide + 1) / 2) * stride
  const beside = (hatchWide / 2) * stride
  const first = Math.ceil((minX + minY - beside - middle) / step)
  const last = Math.floor((maxX + maxY + beside - middle) / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step + middle)
}

/** Stripes within a void shape, where those of a void mask would be. */
export function drawHatch(frame: Frame, shape: Shape, bounds: Bounds, color: string): void {
  const { context, scale, visible } = frame
  if (shape.kind === 'polyline' || shape.kind === 'point' || shape.kind === 'mask') return
  const stride = strideFor(scale)
  // The ends of the stripes lie outside of what is seen of the shape.
  const over = hatchWide * stride
  const [minX, minY] = [Math.max(bounds.minX, visible.minX) - over, Math.max(bounds.minY, visible.minY) - over]
  const [maxX, maxY] = [Math.min(bounds.maxX, visible.maxX) + over, Math.min(bounds.maxY, visible.maxY) + over]
  context.save()
  context.beginPath()
  traceShape(context, frame, coveredShape(shape), 1)
  context.clip('evenodd')
  context.beginPath()
  for (const sum of hatchLines({ minX, minY, maxX, maxY }, stride)) {
    const [from, to] = [Math.max(minX, sum - maxY), Math.min(maxX, sum - minY)]
    context.moveTo(deviceX(frame, from), deviceY(frame, sum - from))
    context.lineTo(deviceX(frame, to), deviceY(frame, sum - to))
  }
  context.globalAlpha *= hatchAlpha
  context.lineWidth = (hatchWide * stride * scale) / Math.SQRT2
  context.strokeStyle = color
  context.stroke()
  context.restore()
}
