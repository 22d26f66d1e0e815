import { AppError, CancelledError } from '../../shared/errors.ts'
import type { ProjectStore } from '../db/store.ts'

/** How many pictures that made trouble a report names; more of them end the job. */
export const keepProblems = 200

export const nameOf = (store: ProjectStore, itemId: string): Promise<string> => store.call('items.get', { itemId }).then(({ name }) => name)

/** Of a picture that made trouble: it may have been set aside, or be gone, by now. */
export const nameOrId = (store: ProjectStore, itemId: string): Promise<string> => nameOf(store, itemId).catch(() => itemId)

/** One picture that cannot be read, was changed meanwhile, or ended the process does not end a job over thousands. */
export const isPictureTrouble = (error: unknown): boolean =>
  error instanceof AppError && !(error instanceof CancelledError) && /^(file|annotation|item|class|process)\//.test(error.code)
