/** Points of a line, ascending in x. */
export interface Points {
  readonly x: Float64Array
  readonly values: Float64Array
}

export interface PaintedLine {
  readonly id: string
  readonly color: string
  readonly dash: readonly number[]
  /** Points are marked where they are few. */
  readonly dots: boolean
  readonly main: Points
  /** Drawn thin and pale behind; null where there is nothing behind. */
  readonly behind: Points | null
}

/** What of the plane is seen. */
export interface PaintView {
  /** In CSS px. */
  readonly width: number
  readonly height: number
  readonly ratio: number
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly log: boolean
}

/** One of all layers: every line, or one that stands out. */
export type PaintJob =
  | { readonly layer: 'all'; readonly view: PaintView; readonly hidden: readonly string[]; readonly behind: boolean }
  | {
      readonly layer: 'raised'
      readonly view: PaintView
      readonly id: string | null
      readonly mark: { readonly x: number; readonly value: number } | null
      readonly background: string
    }
export type ToPainter =
  { readonly type: 'lines'; readonly lines: readonly PaintedLine[] } | { readonly type: 'paint'; readonly job: PaintJob }
export type FromPainter = { readonly layer: PaintJob['layer']; readonly view: PaintView; readonly bitmap: ImageBitmap }

type Context = OffscreenCanvasRenderingContext2D
type Place = (value: number) => number

function places({ width, height, x, y, log }: PaintView): { toX: Place; toY: Place } {
  const [low, high] = log ? [Math.log10(y[0]), Math.log10(y[1])] : y
  const toX: Place = (value) => ((value - x[0]) / (x[1] - x[0])) * width
  const toY: Place = (value) => height - (((log ? Math.log10(value) : value) - low) / (high - low)) * height
  return { toX, toY }
}

/** The first index whose x is not below `x`. */
function lowerBound(xs: Float64Array, x: number): number {
  let [low, high] = [0, xs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Points that are seen and one to either side. */
const seen = ({ x }: Points, [low, high]: PaintView['x']): readonly [number, number] => [
  Math.max(0, lowerBound(x, low) - 1),
  Math.min(x.length, lowerBound(x, high) + 1),
]

/** The least and the greatest value that lines show in a stretch of x; null where they show none. With a logarithmic axis only what is above 0 counts. */
export function valueRange(lines: readonly Points[], x: readonly [number, number], log: boolean): [number, number] | null {
  let [least, most] = [Infinity, -Infinity]
  for (const line of lines) {
    for (let i = lowerBound(line.x, x[0]); i < line.x.length && line.x[i]! <= x[1]; i++) {
      const value = line.values[i]!
      if (log && value <= 0) continue
      if (value < least) least = value
      if (value > most) most = value
    }
  }
  return least <= most ? [least, most] : null
}

/** A line that goes up and down over this many heights of the plot is a band: a pattern of dashes could not be seen in it, and takes long to draw. */
const bandHeights = 8

function trace(points: Points, view: PaintView): { path: Path2D; isBand: boolean } {
  const { toX, toY } = places(view)
  const [from, to] = seen(points, view.x)
  const path = new Path2D()
  let travel = 0
  let last = Number.NaN
  for (let i = from; i < to; i++) {
    const value = points.values[i]!
    if (view.log && value <= 0) continue
    const top = toY(value)
    if (Number.isNaN(last)) path.moveTo(toX(points.x[i]!), top)
    else {
      path.lineTo(toX(points.x[i]!), top)
      travel += Math.abs(top - last)
    }
    last = top
  }
  return { path, isBand: travel > bandHeights * view.height }
}

function stroke(
  context: Context,
  line: Points,
  view: PaintView,
  look: { color: string; width: number; alpha: number; dash: readonly number[] },
): void {
  const { path, isBand } = trace(line, view)
  context.strokeStyle = look.color
  context.lineWidth = look.width
  context.globalAlpha = look.alpha
  context.setLineDash(isBand ? [] : [...look.dash])
  context.stroke(path)
}

function dots(context: Context, line: Points, view: PaintView, color: string): void {
  const { toX, toY } = places(view)
  const [from, to] = seen(line, view.x)
  context.fillStyle = color
  context.globalAlpha = 1
  for (let i = from; i < to; i++) {
    const value = line.values[i]!
    if (view.log && value <= 0) continue
    context.beginPath()
    context.arc(toX(line.x[i]!), toY(value), 2.5, 0, 2 * Math.PI)
    context.fill()
  }
}

/** With many lines thin ones are told apart better; thin ones are also drawn much faster. */
const manyLines = 12

/** Draws a layer on a canvas of its own size. */
export function paintJob(context: Context, lines: readonly PaintedLine[], job: PaintJob): void {
  const { view } = job
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0)
  context.clearRect(0, 0, view.width, view.height)
  context.lineJoin = 'bevel'
  if (job.layer === 'raised') return paintRaised(context, lines, job)
  const shown = lines.filter(({ id }) => !job.hidden.includes(id))
  if (job.behind)
    for (const { behind, color } of shown) if (behind) stroke(context, behind, view, { color, width: 1, alpha: 0.3, dash: [] })
  const width = shown.length > manyLines ? 1 / view.ratio : 1.5
  for (const { main, color, dash, dots: marked } of shown) {
    stroke(context, main, view, { color, width, alpha: 1, dash })
    if (marked) dots(context, main, view, color)
  }
}

function paintRaised(
  context: Context,
  lines: readonly PaintedLine[],
  { view, id, mark, background }: Extract<PaintJob, { layer: 'raised' }>,
): void {
  const line = lines.find((each) => each.id === id)
  if (!line) return
  const { main, behind, color, dash } = line
  if (behind) stroke(context, behind, view, { color, width: 1, alpha: 0.5, dash: [] })
  stroke(context, main, view, { color: background, width: 5, alpha: 0.8, dash: [] })
  stroke(context, main, view, { color, width: 2.5, alpha: 1, dash })
  if (!mark || (view.log && mark.value <= 0)) return
  const { toX, toY } = places(view)
  context.beginPath()
  context.arc(toX(mark.x), toY(mark.value), 4, 0, 2 * Math.PI)
  context.fillStyle = color
  context.globalAlpha = 1
  context.fill()
}
