import { boundsMeet } from '../../../shared/geometry/box.ts'
import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import type { Editor } from '../engine/editor.ts'
import type { Ghost } from '../engine/ghosts.ts'
import { fillOutline } from './fillOutline.ts'
import { deviceX, deviceY, lineWidth, type Frame } from './frame.ts'
import { isSpeck, traceShape } from './outline.ts'
import { strokeWithHalo } from './shapeLayer.ts'
import { classOf, visibleColor, type PaintStyle } from './style.ts'
import { drawTag } from './tags.ts'

/** With more ghosts than this on screen, only the focused one has its name. */
const mostTags = 60
const darkHalo = 'rgb(0 0 0 / 55%)'
const lightHalo = 'rgb(255 255 255 / 85%)'

/** Shapes that are no annotations (yet, or any more): dashed and striped, so that they are never taken for one. */
export function drawGhosts(frame: Frame, editor: Editor, style: PaintStyle): void {
  const shown = editor.ghosts.list.filter(({ record }) => boundsMeet(shapeBounds(record.shape), frame.visible))
  for (const ghost of shown) drawGhost(frame, style, ghost)
  for (const ghost of shown) if (ghost.focused || (shown.length <= mostTags && editor.look.names)) nameGhost(frame, style, ghost)
}

function drawGhost(frame: Frame, style: PaintStyle, { record, focused }: Ghost): void {
  const { context, ratio } = frame
  const color = visibleColor(classOf(style, record).color)
  if (isSpeck(frame, record.shape)) {
    const bounds = shapeBounds(record.shape)
    context.fillStyle = color
    context.fillRect(deviceX(frame, bounds.minX), deviceY(frame, bounds.minY), lineWidth(frame, 3), lineWidth(frame, 3))
    return
  }
  const width = lineWidth(frame, focused ? 2.5 : 1.5)
  context.beginPath()
  traceShape(context, frame, record.shape, width)
  if (record.shape.kind !== 'polyline') fillStripes(frame, record.shape, width, color, focused ? 0.5 : 0.25)
  context.setLineDash([6 * ratio, 4 * ratio])
  strokeWithHalo(frame, color, width, focused ? lightHalo : darkHalo)
  context.setLineDash([])
}

/** Diagonal stripes that stand still on screen, at any zoom. */
function fillStripes(frame: Frame, shape: Shape, width: number, color: string, alpha: number): void {
  const { context } = frame
  const pattern = stripes(color, Math.max(4, Math.round(6 * frame.ratio)))
  if (!pattern) return
  context.globalAlpha = alpha
  context.fillStyle = context.createPattern(pattern, 'repeat') ?? color
  fillOutline(frame, shape, width)
  context.globalAlpha = 1
}

const tiles = new Map<string, HTMLCanvasElement>()

function stripes(color: string, side: number): HTMLCanvasElement | null {
  const key = `${color} ${side}`
  const known = tiles.get(key)
  if (known) return known
  const tile = document.createElement('canvas')
  tile.width = tile.height = side
  const context = tile.getContext('2d')
  if (!context) return null
  context.strokeStyle = color
  context.lineWidth = side / 4
  context.beginPath()
  for (const from of [-side, 0, side]) {
    context.moveTo(from - 1, side + 1)
    context.lineTo(from + side + 1, -1)
  }
  context.stroke()
  tiles.set(key, tile)
  return tile
}

function nameGhost(frame: Frame, style: PaintStyle, { record, score }: Ghost): void {
  const { color, name } = classOf(style, record)
  const bounds = shapeBounds(record.shape)
  const text = score === null ? name : `${name} ${Math.round(score * 100)} %`
  drawTag(frame, text, color, Math.max(deviceX(frame, bounds.minX), 0), Math.max(deviceY(frame, bounds.minY), 0), style.fontFamily)
}
