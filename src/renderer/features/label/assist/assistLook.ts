import { clipBounds, unionBounds } from '../../../../shared/geometry/box.ts'
import type { Bounds, ImageSize } from '../../../../shared/geometry/spaces.ts'
import { endsAtEdge, viewWindow, widerWindow } from '../../../../shared/assist/viewWindow.ts'
import { shapeBounds } from '../../../../shared/geometry/shapes.ts'
import type { AssistWindow } from '../../../../shared/model/assist.ts'
import type { MaskShape } from '../../../../shared/model/shape.ts'
import { visibleBounds } from '../../../canvas/engine/camera.ts'
import type { Editor } from '../../../canvas/engine/editor.ts'

/** More of the picture than this is all of it. */
const almostAll = 0.95

const areaOf = ({ minX, minY, maxX, maxY }: Bounds): number => (maxX - minX) * (maxY - minY)

/** Whole pixels around an extent, at least one, within the picture. */
function around(extent: Bounds, { width, height }: ImageSize): AssistWindow {
  const left = Math.min(width - 1, Math.max(0, Math.floor(extent.minX)))
  const top = Math.min(height - 1, Math.max(0, Math.floor(extent.minY)))
  return [
    left,
    top,
    Math.max(left + 1, Math.min(width, Math.ceil(extent.maxX))),
    Math.max(top + 1, Math.min(height, Math.ceil(extent.maxY))),
  ]
}

/** The part of the open picture a model with an input of `side` pixels looks at, so that what is seen and an extent lie in it; null: all of it. */
export function windowOf(editor: Editor, side: number, extent: Bounds | null, before: AssistWindow | null): AssistWindow | null {
  const { image, camera, view, settings } = editor
  if (settings.smart.view === 'whole') return null
  const visible = clipBounds(visibleBounds(camera, view), image)
  const seen = unionBounds([visible, ...(extent ? [clipBounds(extent, image)] : [])]) ?? visible
  const window = around(seen, image)
  if (settings.smart.view === 'auto') return viewWindow(image, window, side, before)
  return areaOf(seen) >= almostAll * image.width * image.height ? null : window
}

/** What was found ends at an edge of the part that was looked at, and may go on beyond it. */
export const isCutAt = ({ image }: Editor, mask: MaskShape, window: AssistWindow): boolean => endsAtEdge(shapeBounds(mask), window, image)

/** More of the picture than a part of it that did not suffice; null: what is looked at is chosen. */
export const widerOf = ({ image, settings }: Editor, window: AssistWindow): { readonly window: AssistWindow | null } | null =>
  settings.smart.view === 'auto' ? { window: widerWindow(image, window) } : null
