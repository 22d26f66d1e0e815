import type { Page } from 'playwright'
import { quantile } from './quantile.ts'

declare global {
  interface Window {
    frameLog: { last: number; intervals: number[]; work: number[] }
  }
}

/** Of a series of milliseconds. */
export interface Spread {
  readonly n: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

export const spreadOf = (values: readonly number[]): Spread => ({
  n: values.length,
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  max: Math.max(...values),
})

/** Two series over the animation frames that had input to answer. */
export interface Frames {
  /** Until the next frame. */
  readonly intervals: readonly number[]
  /** What the main thread did for each: scripts, style, layout, paint and commit. */
  readonly work: readonly number[]
}

/** Watches every frame of the page from now on. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.frameLog = { last: 0, intervals: [], work: [] }
    const { port1, port2 } = new MessageChannel()
    let began = 0
    let touched = false
    for (const type of ['pointermove', 'wheel']) window.addEventListener(type, () => (touched = true), { capture: true, passive: true })
    port1.onmessage = () => window.frameLog.work.push(performance.now() - began)
    const step = (): void => {
      requestAnimationFrame(step)
      began = performance.now()
      if (window.frameLog.last > 0) window.frameLog.intervals.push(began - window.frameLog.last)
      window.frameLog.last = touched ? began : 0
      if (touched) port2.postMessage(null)
      touched = false
    }
    requestAnimationFrame(step)
  })
}

export async function framesDuring(page: Page, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    window.frameLog.last = 0
    window.frameLog.intervals = []
    window.frameLog.work = []
  })
  await work()
  return await page.evaluate(() => ({ intervals: window.frameLog.intervals, work: window.frameLog.work }))
}

export const joined = (parts: readonly Frames[]): Frames => ({
  intervals: parts.flatMap(({ intervals }) => intervals),
  work: parts.flatMap(({ work }) => work),
})
