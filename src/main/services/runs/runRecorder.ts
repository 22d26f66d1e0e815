import type { TrainEvent } from '../../../shared/api/compute/contract.ts'
import type { MetricPoint, Run } from '../../../shared/model/run.ts'
import type { ProjectStore, RunPatch } from '../../db/store.ts'
import type { RunFeed } from './runFeed.ts'

const flushEveryMs = 250
const flushPoints = 500

/** Writes what a training says into the database, in batches, and tells the pages at once. Every point is stored; none is thinned here. */
export class RunRecorder {
  #run: Run
  readonly #store: ProjectStore
  readonly #feed: RunFeed
  readonly #onStatus: (run: Run) => void
  #points: MetricPoint[] = []
  #patch: RunPatch = {}
  #timer: NodeJS.Timeout | null = null
  // Writes follow each other; the first that fails is kept for `close`.
  #writing: Promise<unknown> = Promise.resolve()
  #failure: unknown = null

  constructor(run: Run, store: ProjectStore, feed: RunFeed, onStatus: (run: Run) => void) {
    this.#run = run
    this.#store = store
    this.#feed = feed
    this.#onStatus = onStatus
  }

  get run(): Run {
    return this.#run
  }

  take(event: TrainEvent): void {
    const runId = this.#run.id
    if (event.type === 'metrics') {
      this.#points.push(...event.points)
      this.#feed.emit({ type: 'metrics', runId, points: event.points })
      this.#schedule(this.#points.length >= flushPoints)
    } else if (event.type === 'classTable') {
      this.#feed.emit({ type: 'classTable', runId, table: event.table })
      this.#write(() => this.#store.call('classTables.add', { runId, attempt: this.#run.attempt, table: event.table }))
    } else if (event.type === 'finding') {
      this.#feed.emit({ type: 'finding', runId, finding: event.finding })
      this.#write(() => this.#store.call('findings.add', { runId, attempt: this.#run.attempt, finding: event.finding }))
    } else if (event.type === 'samples') {
      this.#feed.emit({ type: 'samples', runId, sheet: event.sheet })
    } else if (event.type === 'log') {
      this.#feed.emit({ type: 'log', runId, lines: [event.line] })
    } else {
      this.change(patchOf(event))
    }
  }

  /** Changes the record for everyone at once and in the database soon; a new status is written at once. */
  change(patch: RunPatch): void {
    const statusChanged = patch.status !== undefined && patch.status !== this.#run.status
    this.#run = { ...this.#run, ...patch }
    this.#patch = { ...this.#patch, ...patch }
    this.#feed.emit({ type: 'run', run: this.#run })
    this.#schedule(statusChanged)
    if (statusChanged) this.#onStatus(this.#run)
  }

  /** Goes on with the record of the next attempt. Errors: disk/*. */
  async goOn(run: Run): Promise<void> {
    await this.flush()
    this.#run = run
    this.#feed.emit({ type: 'run', run })
    this.#onStatus(run)
  }

  /** Everything is in the database when it resolves. Errors: disk/*. */
  async flush(): Promise<void> {
    this.#flushNow()
    await this.#writing
    if (this.#failure) throw this.#failure as Error
  }

  #schedule(now: boolean): void {
    if (now) return this.#flushNow()
    this.#timer ??= setTimeout(() => this.#flushNow(), flushEveryMs)
  }

  #flushNow(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const runId = this.#run.id
    const points = this.#points
    const patch = this.#patch
    this.#points = []
    this.#patch = {}
    if (points.length > 0) this.#write(() => this.#store.call('metrics.append', { runId, points }))
    if (Object.keys(patch).length > 0) this.#write(() => this.#store.call('runs.update', { runId, patch }))
  }

  #write(work: () => Promise<unknown>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      this.#failure ??= error
    })
  }
}

export function patchOf(event: Extract<TrainEvent, { type: 'state' | 'primary' }>): RunPatch {
  if (event.type === 'primary') return { primary: { name: event.name, best: event.best, bestStep: event.bestStep, last: event.last } }
  const { status, step, epoch, totalSteps, totalEpochs, device, leftSeconds } = event
  return { status, step, epoch, totalSteps, totalEpochs, device, leftSeconds }
}
