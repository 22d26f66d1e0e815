import { CancelledError } from '../../../shared/errors.ts'

/** What somebody waits for first: a click, the picture on the screen, a job, pictures that may be wanted next. */
export const urgencies = ['click', 'look', 'job', 'next'] as const
export type Urgency = (typeof urgencies)[number]

/** How long things took before; null: not known yet. */
export interface EncodeTimes {
  readonly encodeMs: number | null
  /** Of ending the process, starting another one and loading the model into it. */
  readonly restartMs: number | null
}

export interface EncodeRequest<T> {
  /** Requests of one key are one piece of work. */
  readonly key: string
  readonly urgency: Urgency
  /** Nobody waits any longer when it fires. */
  readonly signal?: AbortSignal | undefined
  readonly times: () => EncodeTimes
  /** The signal fires when something more urgent has come: what it does then is cancelled. */
  readonly run: (ended: AbortSignal) => Promise<T>
  /** Called when the work begins, at once when it is under way. */
  readonly onStart?: (() => void) | undefined
}

export interface EncodeQueue<T> {
  /** Resolves with what the work gave. Errors: those of the work; CancelledError when the signal fires. */
  request(request: EncodeRequest<T>): Promise<T>
  /** Nobody waits for anything any more; what runs is ended. */
  clear(): void
}

interface Waiter<T> {
  readonly request: EncodeRequest<T>
  resolve(value: T): void
  reject(error: unknown): void
}

interface Work<T> {
  readonly key: string
  waiters: Set<Waiter<T>>
  startedAt: number
  /** Fired by us in favour of something more urgent: that is no failure, and it begins again where somebody still waits. */
  end: AbortController
}

/** Nothing said when it ends: as long again as it has taken (Lindy's law). */
const leftOf = (elapsedMs: number, expectedMs: number | null): number =>
  expectedMs === null ? elapsedMs : Math.max(0, expectedMs - elapsedMs)

const usualRestartMs = 1_000
/** A wait that nobody feels is no reason to throw work away. */
const unfeltMs = 200

const worthAfter = ({ restartMs }: EncodeTimes): number => (restartMs ?? usualRestartMs) + unfeltMs

/** An encoder cannot be interrupted between two nodes: is it better to end its process than to wait for it? */
export const isWorthEnding = (elapsedMs: number, times: EncodeTimes): boolean => leftOf(elapsedMs, times.encodeMs) > worthAfter(times)

/**
 * One piece of work at a time, the most urgent first. Work that is less urgent than what has come is ended when waiting for it would take longer than to begin
 * anew; work that nobody waits for any more goes on as long as nothing else is wanted, because its result is kept.
 */
export function createEncodeQueue<T>(now: () => number = () => performance.now()): EncodeQueue<T> {
  const works = new Map<string, Work<T>>()
  let running: Work<T> | null = null
  let lastTimes: EncodeTimes = { encodeMs: null, restartMs: null }
  let again: NodeJS.Timeout | undefined

  const rank = (work: Work<T>): number =>
    Math.min(urgencies.length, ...[...work.waiters].map(({ request }) => urgencies.indexOf(request.urgency)))

  function next(): void {
    let best: Work<T> | null = null
    for (const work of works.values()) if (work !== running && (best === null || rank(work) < rank(best))) best = work
    if (!best) return
    if (running) {
      const [waiter] = running.waiters
      const times = waiter?.request.times() ?? lastTimes
      if (rank(best) >= rank(running)) return
      const elapsed = now() - running.startedAt
      if (isWorthEnding(elapsed, times)) running.end.abort()
      // What nobody can tell the end of may become worth it.
      else if (times.encodeMs === null) {
        clearTimeout(again)
        again = setTimeout(next, worthAfter(times) - elapsed + 1)
      }
      return
    }
    void start(best)
  }

  async function start(work: Work<T>): Promise<void> {
    running = work
    work.startedAt = now()
    work.end = new AbortController()
    const [first] = work.waiters
    lastTimes = first!.request.times()
    for (const { request } of work.waiters) request.onStart?.()
    const end = await first!.request.run(work.end.signal).then(
      (value) => ({ failed: false, settle: (waiter: Waiter<T>) => waiter.resolve(value) }),
      (error: unknown) => ({ failed: true, settle: (waiter: Waiter<T>) => waiter.reject(error) }),
    )
    running = null
    clearTimeout(again)
    // Ended for the sake of others, and still wanted: it waits for its turn again.
    if (!(end.failed && work.end.signal.aborted && work.waiters.size > 0)) {
      if (works.get(work.key) === work) works.delete(work.key)
      for (const waiter of work.waiters) end.settle(waiter)
    }
    next()
  }

  return {
    request(request) {
      return new Promise<T>((resolve, reject) => {
        const { signal, key } = request
        if (signal?.aborted) return reject(new CancelledError())
        let work = works.get(key)
        if (!work) works.set(key, (work = { key, waiters: new Set(), startedAt: 0, end: new AbortController() }))
        const found = work
        const leave = (): void => {
          found.waiters.delete(waiter)
          if (found.waiters.size === 0 && found !== running && works.get(key) === found) works.delete(key)
          reject(new CancelledError())
        }
        const done =
          <V>(end: (value: V) => void) =>
          (value: V): void => {
            signal?.removeEventListener('abort', leave)
            end(value)
          }
        const waiter: Waiter<T> = { request, resolve: done(resolve), reject: done(reject as (error: unknown) => void) }
        signal?.addEventListener('abort', leave, { once: true })
        found.waiters.add(waiter)
        if (found === running && !found.end.signal.aborted) request.onStart?.()
        next()
      })
    },
    clear() {
      const waiters = [...works.values()].flatMap((work) => [...work.waiters])
      for (const work of works.values()) work.waiters.clear()
      works.clear()
      for (const waiter of waiters) waiter.reject(new CancelledError())
      running?.end.abort()
    },
  }
}
