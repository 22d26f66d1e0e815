import type { Id } from '../../../../shared/model/ids.ts'
import { setAside } from '../../../stores/setAside.ts'
import type { LabelState } from '../labelStore.ts'

/** Sets the open picture aside once everything that was done to it is saved, and leads on; null: no other is left. */
export async function leaveAside(label: LabelState, go: (itemId: Id | null) => void): Promise<void> {
  const { item } = label
  if (!item || label.opening) return
  await label.settled()
  const { next, previous } = label.place
  if (!(await setAside(item, label.pictureError, () => go(item.id))) || label.item?.id !== item.id) return
  label.leave()
  go(next ?? previous)
}
