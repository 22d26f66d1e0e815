import type { ImageSize } from '../geometry/spaces.ts'

/** How stored pixels become upright for an EXIF orientation (EXIF 2.3, 4.6.4 A): turned clockwise by `degrees`, then mirrored left to right. */
export function turnOfOrientation(orientation: number): { readonly degrees: number; readonly mirrored: boolean } {
  return { degrees: [0, 0, 0, 180, 180, 270, 90, 90, 270][orientation] ?? 0, mirrored: [2, 4, 5, 7].includes(orientation) }
}

/** A picture as it stands upright, with the orientation that its file has. */
export interface UprightPicture extends ImageSize {
  readonly orientation: number
}

/** Left, top, right, bottom. */
export type Edges = readonly [x0: number, y0: number, x1: number, y1: number]

const swapped = ({ width, height }: ImageSize): ImageSize => ({ width: height, height: width })

/** The size before it is turned, or after: it is the same question. */
export const turnedSize = (size: ImageSize, orientation: number): ImageSize => (orientation >= 5 ? swapped(size) : size)

/** The orientation that undoes another. */
export const orientationBack = (orientation: number): number => (orientation === 6 ? 8 : orientation === 8 ? 6 : orientation)

/** A part of the upright picture, in pixels as they are stored. `stored`: the size as it is stored. */
export function storedEdges([x0, y0, x1, y1]: Edges, { width: w, height: h }: ImageSize, orientation: number): Edges {
  const turns: Record<number, Edges> = {
    2: [w - x1, y0, w - x0, y1],
    3: [w - x1, h - y1, w - x0, h - y0],
    4: [x0, h - y1, x1, h - y0],
    5: [y0, x0, y1, x1],
    6: [y0, h - x1, y1, h - x0],
    7: [w - y1, h - x1, w - y0, h - x0],
    8: [w - y1, x0, w - y0, x1],
  }
  return turns[orientation] ?? [x0, y0, x1, y1]
}

/** A part of the stored pixels, in the upright picture. `upright`: the size of that. */
export const uprightEdges = (edges: Edges, upright: ImageSize, orientation: number): Edges =>
  storedEdges(edges, upright, orientationBack(orientation))

/** Values of the stored pixels `[H,W]` as those of the upright picture; with `orientationBack` it goes the other way. */
export function turnIndices(indices: Uint8Array, stored: ImageSize, orientation: number): Uint8Array {
  const { width, height } = turnedSize(stored, orientation)
  const at = (x: number, y: number) => {
    const [left, top] = storedEdges([x, y, x + 1, y + 1], stored, orientation)
    return top * stored.width + left
  }
  const [begin, right, down] = [at(0, 0), at(1, 0) - at(0, 0), at(0, 1) - at(0, 0)]
  const turned = new Uint8Array(indices.length)
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0, from = begin + y * down; x < width; x++, from += right) turned[to++] = indices[from]!
  return turned
}

/**
 * The orientation by which what was drawn on a picture of this size has to be turned: that of the picture where the size is exactly the unturned one, as
 * tools write that do not know of EXIF; 1 where it fits, or does not tell; null where it is another size.
 */
export function turnBySize(size: ImageSize, picture: UprightPicture): number | null {
  if (size.width === picture.width && size.height === picture.height) return 1
  return picture.orientation >= 5 && size.width === picture.height && size.height === picture.width ? picture.orientation : null
}

/** The picture is turned, and its size is the same unturned: what lies beside it may have been drawn on either. */
export const turnIsOpen = ({ width, height, orientation }: UprightPicture): boolean =>
  orientation > 1 && (orientation < 5 || width === height)
