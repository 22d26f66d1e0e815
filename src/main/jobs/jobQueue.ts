import { AppError, CancelledError, errorToWire } from '../../shared/errors.ts'
import type { Job } from '../../shared/model/job.ts'
import { createRateMeter, type RateMeter } from './rateMeter.ts'
import { newId } from '../newId.ts'

export interface JobContext {
  /** Aborted when the user cancels or the host closes; `run` then ends soon, with CancelledError or any other end. */
  readonly signal: AbortSignal
  readonly report: (progress: { readonly phase: string; readonly done: number; readonly total: number | null }) => void
}

export interface KeepingContext extends JobContext {
  /** What its result is, as it will be by then, if it is cancelled or fails: whoever looks at it later can see what was done. */
  readonly keep: (result: unknown) => void
}

export interface JobSpec {
  readonly kind: Job['kind']
  /** What it is about, for people: a dataset name, a run name. */
  readonly subject: string
  /** Its result is the report of its kind. */
  readonly run: (context: KeepingContext) => Promise<unknown>
  readonly cancellable?: boolean
  /** user: nothing of it is of the open project, and it goes on when that is closed. */
  readonly of?: 'project' | 'user'
}

export interface JobQueue {
  /** Starts at once and answers with the job id. */
  start(spec: JobSpec): string
  list(): Job[]
  /** Errors: job/not-found. */
  get(jobId: string): Job
  /** Resolves when it ended, however it ended. Errors: job/not-found. */
  wait(jobId: string): Promise<Job>
  /** Errors: job/not-found, job/not-cancellable. */
  cancel(jobId: string): void
  /** Told of each change; answers with how to leave. */
  subscribe(listener: (job: Job) => void): () => void
  /** Cancels what works on the open project and waits for it. */
  closeProject(): Promise<void>
  /** Cancels all that runs and waits for it. */
  close(): Promise<void>
}

interface Entry {
  job: Job
  readonly abort: AbortController
  readonly cancellable: boolean
  readonly of: 'project' | 'user'
  meter: RateMeter
  ended: Promise<void>
}

/** Ended jobs that are remembered, so that a page that comes later still finds the report. */
const keepEnded = 100

export function createJobQueue({
  now = Date.now,
  onUnexpected = () => undefined,
}: { now?: () => number; onUnexpected?: (error: unknown, job: Job) => void } = {}): JobQueue {
  const entries = new Map<string, Entry>()
  const listeners = new Set<(job: Job) => void>()

  const change = (entry: Entry, patch: Partial<Job>) => {
    entry.job = { ...entry.job, ...patch }
    for (const listener of listeners) listener(entry.job)
  }
  const find = (jobId: string) => {
    const entry = entries.get(jobId)
    if (!entry) throw new AppError('job/not-found', `there is no job ${jobId}`, { id: jobId })
    return entry
  }
  const forgetOld = () => {
    const ended = [...entries.values()].filter((entry) => entry.job.endedAt !== null)
    for (const entry of ended.slice(0, Math.max(0, ended.length - keepEnded))) entries.delete(entry.job.id)
  }

  async function work(entry: Entry, spec: JobSpec): Promise<void> {
    const report: JobContext['report'] = ({ phase, done, total }) => {
      if (entry.job.endedAt !== null) return
      if (phase !== entry.job.progress.phase) entry.meter = createRateMeter(now)
      change(entry, { progress: { phase, done, total, ...entry.meter.measure(done, total) } })
    }
    let kept: unknown = null
    try {
      const result = await spec.run({ signal: entry.abort.signal, report, keep: (result) => (kept = result) })
      if (entry.abort.signal.aborted) throw new CancelledError()
      change(entry, { state: 'finished', result: result ?? null, endedAt: now(), progress: { ...entry.job.progress, leftSeconds: 0 } })
    } catch (error) {
      const wire = errorToWire(error)
      const cancelled = wire.code === 'cancelled' || entry.abort.signal.aborted
      if (!cancelled && wire.code === 'bug/unexpected') onUnexpected(error, entry.job)
      change(entry, { state: cancelled ? 'cancelled' : 'failed', result: kept, error: cancelled ? null : wire, endedAt: now() })
    }
    forgetOld()
  }

  async function end(ending: readonly Entry[]): Promise<void> {
    for (const entry of ending) entry.abort.abort(new CancelledError())
    await Promise.all(ending.map((entry) => entry.ended))
  }

  return {
    start(spec) {
      const id = newId()
      const progress = { phase: 'starting', done: 0, total: null, rate: null, leftSeconds: null }
      const job: Job = {
        id,
        kind: spec.kind,
        subject: spec.subject,
        state: 'running',
        progress,
        result: null,
        error: null,
        createdAt: now(),
        endedAt: null,
      }
      const entry: Entry = {
        job,
        abort: new AbortController(),
        cancellable: spec.cancellable ?? true,
        of: spec.of ?? 'project',
        meter: createRateMeter(now),
        ended: Promise.resolve(),
      }
      entries.set(id, entry)
      change(entry, {})
      entry.ended = Promise.resolve().then(() => work(entry, spec))
      return id
    },
    list: () => [...entries.values()].map((entry) => entry.job),
    get: (jobId) => find(jobId).job,
    async wait(jobId) {
      const entry = find(jobId)
      await entry.ended
      return entry.job
    },
    cancel(jobId) {
      const entry = find(jobId)
      if (!entry.cancellable || entry.job.endedAt !== null) {
        throw new AppError('job/not-cancellable', `the job ${entry.job.subject} can no longer be cancelled`, { id: jobId })
      }
      entry.abort.abort(new CancelledError())
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    closeProject: () => end([...entries.values()].filter((entry) => entry.of === 'project')),
    close: () => end([...entries.values()]),
  }
}
