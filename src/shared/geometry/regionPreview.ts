import type { PolygonShape } from '../model/shape.ts'
import { combineSpans, spansArea, type MaskSpans } from './maskSpans.ts'
import { regionPolygon, regionSpans } from './regions.ts'
import type { RegionInput } from './regionTask.ts'
import { simplifyPolygon, vertexCount } from './simplify.ts'
import type { ImagePx, ImageSize } from './spaces.ts'

/** What simplification within a tolerance would do to some regions. */
export interface RegionPreview {
  readonly shapes: readonly (readonly [RegionInput['id'], PolygonShape])[]
  /** Without any tolerance. */
  readonly verticesBefore: number
  readonly verticesAfter: number
  /** Pixels that would change sides, and how many there are inside now. */
  readonly differingPx: number
  readonly areaPx: number
}

export interface PreviewTask {
  readonly inputs: readonly RegionInput[]
  readonly tolerancePx: ImagePx
  readonly size: ImageSize
}

const differing = (a: MaskSpans, b: MaskSpans): number => spansArea(combineSpans(a, b, (inA, inB) => inA !== inB))

export function previewPolygons({ inputs, tolerancePx, size }: PreviewTask): RegionPreview {
  const shapes: (readonly [RegionInput['id'], PolygonShape])[] = []
  let verticesBefore = 0
  let verticesAfter = 0
  let differingPx = 0
  let areaPx = 0
  for (const { id, shape } of inputs) {
    const exact = regionPolygon(shape)
    if (!exact) continue
    const simple = tolerancePx > 0 ? simplifyPolygon(exact, tolerancePx) : exact
    const before = regionSpans(shape, size)
    verticesBefore += vertexCount(exact)
    verticesAfter += vertexCount(simple)
    areaPx += spansArea(before)
    if (simple !== exact) differingPx += differing(before, regionSpans(simple, size))
    shapes.push([id, simple])
  }
  return { shapes, verticesBefore, verticesAfter, differingPx, areaPx }
}
