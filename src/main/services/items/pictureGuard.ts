import { AppError } from '../../../shared/errors.ts'
import type { ItemFiles } from '../../db/records.ts'
import type { EventHub } from '../eventHub.ts'
import type { ProjectSlot } from '../projectSlot.ts'

/**
 * Work on the picture of an item in the media processes. A picture that ends its process is tried once more, alone; when it does so again it is set
 * aside by name. Errors: those of the operation, file/poison, process/timeout.
 */
export type GuardedCall = <T>(files: ItemFiles, call: () => Promise<T>) => Promise<T>

const isCrash = (error: unknown): error is AppError => error instanceof AppError && error.code === 'process/gone'

export function createPictureGuard(slot: ProjectSlot, events: EventHub): GuardedCall {
  return async (files, call) => {
    try {
      return await call()
    } catch (error) {
      if (!isCrash(error)) throw error
    }
    try {
      return await call()
    } catch (error) {
      if (!isCrash(error)) throw error
      const { itemId, datasetId, relPath } = files
      const message = `reading it ended the media process twice (${error.message})`
      // A picture that a command line looks at belongs to no project.
      if (slot.current) {
        await slot.current.store.call('items.setAside', { itemIds: [itemId], code: 'file/poison', message })
        events.emit({ type: 'items', datasetId })
      }
      throw new AppError('file/poison', `${relPath}: ${message}`, { file: relPath }, { cause: error })
    }
  }
}
