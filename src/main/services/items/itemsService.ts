import type { Host } from '../host.ts'
import type { AreaService } from '../service.ts'

/** Lists of pictures, and their review status. */
export function createItemsService({ slot, events }: Host): AreaService<'items'> {
  const store = () => slot.require().store
  return {
    window: (input) => store().call('items.window', input),
    get: (input) => store().call('items.get', input),
    neighbours: (input) => store().call('items.neighbours', input),
    async setStatus(input) {
      const { changed, datasetIds } = await store().call('items.setStatus', input)
      for (const datasetId of datasetIds) events.emit({ type: 'items', datasetId })
      return { changed }
    },
  }
}
