import { AppError, CancelledError } from '../../shared/errors.ts'
import type { ProjectStore } from '../db/store.ts'

/** How many pictures that made trouble a report names; more of them end the job. */
export const keepProblems = 200

export const nameOf = (store: ProjectStore, itemId: string): Promise<string> => store.call('items.get', { itemId }).then(({ name }) => name)

/** One picture that cannot be read, was changed meanwhile, or ended the process does not end a job over thousands. */
export const isPictureTrouble = (error: unknown): boolean =>
  error instanceof AppError && !(error instanceof CancelledError) && /^(file|annotation|item|class|process)\//.test(error.code)
