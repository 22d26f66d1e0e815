import type { Id } from '../../../shared/model/ids.ts'
import type { ItemFilter } from '../../../shared/model/item.ts'
import { pageClient } from '../../stores/link.ts'

const keyOf = (datasetId: Id): string => `mw.label.${datasetId}`

/** Remembers, for this tab, the image that was open last in a dataset. */
export const keepLastItem = (datasetId: Id, itemId: Id): void => sessionStorage.setItem(keyOf(datasetId), itemId)

/** The image to begin with: the last one of this dataset, else the first that the filter shows. Null when there is none. */
export async function itemToBeginWith(datasetId: Id, filter: ItemFilter): Promise<Id | null> {
  const last = sessionStorage.getItem(keyOf(datasetId))
  const known =
    last !== null &&
    (await pageClient()
      .items.get({ itemId: last })
      .catch(() => null))
  if (known) return last
  const window = await pageClient().items.window({ datasetId, filter, offset: 0, limit: 1 })
  return window.items[0]?.id ?? null
}
