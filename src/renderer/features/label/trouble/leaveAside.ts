import type { Id } from '../../../../shared/model/ids.ts'
import { setAside } from '../../../stores/setAside.ts'
import type { LabelState } from '../labelStore.ts'

const leaving = new Set<Id>()

/**
 * Sets the open picture aside once everything that was done to it is saved, and leads on; null: no other is left. While it is under way asking again
 * changes nothing. Errors: why nothing can be saved just now; then nothing is done, later neither.
 */
export async function leaveAside(label: Pick<LabelState, Used>, go: (itemId: Id | null) => void): Promise<void> {
  const { item } = label
  if (!item || label.opening || label.isOut || leaving.has(item.id)) return
  leaving.add(item.id)
  try {
    await label.settled()
    if (label.item?.id !== item.id) return
    const { next, previous } = label.place
    if (!(await setAside(item, label.pictureError, () => go(item.id))) || label.item?.id !== item.id) return
    label.leave()
    go(next ?? previous)
  } finally {
    leaving.delete(item.id)
  }
}
type Used = 'item' | 'opening' | 'isOut' | 'settled' | 'place' | 'pictureError' | 'leave'
