import type { Snap } from '../engine/snap.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { strokeWithHalo } from './shapeLayer.ts'

const halo = 'rgb(0 0 0 / 60%)'

/** What draws the pointer: a ring around a vertex; an edge from end to end with a diamond on the place. */
export function drawSnapMark(frame: Frame, snap: Snap, accent: string): void {
  const { context, ratio } = frame
  const x = deviceX(frame, snap.point.x)
  const y = deviceY(frame, snap.point.y)
  if (snap.kind === 'edge') {
    context.beginPath()
    context.moveTo(deviceX(frame, snap.from.x), deviceY(frame, snap.from.y))
    context.lineTo(deviceX(frame, snap.to.x), deviceY(frame, snap.to.y))
    strokeWithHalo(frame, accent, lineWidth(frame, 1.5), halo)
  }
  const radius = 6 * ratio
  context.beginPath()
  if (snap.kind === 'vertex') context.arc(x, y, radius, 0, 2 * Math.PI)
  else {
    context.moveTo(x, y - radius)
    context.lineTo(x + radius, y)
    context.lineTo(x, y + radius)
    context.lineTo(x - radius, y)
    context.closePath()
  }
  strokeWithHalo(frame, accent, lineWidth(frame, 2), 'rgb(255 255 255 / 90%)')
}
