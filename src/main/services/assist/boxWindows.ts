import { boxWindow } from '../../../shared/assist/viewWindow.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { AssistWindow } from '../../../shared/model/assist.ts'

/** In pixels of the picture. */
export interface Rect {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** What has fewer pixels of the model's input than its side by this is looked at enlarged. */
const smallShare = 16
/** Room around a thing in its window, by its longer side. */
const leastRoom = 0.2

/** Things that are looked at in the same part of the picture; small ones enlarged, null: in the whole. `side`: of the model's input. */
export function byWindow<T>(
  things: readonly T[],
  rectOf: (thing: T) => Rect,
  { width, height }: ImageSize,
  side: number,
): Iterable<{ readonly window: AssistWindow | null; readonly together: readonly T[] }> {
  const groups: { window: AssistWindow | null; together: T[] }[] = []
  for (const thing of things) {
    const { x, y, w, h } = rectOf(thing)
    const isSmall = (Math.max(w, h) * side) / Math.max(width, height) < side / smallShare
    const box: AssistWindow = [x, y, x + w, y + h]
    const window = isSmall ? boxWindow({ width, height }, box, side) : null
    // Encoding costs much more than asking: what another window shows as large needs none of its own.
    const group = groups.find((one) => (window && one.window ? showsAsLarge(one.window, window, box) : one.window === window))
    if (group) group.together.push(thing)
    else groups.push({ window, together: [thing] })
  }
  return groups
}

function showsAsLarge(shown: AssistWindow, own: AssistWindow, [x0, y0, x1, y1]: AssistWindow): boolean {
  const margin = Math.max(x1 - x0, y1 - y0) * leastRoom
  const isInside = x0 - margin >= shown[0] && y0 - margin >= shown[1] && x1 + margin <= shown[2] && y1 + margin <= shown[3]
  return isInside && shown[2] - shown[0] === own[2] - own[0] && shown[3] - shown[1] === own[3] - own[1]
}
