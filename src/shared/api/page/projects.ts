import { z } from 'zod'
import { command, job, jobStarted, nothing, query } from './base.ts'

export const projectSchema = z.object({ id: z.string(), name: z.string(), path: z.string(), openedAt: z.number() })
export type Project = z.infer<typeof projectSchema>

export const projectsApi = {
  current: query.input(nothing).output(projectSchema.nullable()),
  /** Newest first; `folderId` is what `open` takes. */
  recent: query.input(nothing).output(z.array(projectSchema.extend({ folderId: z.string() }))),
  /** A new project in an empty folder `name` inside the folder. Errors: project/not-empty, folder/not-found, disk/failed. */
  create: command.input(z.object({ folderId: z.string(), name: z.string().min(1).max(100) })).output(projectSchema),
  /** Errors: project/not-found, project/locked, project/newer-version, project/damaged. */
  open: command.input(z.object({ folderId: z.string() })).output(projectSchema),
  /** Makes the demonstration dataset and imports it into the open (or a new) project; result: ImportReport. */
  demo: job.input(nothing).output(jobStarted),
}
