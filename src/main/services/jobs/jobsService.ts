import type { Job } from '../../../shared/model/job.ts'
import { conflate } from '../../jobs/conflate.ts'
import type { JobQueue } from '../../jobs/jobQueue.ts'
import type { AreaService } from '../service.ts'

export function createJobsService(queue: JobQueue): AreaService<'jobs'> {
  return {
    list: () => queue.list(),
    watch: (_input, { signal }) =>
      conflate<Job>({
        signal,
        subscribe(push) {
          for (const job of queue.list()) push(job.id, job)
          return queue.subscribe((job) => push(job.id, job))
        },
      }),
    cancel({ jobId }) {
      queue.cancel(jobId)
      return {}
    },
  }
}
