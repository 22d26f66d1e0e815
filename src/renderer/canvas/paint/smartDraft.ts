import { boxOfBounds } from '../../../shared/geometry/box.ts'
import { outlinesOf } from '../../../shared/geometry/outlines.ts'
import { coveredShape } from '../../../shared/geometry/polygonArea.ts'
import type { RegionShape } from '../../../shared/geometry/regions.ts'
import type { Unit01 } from '../../../shared/geometry/spaces.ts'
import type { SmartDraft } from '../engine/draft.ts'
import type { PromptPoint } from '../engine/segmenter.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { traceRing, traceShape } from './outline.ts'
import { lightHalo, strokeWithHalo } from './shapeLayer.ts'

const positive = '#1f8a4c'
const negative = '#c9303a'
/** What is cut away. */
const away = '#ff8a80'

/** How strongly the object is filled: most when it is what would be kept. */
const fillOf: Readonly<Record<SmartDraft['state'], Unit01>> = { hover: 0.22, unasked: 0.18, waiting: 0.18, failed: 0.18, known: 0.4 }

/** What a model found, with the clicks and the box it was told; what is only passed over, or not known yet, is dashed. */
export function drawSmart(frame: Frame, { shape, points, box, result, state }: SmartDraft, classColor: string, accent: string): void {
  const { context, ratio } = frame
  if (shape) drawFound(frame, shape, result === 'subtract' ? away : classColor, fillOf[state], state !== 'known' || result === 'subtract')
  if (box) {
    const width = lineWidth(frame, 1.5)
    context.beginPath()
    traceShape(context, frame, boxOfBounds(box), width)
    context.setLineDash([6 * ratio, 4 * ratio])
    strokeWithHalo(frame, accent, width, lightHalo)
    context.setLineDash([])
  }
  for (const point of points) drawPoint(frame, point)
}

function drawFound(frame: Frame, shape: RegionShape, color: string, opacity: Unit01, dashed: boolean): void {
  const { context, ratio } = frame
  context.beginPath()
  for (const { points } of outlinesOf(coveredShape(shape))) traceRing(context, frame, points, true)
  context.globalAlpha = opacity
  context.fillStyle = color
  context.fill('evenodd')
  context.globalAlpha = 1
  if (dashed) context.setLineDash([5 * ratio, 4 * ratio])
  strokeWithHalo(frame, color, lineWidth(frame, 1.5), lightHalo)
  context.setLineDash([])
}

/** A disc with a plus or a minus, of constant size on screen. */
function drawPoint(frame: Frame, point: PromptPoint): void {
  const { context, ratio } = frame
  const [x, y] = [Math.round(deviceX(frame, point.x)), Math.round(deviceY(frame, point.y))]
  const arm = 3.5 * ratio
  context.beginPath()
  context.arc(x, y, 7 * ratio, 0, 2 * Math.PI)
  context.fillStyle = point.positive ? positive : negative
  context.fill()
  context.lineWidth = lineWidth(frame, 1.5)
  context.strokeStyle = '#ffffff'
  context.stroke()
  context.beginPath()
  context.moveTo(x - arm, y)
  context.lineTo(x + arm, y)
  if (point.positive) {
    context.moveTo(x, y - arm)
    context.lineTo(x, y + arm)
  }
  context.lineWidth = lineWidth(frame, 2)
  context.stroke()
}
