import { boundsMeet } from '../../../shared/geometry/box.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Editor } from '../engine/editor.ts'
import { extentOf, isDimmed } from './drawnShape.ts'
import { deviceX, deviceY, type Frame } from './frame.ts'
import { topOf } from './outline.ts'
import { nameAlpha, namesFit, roomForName } from './shapeLayer.ts'
import { classOf, type PaintStyle } from './style.ts'
import { drawTag } from './tags.ts'

const masksIn = new WeakMap<readonly Annotation[], readonly Annotation[]>()

/** Asked for with every frame, of ten thousand records too. */
function masksOf(painted: readonly Annotation[]): readonly Annotation[] {
  let masks = masksIn.get(painted)
  if (!masks) masksIn.set(painted, (masks = painted.filter(({ shape }) => shape.kind === 'mask')))
  return masks
}

/** The masks that are named here: where only outlines are on show they are among the shapes, which have their own names. */
function namedMasks(editor: Editor): readonly Annotation[] {
  return editor.look.names && !editor.look.outline ? masksOf(editor.painted()) : []
}

/** Is the name of any mask to be shown? */
export const namesMasks = (editor: Editor): boolean => namedMasks(editor).length > 0

/** The class names of masks, on their topmost pixels; as for shapes, only while there is room for all of them. */
export function drawMaskNames(frame: Frame, editor: Editor, style: PaintStyle): void {
  const masks = namedMasks(editor).map((record) => ({ record, bounds: extentOf(record.shape) }))
  if (!namesFit(masks, frame.visible)) return
  for (const { record, bounds } of masks) {
    if (!boundsMeet(bounds, frame.visible) || !roomForName(frame, bounds)) continue
    const { name, color } = classOf(style, record)
    const top = topOf(record.shape)
    drawTag(frame, name, color, deviceX(frame, top.x), deviceY(frame, top.y), style.fontFamily, nameAlpha(isDimmed(editor, record)))
  }
}
