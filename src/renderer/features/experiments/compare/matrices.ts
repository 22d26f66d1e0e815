import { deltaKind } from './classTable.ts'
import { cellSize, type MatrixLook } from '../confusionPaint.ts'

export type Shares = readonly (readonly (number | null)[])[]

/** Side by side, matrices are smaller than alone. */
export const smallCell = (classes: number): number => Math.min(24, cellSize(classes))

/** A difference at or above this is drawn at full strength. */
const full = 0.5
const textFrom = 18

/** What a change of a cell means: more right or fewer mistakes is better. */
export const changeKind = (row: number, column: number, change: number): 'better' | 'worse' | 'equal' =>
  deltaKind(row === column ? change : -change)

export interface MatrixPaint {
  /** Shares 0..1, or differences -1..1. */
  readonly shares: Shares
  readonly difference: boolean
}

/** Draws shares (right in one colour, mistakes in the other) or differences (better in one, worse in the other). */
export function paintShares(context: CanvasRenderingContext2D, { shares, difference }: MatrixPaint, look: MatrixLook, ratio: number): void {
  const size = smallCell(shares.length)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.fillStyle = look.empty
  context.fillRect(0, 0, shares.length * size, shares.length * size)
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = '10px system-ui, sans-serif'
  shares.forEach((row, r) =>
    row.forEach((share, c) => {
      if (share === null || Math.abs(share) < 0.0005) return
      const good = difference ? changeKind(r, c, share) === 'better' : r === c
      context.globalAlpha = 0.15 + 0.7 * Math.sqrt(Math.min(1, Math.abs(share) / (difference ? full : 1)))
      context.fillStyle = good ? look.right : look.wrong
      context.fillRect(c * size, r * size, size, size)
      context.globalAlpha = 1
      const text = Math.round(Math.abs(share) * 100)
      if (size < textFrom || text === 0) return
      context.fillStyle = look.text
      context.fillText(difference ? `${share > 0 ? '+' : '−'}${text}` : String(text), (c + 0.5) * size, (r + 0.5) * size)
    }),
  )
  context.strokeStyle = look.grid
  context.lineWidth = 1
  if (size < 8) return
  context.beginPath()
  for (let i = 0; i <= shares.length; i++) {
    context.moveTo(i * size, 0)
    context.lineTo(i * size, shares.length * size)
    context.moveTo(0, i * size)
    context.lineTo(shares.length * size, i * size)
  }
  context.stroke()
}

export interface Cell {
  readonly row: number
  readonly column: number
}

/** The cell under a point, in a matrix of so many classes. */
export function smallCellAt(classes: number, x: number, y: number): Cell | null {
  const size = smallCell(classes)
  const [row, column] = [Math.floor(y / size), Math.floor(x / size)]
  return row >= 0 && column >= 0 && row < classes && column < classes ? { row, column } : null
}

/** The cells that changed most in any of the runs, and by how much in each. */
export function largestChanges(
  differences: readonly (Shares | null)[],
  count: number,
): { readonly row: number; readonly column: number; readonly changes: readonly (number | null)[] }[] {
  const classes = differences.find((each) => each !== null)?.length ?? 0
  return Array.from({ length: classes * classes }, (_, at) => {
    const [row, column] = [Math.floor(at / classes), at % classes]
    const changes = differences.map((each) => each?.[row]?.[column] ?? null)
    return { row, column, changes, most: Math.max(0, ...changes.map((change) => Math.abs(change ?? 0))) }
  })
    .filter(({ most }) => most >= 0.0005)
    .sort((a, b) => b.most - a.most)
    .slice(0, count)
}
