import type { TrainEvent } from '../../shared/api/compute/contract.ts'

/**
 * From the loop to the stream that carries its events. Metric points and log lines that wait are joined, and metrics leave at most
 * every `intervalMs`, so a slow reader gets fewer, larger events and never an unbounded queue of small ones.
 */
export class EventChannel {
  readonly #intervalMs: number
  readonly #queue: TrainEvent[] = []
  #wake: (() => void) | null = null
  #ended = false
  #failure: { error: unknown } | null = null
  #lastMetrics = -Infinity

  constructor(intervalMs = 100) {
    this.#intervalMs = intervalMs
  }

  push(event: TrainEvent): void {
    const last = this.#queue.at(-1)
    const waiting = event.type === 'metrics' ? this.#queue.find((queued) => queued.type === 'metrics') : undefined
    if (event.type === 'metrics' && waiting?.type === 'metrics') waiting.points.push(...event.points)
    else if (event.type === 'state' && last?.type === 'state' && last.status === event.status) this.#queue[this.#queue.length - 1] = event
    else this.#queue.push(event.type === 'metrics' ? { ...event, points: [...event.points] } : event)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  fail(error: unknown): void {
    this.#failure = { error }
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrainEvent, void, void> {
    for (;;) {
      const at = this.#next()
      if (at >= 0) {
        const event = this.#queue.splice(at, 1)[0]!
        if (event.type === 'metrics') this.#lastMetrics = performance.now()
        yield event
      } else if (this.#ended && this.#queue.length === 0) {
        if (this.#failure) throw this.#failure.error
        return
      } else await this.#changed()
    }
  }

  /** The first event that may leave now; metrics wait for their interval unless the run is over. */
  #next(): number {
    const due = this.#ended || performance.now() - this.#lastMetrics >= this.#intervalMs
    return this.#queue.findIndex((event) => due || event.type !== 'metrics')
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      const left = this.#intervalMs - (performance.now() - this.#lastMetrics)
      const timer = this.#queue.length > 0 ? setTimeout(() => this.#wake?.(), Math.max(1, left)) : undefined
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
    })
  }
}
