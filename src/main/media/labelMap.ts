import { paintOrder, paintedShape, paintShape } from '../../shared/geometry/rasterize.ts'
import type { Annotation } from '../../shared/model/annotation.ts'
import type { Shape } from '../../shared/model/shape.ts'
import { encodeIndexPng } from './indexPng.ts'

export interface LabelRegion {
  id: string
  region: Annotation['region']
  z: number
  shape: Shape
  /** Index it paints; void regions paint 255 whatever this says; null paints nothing (no class, or a class without index). */
  index: number | null
}

export interface LabelMapOptions {
  width: number
  height: number
  /** Index of pixels that no region covers. */
  fill: number
  regions: readonly LabelRegion[]
}

/** Regions -> index per pixel, row-major: painter's order by z, void (255) last; boxes that are not void, lines and points paint nothing. */
export function renderIndexMap({ width, height, fill, regions }: LabelMapOptions): Uint8Array {
  const map = new Uint8Array(width * height).fill(fill)
  for (const one of paintOrder(regions)) {
    const value = one.region === 'void' ? 255 : one.index
    const painted = value === null ? null : paintedShape(one)
    if (value !== null && painted) paintShape(painted, map, width, height, value)
  }
  return map
}

/** The index map as an 8-bit greyscale PNG. */
export function encodeLabelMap(options: LabelMapOptions): Buffer {
  const { width, height } = options
  return encodeIndexPng({ width, height, indices: renderIndexMap(options), kind: 'grayscale', bitDepth: 8, palette: null })
}
