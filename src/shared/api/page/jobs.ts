import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { jobSchema } from '../../model/job.ts'
import { command, nothing, query, stream } from './base.ts'

export const jobsApi = {
  list: query.input(nothing).output(z.array(jobSchema)),
  /** The current state of every job, then each change; conflated per job, at most 10 per second. */
  watch: stream.input(nothing).output(eventIterator(jobSchema)),
  /** Errors: job/not-found, job/not-cancellable. */
  cancel: command.input(z.object({ jobId: z.string() })).output(nothing),
}
