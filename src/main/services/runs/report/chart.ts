import { joined, markup, type Html } from './html.ts'

export interface ChartCurve {
  readonly name: string
  /** 0, 1, 2… names colour and dashes. */
  readonly look: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

const width = 560
const height = 220
const margin = { left: 56, right: 10, top: 10, bottom: 24 }

/** Round numbers that cut a range into about `count` parts. */
export function ticksOf(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low]
  const rough = (high - low) / count
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = size * ([1, 2, 5, 10].find((each) => each * size >= rough) ?? 10)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
}

/** The look of a curve: one of eight colours, dashed from the ninth on. */
export const lookClass = (look: number): string => `c${look % 8}${look >= 8 ? ' dash' : ''}`

/** Curves over steps as inline SVG; what is not finite interrupts a curve. Null where there is nothing to draw. */
export function chart(title: string, xName: string, curves: readonly ChartCurve[], format: (value: number) => string): Html | null {
  const finite = curves.flatMap(({ values }) => values.filter(Number.isFinite))
  const steps = curves.flatMap((curve) => curve.steps)
  if (finite.length === 0) return null
  const bounds = (all: readonly number[]): [number, number] =>
    all.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity])
  const [x0, x1] = bounds(steps)
  const [low, high] = bounds(finite)
  const pad = high > low ? (high - low) * 0.05 : Math.abs(high) * 0.05 || 1
  const [y0, y1] = [low - pad, high + pad]
  const x = (step: number): number => margin.left + ((step - x0) / Math.max(1e-12, x1 - x0)) * (width - margin.left - margin.right)
  const y = (value: number): number => margin.top + (1 - (value - y0) / (y1 - y0)) * (height - margin.top - margin.bottom)
  const grid = ticksOf(y0, y1, 5).map(
    (tick) =>
      markup`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at(y(tick))}" y2="${at(y(tick))}" /><text
          class="tick"
          x="${margin.left - 6}"
          y="${at(y(tick) + 3.5)}"
          text-anchor="end"
          >${format(tick)}</text
        >`,
  )
  const below = ticksOf(x0, x1, 6)
    .filter((tick) => Number.isInteger(tick) && x(tick) < width - 56)
    .map((tick) => markup`<text class="tick" x="${at(x(tick))}" y="${height - 8}" text-anchor="middle">${String(tick)}</text>`)
  return markup`<figure class="chart">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
      ${joined(grid)}${joined(below)}<text class="tick" x="${width - margin.right}" y="${height - 8}" text-anchor="end">${xName}</text>
      ${joined(curves.map((curve) => line(curve, x, y)))}
    </svg>
  </figure>`
}

const at = (value: number): string => value.toFixed(1)

function line({ look, steps, values, name }: ChartCurve, x: (step: number) => number, y: (value: number) => number): Html {
  let path = ''
  let pen = false
  steps.forEach((step, i) => {
    const value = values[i]!
    if (Number.isFinite(value)) path += `${pen ? 'L' : 'M'}${at(x(step))} ${at(y(value))}`
    pen = Number.isFinite(value)
  })
  // A curve of few points shows them; one of a single point is nothing else.
  const dots =
    steps.length > 30
      ? []
      : steps.flatMap((step, i) =>
          Number.isFinite(values[i]!)
            ? [markup`<circle class="${lookClass(look)}" cx="${at(x(step))}" cy="${at(y(values[i]!))}" r="2" />`]
            : [],
        )
  return markup`<path class="line ${lookClass(look)}" d="${path}"><title>${name}</title></path>${joined(dots)}`
}
