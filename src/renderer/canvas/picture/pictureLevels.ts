import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { FrameView } from '../paint/frame.ts'

/** A picture and its smaller copies (see `levelSizes`). */
export type PictureLevels = readonly [ImageBitmap, ...ImageBitmap[]]

/** Smaller than this on its longer side a picture needs no smaller copy. */
const smallest = 256

/** Sizes of a picture and of its smaller copies, each half of the one before. */
export function levelSizes({ width, height }: ImageSize): ImageSize[] {
  const sizes: ImageSize[] = [{ width, height }]
  for (let last = sizes[0]!; Math.max(last.width, last.height) > smallest; sizes.push(last))
    last = { width: Math.ceil(last.width / 2), height: Math.ceil(last.height / 2) }
  return sizes
}

/** The copy that is nearest to what is on screen: what is left to scale is so little that two by two pixels tell all. */
export const levelFor = (scale: number, levels: number): number => Math.max(0, Math.min(levels - 1, Math.round(Math.log2(1 / scale))))

/** How one of the copies lies on the page, in CSS pixels: from whole device pixel to whole device pixel, as everything that is drawn over it. */
export function levelPlace(view: FrameView, picture: ImageSize, level: ImageSize): { kx: number; ky: number; x: number; y: number } {
  const { scale, offsetX, offsetY, ratio } = view
  const [x, y] = [Math.round(offsetX), Math.round(offsetY)]
  const kx = (Math.round(offsetX + picture.width * scale) - x) / level.width
  const ky = (Math.round(offsetY + picture.height * scale) - y) / level.height
  return { kx: kx / ratio, ky: ky / ratio, x: x / ratio, y: y / ratio }
}
