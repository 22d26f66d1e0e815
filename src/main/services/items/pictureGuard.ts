import { AppError } from '../../../shared/errors.ts'
import type { ItemFiles } from '../../db/records.ts'
import { endedByOthers, endedItself, works } from '../../media/blame.ts'
import type { Media } from '../../media/pools.ts'
import type { EventHub } from '../eventHub.ts'
import type { ProjectSlot } from '../projectSlot.ts'

type GuardedFile = Pick<ItemFiles, 'itemId' | 'datasetId' | 'relPath'>

/**
 * Work on the picture of an item in the media processes. A picture that ends its process is tried once more; when it does so again, while the
 * processes can do other things, it is set aside by name. Errors: those of the operation, file/poison, process/gone (no picture is to blame),
 * process/timeout.
 */
export type GuardedCall = <T>(files: GuardedFile, call: () => Promise<T>) => Promise<T>

export function createPictureGuard(slot: ProjectSlot, events: EventHub, { pictures }: Pick<Media, 'pictures'>): GuardedCall {
  const ready = (): Promise<unknown> => pictures.call('ready', undefined, { urgent: true })

  async function setAside({ itemId, datasetId, relPath }: GuardedFile, error: AppError): Promise<AppError> {
    const message = `reading it ended the media process twice (${error.message})`
    // A picture that a command line looks at belongs to no project.
    if (slot.current) {
      await slot.current.store.call('items.setAside', { itemIds: [itemId], code: 'file/poison', message, facts: { ...error.data } })
      events.emit({ type: 'items', datasetId })
    }
    return new AppError('file/poison', `${relPath}: ${message}`, { ...error.data, file: relPath }, { cause: error })
  }

  return async (files, call) => {
    let own = 0
    for (let again = false; ; again = true) {
      try {
        return await call()
      } catch (error) {
        if (endedItself(error) && ++own === 2) throw (await works(ready)) ? await setAside(files, error) : error
        if (!endedItself(error) && !(endedByOthers(error) && !again)) throw error
      }
    }
  }
}
