import uPlot from 'uplot'
import { formatElapsed, formatNumber } from './format.ts'
import { valueRange, type PaintedLine, type PaintView } from './linePaint.ts'
import { LinePainter } from './linePainter.ts'

export interface OverlayLook {
  readonly text: string
  readonly grid: string
  readonly background: string
}

/** How lines are seen; whoever changes any of it hands over a new record. */
export interface OverlayView {
  readonly range: readonly [number, number]
  readonly hidden: ReadonlySet<string>
  /** What is behind the lines is drawn too. */
  readonly behind: boolean
  readonly time: boolean
  readonly logScale: boolean
  readonly look: OverlayLook
}

/** The line that stands out, and where it is read. */
export interface Raised {
  readonly id: string | null
  readonly mark: { readonly x: number; readonly value: number } | null
}

export interface OverlayEvents {
  /** Position of the pointer; null when it has left. */
  readonly onPoint: (at: { readonly x: number; readonly top: number } | null) => void
  /** A stretch of x was dragged, or everything asked for. */
  readonly onZoom: (range: readonly [number, number] | null) => void
  readonly onIdle: (idle: boolean) => void
}

/** Whole seconds, minutes, hours and days as places for ticks. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000]

/** Many lines over each other: axes, pointer and zoom by uPlot, the lines themselves by a thread. */
export class OverlayPlot {
  readonly #host: HTMLElement
  readonly #events: OverlayEvents
  readonly #painter: LinePainter
  #lines: readonly PaintedLine[] = []
  #view: OverlayView
  #raised: Raised = { id: null, mark: null }
  #plot: uPlot

  constructor(host: HTMLElement, view: OverlayView, events: OverlayEvents) {
    this.#host = host
    this.#view = view
    this.#events = events
    this.#painter = new LinePainter(events.onIdle)
    this.#plot = this.#make()
  }

  /** Height of a value in px of the plot. */
  topOf(value: number): number {
    return this.#plot.valToPos(value, 'y')
  }

  setLines(lines: readonly PaintedLine[]): void {
    this.#lines = lines
    this.#painter.setLines(lines)
  }

  setView(view: OverlayView): void {
    const { time, logScale, look } = this.#view
    const isOther = time !== view.time || logScale !== view.logScale || look !== view.look
    this.#view = view
    if (isOther) {
      this.#plot.destroy()
      this.#plot = this.#make()
    }
    this.#paint()
  }

  raise(raised: Raised): void {
    this.#raised = raised
    this.#paintRaised()
  }

  fit(): void {
    const size = this.#size()
    if (this.#plot.width === size.width && this.#plot.height === size.height) return
    this.#plot.setSize(size)
    this.#paint()
  }

  /** The plot as it is drawn now, on a canvas of its own, and its size in CSS px. */
  picture(): { canvas: HTMLCanvasElement; width: number; height: number; ratio: number } {
    const { ctx, bbox } = this.#plot
    const canvas = document.createElement('canvas')
    canvas.width = ctx.canvas.width
    canvas.height = ctx.canvas.height
    const context = canvas.getContext('2d')!
    context.drawImage(ctx.canvas, 0, 0)
    context.drawImage(this.#painter.canvases.all, bbox.left, bbox.top)
    return { canvas, width: this.#plot.width, height: this.#plot.height, ratio: uPlot.pxRatio }
  }

  destroy(): void {
    this.#painter.close()
    this.#plot.destroy()
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(200, this.#host.clientWidth), height: Math.max(80, this.#host.clientHeight) }
  }

  #seen(): PaintView {
    const { width, height } = this.#plot.over.style
    const { x, y } = this.#plot.scales
    return {
      width: parseFloat(width),
      height: parseFloat(height),
      ratio: uPlot.pxRatio,
      x: [x!.min ?? 0, x!.max ?? 1],
      y: [y!.min ?? 0, y!.max ?? 1],
      log: this.#view.logScale,
    }
  }

  #paint(): void {
    const { range, hidden, behind, logScale } = this.#view
    const shown = this.#lines.filter(({ id }) => !hidden.has(id))
    const points = shown.flatMap((line) => (behind && line.behind ? [line.main, line.behind] : [line.main]))
    const values = valueRange(points, range, logScale) ?? (logScale ? [0.1, 1] : [0, 1])
    const [low, high] = logScale ? uPlot.rangeLog(...values, 10, false) : uPlot.rangeNum(...values, 0.1, true)
    this.#plot.batch(() => {
      this.#plot.setScale('x', { min: range[0], max: range[1] })
      this.#plot.setScale('y', { min: low!, max: high! })
    })
    this.#painter.paint({ layer: 'all', view: this.#seen(), hidden: [...hidden], behind })
    this.#paintRaised()
  }

  #paintRaised(): void {
    const { id, mark } = this.#raised
    this.#painter.paint({ layer: 'raised', view: this.#seen(), id, mark, background: this.#view.look.background })
  }

  #make(): uPlot {
    const plot = new uPlot(this.#options(), [[...this.#view.range], [null, null]], this.#host)
    plot.over.append(this.#painter.canvases.all, this.#painter.canvases.raised)
    return plot
  }

  #options(): uPlot.Options {
    const { range, time, logScale, look } = this.#view
    const axis = {
      stroke: look.text,
      grid: { stroke: look.grid, width: 1 },
      ticks: { stroke: look.grid, width: 1, size: 4 },
      font: '11px system-ui, sans-serif',
    }
    return {
      ...this.#size(),
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { points: { show: false }, drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => () => this.#zoom(null) } },
      scales: {
        x: { time: false, min: range[0], max: range[1], auto: false },
        y: { auto: false, range: (_, min, max) => [min, max], ...(logScale ? { distr: 3, min: 0.1, max: 1 } : { min: 0, max: 1 }) },
      },
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
      // The lines are drawn elsewhere; uPlot wants one to have a scale.
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: { setCursor: [(plot) => this.#point(plot)], setSelect: [(plot) => this.#select(plot)] },
    }
  }

  #zoom(range: readonly [number, number] | null): null {
    this.#events.onZoom(range)
    return null
  }

  #point(plot: uPlot): void {
    const { left, top } = plot.cursor
    this.#events.onPoint(left === undefined || top === undefined || left < 0 ? null : { x: plot.posToVal(left, 'x'), top })
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < 4) return
    const range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')] as const
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    this.#zoom(range)
  }
}
