import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'

/** A way from the seed, without the seed and up to its end; while it is not exact it is the one last known, to a place nearby or none, and a better one is on its way. */
export interface WirePath {
  readonly points: readonly ImageVec[]
  readonly exact: boolean
}

/** The live-wire: from a seed to wherever the pointer is, along the edges of the picture. */
export interface Wire {
  /** Where the wire begins; the same place again changes nothing. */
  seed(at: ImageVec): void
  /**
   * The way from the seed to a place: to the strongest edge within `reach` of it, or to the place itself. Null: there is none, a line is straight.
   * An inexact one is followed by a `wire` event of the tools.
   */
  pathTo(to: ImageVec, reach: ImagePx): WirePath | null
  /** Nothing is drawn any more. */
  drop(): void
}
