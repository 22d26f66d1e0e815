import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import { AppError, errorToWire } from '../../shared/errors.ts'
import type { Job } from '../../shared/model/job.ts'
import { pageClient, pageLink } from './link.ts'
import { followStream } from './watch.ts'

interface Waiter {
  readonly resolve: (job: Job) => void
  readonly reject: (error: AppError) => void
}

const ended = (job: Job): boolean => job.state === 'finished' || job.state === 'failed' || job.state === 'cancelled'

/** Every job of the host, live. A page that starts one can wait for its end. */
export const useJobs = defineStore('jobs', () => {
  const byId = shallowRef(new Map<string, Job>())
  const waiting = new Map<string, Waiter[]>()
  const endListeners = new Set<(job: Job) => void>()
  const leaving = new AbortController()
  /** Jobs that had already ended when this page first heard of them are not announced. */
  const announced = new Set<string>()

  const list = computed(() => [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt))
  const active = computed(() => list.value.filter((job) => !ended(job)))

  function take(job: Job): void {
    const known = byId.value.get(job.id)
    byId.value.set(job.id, job)
    triggerRef(byId)
    if (!ended(job)) return
    for (const { resolve } of waiting.get(job.id) ?? []) resolve(job)
    waiting.delete(job.id)
    if (known && !ended(known) && !announced.has(job.id)) {
      announced.add(job.id)
      for (const listener of endListeners) listener(job)
    }
  }

  /** Another host than before knows nothing of the jobs of that one: they ended with it. */
  async function endLost(): Promise<void> {
    const hoped = new Set([...active.value.map(({ id }) => id), ...waiting.keys()])
    if (hoped.size === 0) return
    const known = new Set((await pageClient().jobs.list({})).map(({ id }) => id))
    for (const id of hoped) if (!known.has(id)) lose(id)
  }
  function lose(id: string): void {
    const job = byId.value.get(id)
    if (job && ended(job)) return
    const error = new AppError('job/lost', `the host that ran the job ${id} is gone`, { id })
    if (job) return take({ ...job, state: 'failed', error: errorToWire(error), endedAt: Date.now() })
    for (const { reject } of waiting.get(id) ?? []) reject(error)
    waiting.delete(id)
  }

  function start(): void {
    const watchAll = (signal: AbortSignal) => pageClient().jobs.watch({}, { signal })
    // What cannot be asked now is when the stream is opened again.
    void followStream(pageLink(), watchAll, take, leaving.signal, () => void endLost().catch(() => undefined))
  }

  /** Resolves with the job once it has finished, failed or was cancelled. Errors: job/lost (the host that ran it went before this page heard of it). */
  function whenEnded(jobId: string): Promise<Job> {
    const known = byId.value.get(jobId)
    if (known && ended(known)) return Promise.resolve(known)
    return new Promise((resolve, reject) => waiting.set(jobId, [...(waiting.get(jobId) ?? []), { resolve, reject }]))
  }

  function onEnded(listener: (job: Job) => void): () => void {
    endListeners.add(listener)
    return () => endListeners.delete(listener)
  }

  const cancel = async (jobId: string): Promise<void> => void (await pageClient().jobs.cancel({ jobId }))

  return { byId, list, active, start, take, whenEnded, onEnded, cancel }
})
