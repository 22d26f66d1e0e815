import { z } from 'zod'
import { command, job, jobStarted, nothing, query } from './base.ts'

/** A project that this user opened on this machine. */
export const knownProjectSchema = z.object({ id: z.string(), name: z.string(), path: z.string(), openedAt: z.number() })
export type KnownProject = z.infer<typeof knownProjectSchema>

/** `key`: a copy of the folder has the id of the project as well, but another key; a folder that is renamed keeps it. */
export const projectSchema = knownProjectSchema.extend({ key: z.string() })
export type Project = z.infer<typeof projectSchema>

/** The project a change was made in; where another one is open by now, a copy of it too, it is project/none-open. Absent: whichever is open. */
export const madeInSchema = z.string().max(300).optional()

export const projectsApi = {
  current: query.input(nothing).output(projectSchema.nullable()),
  /** Newest first; `folderId` is what `open` takes. */
  recent: query.input(nothing).output(z.array(knownProjectSchema.extend({ folderId: z.string() }))),
  /** A new project in an empty folder `name` inside the folder. Errors: project/not-empty, folder/not-found, disk/failed. */
  create: command.input(z.object({ folderId: z.string(), name: z.string().min(1).max(100) })).output(projectSchema),
  /** Errors: project/not-found, project/locked, project/newer-version, project/damaged. */
  open: command.input(z.object({ folderId: z.string() })).output(projectSchema),
  /** Makes the demonstration dataset and imports it into the open (or a new) project; result: ImportReport. */
  demo: job.input(nothing).output(jobStarted),
}
