import type { MaskSpans } from '../../../shared/geometry/maskSpans.ts'
import type { ImageVec } from '../../../shared/geometry/spaces.ts'

/** What counts as alike: at most this far from the clicked colour (CIE76 difference in Lab), connected to it or anywhere. */
export interface FloodWish {
  readonly tolerance: number
  readonly contiguous: boolean
}

/** Pixels like the one that was clicked; while they are not exact they are those of the wish before, and better ones are on their way. */
export interface FloodedRegion {
  readonly pixels: MaskSpans
  readonly exact: boolean
}

/** Why a region is not all that it could be. */
export interface FloodLimits {
  /** Only a part of the picture was looked at, and the region goes on beyond it. */
  readonly cut: boolean
  /** Side of the blocks it is made of, in picture pixels; 1: pixels. */
  readonly blockPx: number
}

/** Finds pixels of one colour in the open picture. */
export interface Flood {
  /** The pixel to start from; what was asked before is forgotten. */
  seed(at: ImageVec): void
  /** Null: there are no pixels to look at. An inexact answer is followed by a `flood` event of the tools. */
  region(wish: FloodWish): FloodedRegion | null
  /** Of the last region that was found; null: none yet in this picture. */
  readonly limits: FloodLimits | null
  /** Pixels are read, or the region that was asked for last is on its way. */
  readonly looking: boolean
  /** Nothing is looked for any more. */
  drop(): void
}
