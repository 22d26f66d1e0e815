import type { Id } from '../../../shared/model/ids.ts'

/** Which picture copies are to be pasted into once it is open. Who turns elsewhere on the way wants them no more. */
export function pasteOnArrival() {
  let wanted: Id | null = null
  return {
    want: (itemId: Id | null): void => void (wanted = itemId),
    /** The page is on its way to this picture, or stays there. */
    headFor(itemId: Id): void {
      if (wanted !== itemId) wanted = null
    },
    /** The picture is open: whether they are for it; only once. */
    arrivedAt(itemId: Id): boolean {
      const here = wanted === itemId
      wanted = null
      return here
    },
    lost: (itemId: Id): void => void (wanted === itemId && (wanted = null)),
  }
}
