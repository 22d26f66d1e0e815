import uPlot from 'uplot'
import { formatElapsed, formatNumber } from './format.ts'

/** One line of many over each other. */
export interface OverlayLine {
  readonly id: string
  readonly color: string
  readonly dash: readonly number[]
  /** Thin and pale, behind the others. */
  readonly faint: boolean
  /** Points are marked where they are few. */
  readonly dots: boolean
  readonly shown: boolean
}

export interface OverlayLook {
  readonly text: string
  readonly grid: string
  readonly background: string
}

export interface OverlayOptions {
  readonly time: boolean
  readonly logScale: boolean
  readonly look: OverlayLook
  /** Position of the pointer in px of the plot; null when it has left. */
  readonly onPoint: (at: { readonly x: number; readonly top: number } | null) => void
  /** A stretch of x was dragged, or everything asked for. */
  readonly onZoom: (range: readonly [number, number] | null) => void
}

/** Whole seconds, minutes, hours and days as places for ticks. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000]

/** Lines that share their places of x. Only what changes is drawn again; the plot is made anew when other lines are to be drawn. */
export class OverlayPlot {
  readonly #host: HTMLElement
  readonly #options: OverlayOptions
  #plot: uPlot
  #lines: readonly OverlayLine[]
  readonly #over: HTMLCanvasElement

  constructor(
    host: HTMLElement,
    lines: readonly OverlayLine[],
    data: uPlot.AlignedData,
    range: readonly [number, number],
    options: OverlayOptions,
  ) {
    this.#host = host
    this.#lines = lines
    this.#options = options
    this.#over = document.createElement('canvas')
    this.#over.className = 'pointer-events-none absolute inset-0'
    this.#plot = new uPlot(this.#plotOptions(range), data, host)
    this.#plot.over.append(this.#over)
  }

  get plot(): uPlot {
    return this.#plot
  }

  /** New points of the same lines, and the part of x that is seen. */
  setData(data: uPlot.AlignedData, [min, max]: readonly [number, number]): void {
    this.#plot.batch(() => {
      this.#plot.setData(data, false)
      this.#plot.setScale('x', { min, max })
    })
  }

  setRange([min, max]: readonly [number, number]): void {
    this.#plot.setScale('x', { min, max })
  }

  /** Switches lines on and off; all others stay as they are. */
  setShown(lines: readonly OverlayLine[]): void {
    this.#plot.batch(() => {
      lines.forEach(({ shown }, i) => {
        if (this.#plot.series[i + 1]!.show !== shown) this.#plot.setSeries(i + 1, { show: shown })
      })
    })
    this.#lines = lines
  }

  resize(width: number, height: number): void {
    if (this.#plot.width !== width || this.#plot.height !== height) this.#plot.setSize({ width, height })
  }

  /** Draws one line over all others, on a canvas of its own: pointing at a line draws none of the others again. */
  raise(
    points: {
      readonly x: readonly number[]
      readonly values: readonly number[]
      readonly color: string
      readonly dash: readonly number[]
      readonly faint: boolean
    }[],
    mark: { readonly x: number; readonly value: number } | null,
  ): void {
    const plot = this.#plot
    const ratio = uPlot.pxRatio
    const { width, height } = plot.over.getBoundingClientRect()
    const canvas = this.#over
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    const context = canvas.getContext('2d')!
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, width, height)
    context.lineJoin = 'round'
    for (const line of points) {
      const path = new Path2D()
      let drawn = false
      line.x.forEach((x, i) => {
        const value = line.values[i]!
        if (this.#options.logScale && value <= 0) return
        const [left, top] = [plot.valToPos(x, 'x'), plot.valToPos(value, 'y')]
        if (drawn) path.lineTo(left, top)
        else path.moveTo(left, top)
        drawn = true
      })
      const stroke = (color: string, size: number, alpha: number): void => {
        context.strokeStyle = color
        context.lineWidth = size
        context.globalAlpha = alpha
        context.stroke(path)
      }
      context.setLineDash([])
      if (!line.faint) stroke(this.#options.look.background, 6, 0.85)
      context.setLineDash([...line.dash])
      stroke(line.color, line.faint ? 1 : 2.5, line.faint ? 0.5 : 1)
    }
    if (!mark) return
    const color = points.at(-1)?.color ?? this.#options.look.text
    context.globalAlpha = 1
    context.beginPath()
    context.arc(plot.valToPos(mark.x, 'x'), plot.valToPos(mark.value, 'y'), 4, 0, 2 * Math.PI)
    context.fillStyle = color
    context.fill()
  }

  destroy(): void {
    this.#plot.destroy()
  }

  #plotOptions([min, max]: readonly [number, number]): uPlot.Options {
    const { look, time, logScale, onPoint, onZoom } = this.#options
    const axis = {
      stroke: look.text,
      grid: { stroke: look.grid, width: 1 },
      ticks: { stroke: look.grid, width: 1, size: 4 },
      font: '11px system-ui, sans-serif',
    }
    return {
      width: Math.max(200, this.#host.clientWidth),
      height: Math.max(80, this.#host.clientHeight),
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: {
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
        bind: {
          dblclick: () => () => {
            onZoom(null)
            return null
          },
        },
      },
      scales: { x: { time: false, min, max }, y: logScale ? { distr: 3 } : {} },
      axes: [
        {
          ...axis,
          size: 26,
          space: 72,
          ...(time ? { incrs: timeSteps } : {}),
          values: (_, splits) => splits.map((value) => (time ? formatElapsed(value) : formatNumber(value, 6))),
        },
        {
          ...axis,
          size: 56,
          space: 32,
          values: (_, splits) => splits.map((value: number | null) => (value === null ? '' : formatNumber(value, 3))),
        },
      ],
      series: [{}, ...this.#lines.map(seriesOf)],
      hooks: {
        setCursor: [
          (plot) => {
            const { left, top } = plot.cursor
            onPoint(left === undefined || top === undefined || left < 0 ? null : { x: plot.posToVal(left, 'x'), top })
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select
            if (width < 4) return
            const range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')] as const
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            onZoom(range)
          },
        ],
      },
    }
  }
}

const seriesOf = ({ color, dash, faint, dots, shown }: OverlayLine): uPlot.Series => ({
  stroke: color,
  width: faint ? 1 : 1.5,
  alpha: faint ? 0.3 : 1,
  dash: faint ? [] : [...dash],
  spanGaps: true,
  show: shown,
  points: { show: dots, size: 5, fill: color },
})
