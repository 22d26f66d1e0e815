import type { CDPSession, Page } from 'playwright'
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
  /** Processor time of the main thread, all tasks together: what other programs do meanwhile does not count. */
  readonly cpuMs: number
}

/** Watches every frame of the page from now on. */
export async function watchFrames(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
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
  return session
}

async function cpuMsOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000
}

export async function framesDuring(page: Page, session: CDPSession, work: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    window.frameLog.last = 0
    window.frameLog.intervals = []
    window.frameLog.work = []
  })
  const before = await cpuMsOf(session)
  await work()
  const cpuMs = (await cpuMsOf(session)) - before
  return { ...(await page.evaluate(() => ({ intervals: window.frameLog.intervals, work: window.frameLog.work }))), cpuMs }
}

export const joined = (parts: readonly Frames[]): Frames => ({
  intervals: parts.flatMap(({ intervals }) => intervals),
  work: parts.flatMap(({ work }) => work),
  cpuMs: parts.reduce((sum, part) => sum + part.cpuMs, 0),
})
