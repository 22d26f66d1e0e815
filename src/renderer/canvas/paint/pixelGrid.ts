import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { deviceX, deviceY, type Frame, type FrameView } from './frame.ts'

/** From this many device pixels per picture pixel on there is a grid. */
const gridFrom = 14

export const hasPixelGrid = ({ scale, ratio }: Pick<FrameView, 'scale' | 'ratio'>): boolean => scale >= gridFrom * ratio

/** Lines between picture pixels, only where pixels are large enough to be worked on one by one. */
export function drawPixelGrid(frame: Frame, size: ImageSize): void {
  const { context, visible } = frame
  if (!hasPixelGrid(frame)) return
  const x0 = Math.max(0, Math.floor(visible.minX))
  const x1 = Math.min(size.width, Math.ceil(visible.maxX))
  const y0 = Math.max(0, Math.floor(visible.minY))
  const y1 = Math.min(size.height, Math.ceil(visible.maxY))
  context.beginPath()
  for (let x = x0; x <= x1; x++) {
    const px = Math.floor(deviceX(frame, x)) + 0.5
    context.moveTo(px, deviceY(frame, y0))
    context.lineTo(px, deviceY(frame, y1))
  }
  for (let y = y0; y <= y1; y++) {
    const py = Math.floor(deviceY(frame, y)) + 0.5
    context.moveTo(deviceX(frame, x0), py)
    context.lineTo(deviceX(frame, x1), py)
  }
  context.lineWidth = 1
  context.strokeStyle = 'rgb(128 128 128 / 35%)'
  context.stroke()
}
