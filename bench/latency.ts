import type { Page } from 'playwright'

export interface Measured {
  readonly name: string
  readonly n: number
  readonly p50: number
  readonly p95: number
  readonly max: number
  /** Of the main thread, while the interaction went on and half a second after; 0 where none was over 50 ms. */
  readonly longestTask: number
}

declare global {
  interface Window {
    latency: { types: readonly string[]; times: number[]; tasks: number[] }
  }
}

/** How long a page takes from an event to the paint that follows it. */
export class Latency {
  readonly results: Measured[] = []
  readonly #page: Page

  private constructor(page: Page) {
    this.#page = page
  }

  static async of(page: Page): Promise<Latency> {
    await page.evaluate(() => {
      window.latency = { types: [], times: [], tasks: [] }
      const afterPaint = (work: () => void) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = work
          port2.postMessage(null)
        })
      for (const type of ['mousemove', 'mouseup', 'dblclick', 'click', 'pointerup', 'input', 'wheel', 'keydown'])
        window.addEventListener(
          type,
          (event) => {
            const { types, times } = window.latency
            if (types.includes(type)) afterPaint(() => times.push(performance.now() - event.timeStamp))
          },
          { capture: true, passive: true },
        )
      new PerformanceObserver((list) => window.latency.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: 'longtask',
      })
    })
    return new Latency(page)
  }

  /** Events of these types are measured while `work` goes on. */
  async measure(name: string, types: readonly string[], work: () => Promise<void>): Promise<void> {
    await this.#page.evaluate((wanted) => {
      window.latency.types = wanted
      window.latency.times = []
      window.latency.tasks = []
    }, types)
    await work()
    await this.#page.waitForTimeout(500)
    const { times, tasks } = await this.#page.evaluate(() => window.latency)
    if (times.length === 0) throw new Error(`no event of ${name} was measured`)
    const sorted = times.toSorted((a, b) => a - b)
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
    this.results.push({ name, n: sorted.length, p50: at(0.5), p95: at(0.95), max: sorted.at(-1)!, longestTask: Math.max(0, ...tasks) })
  }
}
