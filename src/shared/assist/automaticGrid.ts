import type { AssistWindow } from '../model/assist.ts'
import type { AutomaticOptions } from '../model/assistJobs.ts'

export interface Crop {
  readonly layer: number
  readonly window: AssistWindow
}

/** The whole picture, then per layer 2^layer overlapping crops a side (segment-anything, generate_crop_boxes). */
export function cropsOf(
  width: number,
  height: number,
  { cropLayers, cropOverlapRatio }: Pick<AutomaticOptions, 'cropLayers' | 'cropOverlapRatio'>,
): Crop[] {
  const crops: Crop[] = [{ layer: 0, window: [0, 0, width, height] }]
  for (let layer = 1; layer <= cropLayers; layer++) {
    const perSide = 2 ** layer
    const overlap = Math.floor((cropOverlapRatio * Math.min(width, height) * 2) / perSide)
    const w = Math.ceil((overlap * (perSide - 1) + width) / perSide)
    const h = Math.ceil((overlap * (perSide - 1) + height) / perSide)
    for (let i = 0; i < perSide; i++) {
      for (let j = 0; j < perSide; j++) {
        const [x0, y0] = [(w - overlap) * i, (h - overlap) * j]
        if (x0 < width && y0 < height) crops.push({ layer, window: [x0, y0, Math.min(x0 + w, width), Math.min(y0 + h, height)] })
      }
    }
  }
  return crops
}

type Sides = Pick<AutomaticOptions, 'pointsPerSide' | 'cropPointsDownscale'>

const clicksPerSide = (layer: number, { pointsPerSide, cropPointsDownscale }: Sides): number =>
  Math.max(1, Math.floor(pointsPerSide / cropPointsDownscale ** layer))

/** Clicks on a crop: an even grid half a step from its edges, coarser in deeper layers (build_all_layer_point_grids). */
export function pointsOf({ layer, window: [x0, y0, x1, y1] }: Crop, options: Sides): [x: number, y: number][] {
  const n = clicksPerSide(layer, options)
  const points: [number, number][] = []
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) points.push([x0 + ((column + 0.5) / n) * (x1 - x0), y0 + ((row + 0.5) / n) * (y1 - y0)])
  return points
}

/** More clicks than these on one picture are hours of work: they are refused before it begins. */
export const mostClicks = 50_000

/** How many clicks the options mean, without making a list of them. */
export function clicksOf(width: number, height: number, options: AutomaticOptions): number {
  return cropsOf(width, height, options).reduce((sum, { layer }) => sum + clicksPerSide(layer, options) ** 2, 0)
}

const nearPx = 20

/** The mask ends at an edge of its crop that is no edge of the picture: what lies beyond was not seen (is_box_near_crop_edge). Inclusive corners. */
export function isCutOff(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  [left, top, right, bottom]: AssistWindow,
  width: number,
  height: number,
): boolean {
  const cut = (at: number, crop: number, picture: number) => Math.abs(at - crop) <= nearPx && Math.abs(at - picture) > nearPx
  return cut(x0, left, 0) || cut(y0, top, 0) || cut(x1, right, width) || cut(y1, bottom, height)
}
