import type { ImageSize } from '../../../shared/geometry/spaces.ts'

/** Whole pixels of a picture. */
export interface PixelWindow {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The colours of the open picture, for tools that look at it: upright, without what only changes the view (brightness and the like). */
export interface PixelSource {
  readonly size: ImageSize
  /** Another number when its pixels have become others: finer ones, or seen through another window of values. */
  readonly edition: number
  /** Each pixel that is read stands for so many by so many, until finer ones are there; absent: one. */
  readonly blockPx?: number
  /** RGBA rows of a window inside the picture, of the finest pixels there are; of a huge picture only the part that is asked for is loaded. Errors: file/*. */
  read(window: PixelWindow, signal?: AbortSignal): Promise<Uint8ClampedArray>
}
