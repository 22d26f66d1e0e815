import type { ConfusionView } from './confusion.ts'

/** The side of the whole square, and the least and most of one cell, in CSS pixels. */
const side = 440
const cellBounds = [3, 32] as const
/** From this size on the share is written into a cell. */
const textFrom = 28

export interface MatrixLook {
  readonly right: string
  readonly wrong: string
  readonly empty: string
  readonly grid: string
  readonly text: string
}

/** The colours of the theme in force; a canvas cannot read CSS variables itself. */
export function matrixLook(): MatrixLook {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string): string => style.getPropertyValue(name).trim()
  return { right: read('--done'), wrong: read('--danger'), empty: read('--surface-3'), grid: read('--line'), text: read('--text-1') }
}

export const cellSize = (classes: number): number =>
  Math.min(cellBounds[1], Math.max(cellBounds[0], Math.floor(side / Math.max(1, classes))))

/** The cell under a point of the canvas, row and column; null outside. */
export function cellAt(classes: number, x: number, y: number): { row: number; column: number } | null {
  const size = cellSize(classes)
  const [row, column] = [Math.floor(y / size), Math.floor(x / size)]
  return row >= 0 && column >= 0 && row < classes && column < classes ? { row, column } : null
}

/** Draws the matrix: what is right on the diagonal, what is wrong beside it, stronger for larger shares (by their root, so that small ones are seen). */
export function paintMatrix(context: CanvasRenderingContext2D, view: ConfusionView, look: MatrixLook, ratio: number): void {
  const classes = view.names.length
  const size = cellSize(classes)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.fillStyle = look.empty
  context.fillRect(0, 0, classes * size, classes * size)
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = '10px system-ui, sans-serif'
  view.shares.forEach((row, r) =>
    row.forEach((share, c) => {
      if (!share) return
      context.globalAlpha = 0.15 + 0.7 * Math.sqrt(share)
      context.fillStyle = r === c ? look.right : look.wrong
      context.fillRect(c * size, r * size, size, size)
      context.globalAlpha = 1
      if (size < textFrom || share < 0.005) return
      context.fillStyle = look.text
      context.fillText(String(Math.round(share * 100)), (c + 0.5) * size, (r + 0.5) * size)
    }),
  )
  if (size < 8) return
  context.strokeStyle = look.grid
  context.lineWidth = 1
  context.beginPath()
  for (let i = 0; i <= classes; i++) {
    context.moveTo(i * size, 0)
    context.lineTo(i * size, classes * size)
    context.moveTo(0, i * size)
    context.lineTo(classes * size, i * size)
  }
  context.stroke()
}
