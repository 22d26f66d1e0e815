import path from 'node:path'
import { AppError, CancelledError } from '../../../shared/errors.ts'
import type { SnapshotItem } from '../../../shared/model/snapshot.ts'
import type { OriginalFile } from '../../db/records.ts'
import type { ProjectStore } from '../../db/store.ts'
import type { Originals } from '../items/originals.ts'

export type FrozenPicture = Pick<SnapshotItem, 'id' | 'name' | 'imagePath' | 'width' | 'height' | 'imageSha256'>

/** Refuses pictures whose files hold something else by now than when they were frozen. Errors: file/changed, file/*, cancelled. */
export type RefuseChanged = (store: ProjectStore, items: readonly FrozenPicture[], signal: AbortSignal) => Promise<void>

/**
 * A run goes on with what it froze: a file that was accepted as the picture since then is another one to it. Without a hash (older runs) the picture
 * is the one that the project knows.
 */
async function originalOfFrozen(store: ProjectStore, item: FrozenPicture): Promise<OriginalFile> {
  const { id, imagePath, width, height, imageSha256 } = item
  const known = await store.call('items.files', { itemId: id }).catch((error: unknown) => {
    if (error instanceof AppError && error.code.startsWith('item/')) return null
    throw error
  })
  const frozen = { width, height, imageSha256: imageSha256 ?? known?.imageSha256 ?? '' }
  if (known && path.join(known.rootPath, known.relPath) === imagePath)
    return { ...known, ...frozen, sources: known.imageSha256 === frozen.imageSha256 ? known.sources : [] }
  // Nothing is known of such a file that would spare reading it.
  const place = { rootPath: path.dirname(imagePath), relPath: path.basename(imagePath) }
  return { itemId: id, datasetId: known?.datasetId ?? '', importedAt: 0, sources: [], ...place, ...frozen }
}

const batchSize = 32

export function createRefuseChanged({ refuseReplaced }: Pick<Originals, 'refuseReplaced'>): RefuseChanged {
  return async (store, items, signal) => {
    for (let at = 0; at < items.length; at += batchSize) {
      if (signal.aborted) throw new CancelledError()
      await Promise.all(items.slice(at, at + batchSize).map(async (item) => refuseReplaced(await originalOfFrozen(store, item))))
    }
  }
}
