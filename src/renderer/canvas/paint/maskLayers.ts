import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import { paintsPixels } from '../../../shared/geometry/rasterize.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { Annotation } from '../../../shared/model/annotation.ts'
import { pixelsOf } from '../../../shared/geometry/pixels.ts'
import { strokePixels, type Stroke } from '../engine/stroke.ts'
import type { MaskLayer } from './maskTiles.ts'
import { classOf, rgbOf, visibleColor, type PaintStyle } from './style.ts'

function packed(color: string, alpha: number): number {
  const [r, g, b] = rgbOf(color)
  return ((alpha << 24) | (b << 16) | (g << 8) | r) >>> 0
}

/** What is being painted has no id yet. */
type Drawn = Pick<Annotation, 'classId' | 'region'> & Partial<Pick<Annotation, 'id'>>

const looks = (record: Drawn, style: PaintStyle, dimmed: boolean): Pick<MaskLayer, 'rgba' | 'hatch'> => ({
  rgba: packed(visibleColor(classOf(style, record).color), dimmed ? 46 : 255),
  hatch: record.region === 'void',
})

/** The masks among the records, in painter's order. */
export function maskLayers(
  records: readonly Annotation[],
  image: ImageSize,
  style: PaintStyle,
  isDimmed: (record: Annotation) => boolean,
): MaskLayer[] {
  return records.flatMap((record) =>
    record.shape.kind === 'mask'
      ? [
          {
            id: record.id,
            pixels: pixelsOf(record.shape, image),
            bounds: shapeBounds(record.shape),
            ...looks(record, style, isDimmed(record)),
          },
        ]
      : [],
  )
}

/** The layers with a stroke under way: painted pixels on top, erased ones gone from the mask they are taken from. */
export function withStroke(
  layers: readonly MaskLayer[],
  stroke: Stroke,
  target: Annotation | undefined,
  image: ImageSize,
  style: PaintStyle,
  drawn: Drawn,
): readonly MaskLayer[] {
  const look = looks(target ?? drawn, style, false)
  const whole = { minX: 0, minY: 0, maxX: image.width, maxY: image.height }
  // A polygon that becomes a mask by this stroke is shown as one already.
  const polygon: readonly MaskLayer[] =
    target?.shape.kind === 'polygon' && paintsPixels(target.shape)
      ? [{ id: target.id, pixels: pixelsOf(target.shape, image), bounds: shapeBounds(target.shape), ...look }]
      : []
  const shown = [...layers, ...polygon]
  if (stroke.replaces)
    return [...shown.filter(({ id }) => id !== stroke.targetId), { id: 'stroke', pixels: strokePixels(stroke), bounds: whole, ...look }]
  return stroke.erase
    ? shown.map((layer) => (layer.id === stroke.targetId ? { ...layer, erased: stroke.columns } : layer))
    : [...shown, { id: 'stroke', pixels: strokePixels(stroke), bounds: whole, ...look }]
}
