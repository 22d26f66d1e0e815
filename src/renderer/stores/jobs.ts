import { defineStore } from 'pinia'
import { computed, shallowRef, triggerRef } from 'vue'
import type { Job } from '../../shared/model/job.ts'
import { pageClient, pageLink } from './link.ts'
import { followStream } from './watch.ts'

const ended = (job: Job): boolean => job.state === 'finished' || job.state === 'failed' || job.state === 'cancelled'

/** Every job of the host, live. A page that starts one can wait for its end. */
export const useJobs = defineStore('jobs', () => {
  const byId = shallowRef(new Map<string, Job>())
  const waiting = new Map<string, ((job: Job) => void)[]>()
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
    for (const resolve of waiting.get(job.id) ?? []) resolve(job)
    waiting.delete(job.id)
    if (known && !ended(known) && !announced.has(job.id)) {
      announced.add(job.id)
      for (const listener of endListeners) listener(job)
    }
  }

  function start(): void {
    void followStream(pageLink(), (signal) => pageClient().jobs.watch({}, { signal }), take, leaving.signal)
  }

  /** Resolves with the job once it has finished, failed or was cancelled. */
  function whenEnded(jobId: string): Promise<Job> {
    const known = byId.value.get(jobId)
    if (known && ended(known)) return Promise.resolve(known)
    return new Promise((resolve) => waiting.set(jobId, [...(waiting.get(jobId) ?? []), resolve]))
  }

  function onEnded(listener: (job: Job) => void): () => void {
    endListeners.add(listener)
    return () => endListeners.delete(listener)
  }

  const cancel = async (jobId: string): Promise<void> => void (await pageClient().jobs.cancel({ jobId }))

  return { byId, list, active, start, take, whenEnded, onEnded, cancel }
})
