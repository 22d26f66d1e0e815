import type { FloodWish } from '../engine/flood.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import type { PackedSpans } from './floodFill.ts'

/** What the thread that floods is asked: to keep the pixels of a window, to look at them from a seed (its place, row by row), then for regions. */
export type ToFlood =
  | { readonly type: 'window'; readonly window: PixelWindow; readonly rgba: Uint8ClampedArray }
  | { readonly type: 'seed'; readonly token: number; readonly seed: number }
  /** The pixels are not needed any more. */
  | { readonly type: 'forget' }
  | ({ readonly type: 'region'; readonly token: number } & FloodWish)

/** The region of a wish, from the seed that `token` stands for. */
export interface FromFlood extends FloodWish {
  readonly token: number
  readonly spans: PackedSpans
}
