import type uPlot from 'uplot'
import { formatNumber } from './format.ts'

/** One line of a chart. `faint` lines are drawn thin behind the others (raw values under a smoothed curve). */
export interface ChartLine {
  readonly label: string
  /** Index of the chart palette, 1..6. */
  readonly color: number
  readonly faint?: boolean
  /** Points are marked where they are few (validations). */
  readonly dots?: boolean
}

export interface ChartLook {
  readonly text: string
  readonly grid: string
  readonly colors: readonly string[]
  readonly background: string
}

/** The colours of the theme in force; a canvas cannot read CSS variables itself. */
export function chartLook(): ChartLook {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string): string => style.getPropertyValue(name).trim()
  return {
    text: read('--text-2'),
    grid: read('--line'),
    background: read('--surface-2'),
    colors: [1, 2, 3, 4, 5, 6].map((i) => read(`--chart-${i}`)),
  }
}

/** The same for lines of many runs, whose colours are told apart by colour-blind eyes too. */
export function runLookOf(): ChartLook {
  const style = getComputedStyle(document.documentElement)
  return { ...chartLook(), colors: [1, 2, 3, 4, 5, 6, 7, 8].map((i) => style.getPropertyValue(`--run-${i}`).trim()) }
}

export const chartColor = (look: ChartLook, color: number): string => look.colors[(color - 1) % look.colors.length]!

/** uPlot options for a dense chart: light axes, drag to zoom, a shared cursor among charts of one group. */
export function chartOptions(
  lines: readonly ChartLine[],
  look: ChartLook,
  size: { width: number; height: number },
  logScale: boolean,
  group: string,
  onHover: (index: number | null) => void,
): uPlot.Options {
  const axis = {
    stroke: look.text,
    grid: { stroke: look.grid, width: 1 },
    ticks: { stroke: look.grid, width: 1, size: 4 },
    font: '11px system-ui, sans-serif',
  }
  return {
    ...size,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: group }, drag: { x: true, y: false, setScale: true }, points: { size: 6 }, focus: { prox: 24 } },
    scales: { x: { time: false }, y: logScale ? { distr: 3 } : {} },
    axes: [
      {
        ...axis,
        size: 26,
        space: 64,
        values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? formatNumber(value, 6) : '')),
      },
      {
        ...axis,
        size: 56,
        space: 32,
        values: (_, splits) => splits.map((value: number | null) => (value === null ? '' : formatNumber(value, 3))),
      },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const stroke = chartColor(look, line.color)
        return {
          label: line.label,
          stroke,
          width: line.faint ? 1 : 1.5,
          alpha: line.faint ? 0.35 : 1,
          spanGaps: true,
          points: { show: line.dots ?? false, size: 5, fill: stroke },
        }
      }),
    ],
    hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
  }
}

/** The picture of a chart on the panel's own background. */
export function chartPicture(plot: uPlot, background: string): Promise<Blob | null> {
  const source = plot.ctx.canvas
  const canvas = document.createElement('canvas')
  canvas.width = source.width
  canvas.height = source.height
  const context = canvas.getContext('2d')!
  context.fillStyle = background
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, 0)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
