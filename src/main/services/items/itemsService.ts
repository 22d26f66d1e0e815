import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'
import type { UserSettingsFile } from '../system/userSettings.ts'
import { otherContent, type Originals } from './originals.ts'
import type { TiledPictures } from './tiledPictures.ts'

/** Lists of pictures, and their review status. */
export function createItemsService(
  { slot, events }: Host,
  { who }: Pick<UserSettingsFile, 'who'>,
  tiled: TiledPictures,
  originals: Pick<Originals, 'inspect'>,
): AreaService<'items'> {
  const store = () => slot.require().store
  const tell = (datasetIds: readonly string[]) => {
    for (const datasetId of datasetIds) events.emit({ type: 'items', datasetId })
  }
  return {
    window: (input) => store().call('items.window', input),
    get: (input) => store().call('items.get', input),
    neighbours: (input) => store().call('items.neighbours', input),
    picture: ({ itemId }) => tiled.info(itemId),
    async acceptFile({ itemId, hash, wasHash }) {
      const files = await store().call('items.files', { itemId })
      const { sha256, bytes, orientation } = await originals.inspect(files)
      const known = files.imageSha256
      // Another window was first, or the file is back: there is nothing left to decide.
      if (sha256 === known) return {}
      if (!known.startsWith(wasHash) || !sha256.startsWith(hash)) throw otherContent(files, sha256)
      await store().call('items.acceptFile', { itemId, was: known, file: { sha256, bytes, orientation }, who: who() })
      events.emit({ type: 'picture', itemId })
      tell([files.datasetId])
      return {}
    },
    sharpen: ({ itemId }) => tiled.sharpen(itemId),
    nextBy: (input) => store().call('items.nextBy', input),
    leastCertain: (input) => store().call('items.leastCertain', input),
    async setStatus(input) {
      const { changed, datasetIds, entryIds } = await store().call('items.setStatus', { ...input, who: who() })
      tell(datasetIds)
      return { changed, entryIds }
    },
    async setTags(input) {
      const { changed, datasetIds, entryIds } = await store().call('items.setTags', { ...input, who: who() })
      tell(datasetIds)
      return { changed, entryIds }
    },
    async setInstructions(input) {
      const { changed, datasetIds, entryIds } = await store().call('items.setInstructions', { ...input, who: who() })
      tell(datasetIds)
      return { changed, entryIds }
    },
    async setAside({ itemIds, reason }) {
      const why = reason ?? { code: 'item/set-aside', message: '' }
      const { changed, datasetIds } = await store().call('items.setAside', { ...why, itemIds, who: who() })
      tell(datasetIds)
      return { changed }
    },
    async takeBack({ itemIds }) {
      const { changed, datasetIds } = await store().call('items.takeBack', { itemIds, who: who() })
      tell(datasetIds)
      return { changed }
    },
    async undoFacts({ entryIds }) {
      const { changed, missing, datasetIds } = await store().call('items.undoFacts', { entryIds, who: who() })
      tell(datasetIds)
      return { changed, missing }
    },
    async undoStatus({ entryIds }) {
      const { changed, missing, datasetIds } = await store().call('items.undoStatus', { entryIds, who: who() })
      tell(datasetIds)
      return { changed, missing }
    },
  }
}
