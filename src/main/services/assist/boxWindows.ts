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

/** Things that are looked at in the same part of the picture; small ones enlarged, null: in the whole. `side`: of the model's input. */
export function byWindow<T>(
  things: readonly T[],
  rectOf: (thing: T) => Rect,
  { width, height }: ImageSize,
  side: number,
): Iterable<{ readonly window: AssistWindow | null; readonly together: readonly T[] }> {
  const groups = new Map<string, { window: AssistWindow | null; together: T[] }>()
  for (const thing of things) {
    const { x, y, w, h } = rectOf(thing)
    const isSmall = (Math.max(w, h) * side) / Math.max(width, height) < side / smallShare
    const window = isSmall ? boxWindow({ width, height }, [x, y, x + w, y + h], side) : null
    const key = String(window)
    const group = groups.get(key) ?? { window, together: [] }
    group.together.push(thing)
    groups.set(key, group)
  }
  return groups.values()
}
