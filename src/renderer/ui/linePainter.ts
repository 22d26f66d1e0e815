import type { FromPainter, PaintedLine, PaintJob, PaintView, ToPainter } from './linePaint.ts'

type Layer = PaintJob['layer']

const maxStretch = 2.5

/** Two pictures of lines over each other, drawn by a thread. A layer has one job on its way; the latest wanted goes next. */
export class LinePainter {
  readonly canvases: Readonly<Record<Layer, HTMLCanvasElement>> = {
    all: document.createElement('canvas'),
    raised: document.createElement('canvas'),
  }
  readonly #worker = new Worker(new URL('./linePaint.worker.ts', import.meta.url), { type: 'module' })
  readonly #painted: Partial<Record<Layer, PaintView>> = {}
  readonly #busy = new Set<Layer>()
  readonly #next = new Map<Layer, PaintJob>()
  readonly #onIdle: (idle: boolean) => void

  /** `onIdle` hears when all that was asked for is drawn, and when it no longer is. */
  constructor(onIdle: (idle: boolean) => void) {
    this.#onIdle = onIdle
    for (const canvas of Object.values(this.canvases)) canvas.className = 'pointer-events-none absolute top-0 left-0 origin-top-left'
    this.#worker.onmessage = ({ data }: MessageEvent<FromPainter>) => this.#take(data)
  }

  setLines(lines: readonly PaintedLine[]): void {
    this.#send({ type: 'lines', lines })
  }

  paint(job: PaintJob): void {
    this.#stretch(job)
    if (job.layer === 'all') this.#onIdle(false)
    if (this.#busy.has(job.layer)) this.#next.set(job.layer, job)
    else this.#start(job)
  }

  close(): void {
    this.#worker.terminate()
  }

  #start(job: PaintJob): void {
    this.#busy.add(job.layer)
    this.#send({ type: 'paint', job })
  }

  #send(message: ToPainter): void {
    this.#worker.postMessage(message)
  }

  #take({ layer, view, bitmap }: FromPainter): void {
    const canvas = this.canvases[layer]
    canvas.width = bitmap.width
    canvas.height = bitmap.height
    canvas.style.width = `${view.width}px`
    canvas.style.height = `${view.height}px`
    canvas.style.transform = ''
    canvas.style.visibility = ''
    canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap)
    this.#painted[layer] = view
    this.#busy.delete(layer)
    const next = this.#next.get(layer)
    this.#next.delete(layer)
    if (next) {
      this.#stretch(next)
      this.#start(next)
    } else if (layer === 'all') this.#onIdle(true)
  }

  /** Until the new picture is there, the old one stands where its lines belong. */
  #stretch({ layer, view }: PaintJob): void {
    const old = this.#painted[layer]
    if (!old || old.log !== view.log) return
    const across = axis(old.x, view.x, view.width, false)
    const up = axis(old.y, view.y, view.height, view.log)
    const [sx, sy] = [(across.scale * view.width) / old.width, (up.scale * view.height) / old.height]
    // A picture that grows many times over takes the browser longer than a new one takes the thread.
    const isTooLarge = Math.max(sx, sy) > maxStretch
    this.canvases[layer].style.visibility = isTooLarge ? 'hidden' : ''
    if (isTooLarge) return
    // The top of the old picture is where its greatest value is.
    const top = view.height - up.start - up.scale * view.height
    this.canvases[layer].style.transform = `matrix(${sx}, 0, 0, ${sy}, ${across.start}, ${top})`
  }
}

/** Where an old stretch of an axis lies in a new one that is `size` px long. */
function axis(
  old: readonly [number, number],
  now: readonly [number, number],
  size: number,
  log: boolean,
): { scale: number; start: number } {
  const [oldLow, oldHigh, low, high] = [...old, ...now].map((value) => (log ? Math.log10(value) : value)) as [
    number,
    number,
    number,
    number,
  ]
  const span = high - low || 1
  return { scale: (oldHigh - oldLow) / span, start: ((oldLow - low) / span) * size }
}
