import type { FloodWish } from '../engine/flood.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import type { PackedSpans } from './floodFill.ts'

/** What the thread that floods is asked: to look at the pixels around a seed (its place in the window, row by row), then for regions. */
export type ToFlood =
  | {
      readonly type: 'window'
      readonly token: number
      readonly window: PixelWindow
      readonly rgba: Uint8ClampedArray
      readonly seed: number
    }
  | ({ readonly type: 'region'; readonly token: number } & FloodWish)

/** The region of a wish, of the window that `token` stands for. */
export interface FromFlood extends FloodWish {
  readonly token: number
  readonly spans: PackedSpans
}
