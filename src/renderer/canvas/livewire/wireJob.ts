import type { ImagePx, ImageVec } from '../../../shared/geometry/spaces.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'

/** What the thread that finds wires is asked: for the edges of a window around a seed, then for ways from there. */
export type ToWire =
  | {
      readonly type: 'window'
      readonly token: number
      readonly window: PixelWindow
      readonly rgba: Uint8ClampedArray
      readonly seed: ImageVec
    }
  | { readonly type: 'path'; readonly token: number; readonly to: ImageVec; readonly reach: ImagePx }

/** A way from the seed of the window that `token` stands for. */
export interface FromWire {
  readonly token: number
  readonly to: ImageVec
  readonly reach: ImagePx
  readonly points: readonly ImageVec[]
}
