import type { PictureSource } from '../../../canvas/picture/pictureSource.ts'
import { TiledPicture } from '../../../canvas/picture/tiledPicture.ts'

export interface PixelColor {
  readonly css: string
  /** Red, green and blue; one number where they are equal. Of a deep picture the values that are stored. */
  readonly text: string
}

const sizeOf = (source: CanvasImageSource): { readonly width: number; readonly height: number } | null =>
  source instanceof HTMLImageElement
    ? { width: source.naturalWidth, height: source.naturalHeight }
    : source instanceof ImageBitmap || source instanceof HTMLCanvasElement
      ? { width: source.width, height: source.height }
      : null

const textOf = (values: readonly number[]): string => (values.every((value) => value === values[0]) ? String(values[0]) : values.join(' '))

function ofTiles(picture: TiledPicture, x: number, y: number): PixelColor | null {
  const pixel = picture.pixelAt(x, y)
  if (!pixel) return null
  const { color, values, coarse } = pixel
  return { css: `rgb(${color.join(' ')})`, text: `${coarse ? '≈ ' : ''}${textOf(values ?? color)}` }
}

/** Reads single pixels of a picture, as far as they are in memory, through a canvas of one pixel, which costs next to nothing. */
export function colorReader(): (source: PictureSource, x: number, y: number) => PixelColor | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return (source, x, y) => {
    if (source instanceof TiledPicture) return ofTiles(source, x, y)
    const { whole } = source
    const size = whole && sizeOf(whole)
    if (!context || !whole || !size || size.width === 0) return null
    context.imageSmoothingEnabled = false
    const place = [(x / source.size.width) * size.width, (y / source.size.height) * size.height].map(Math.floor) as [number, number]
    context.drawImage(whole, ...place, 1, 1, 0, 0, 1, 1)
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data as unknown as readonly [number, number, number]
    return { css: `rgb(${r} ${g} ${b})`, text: textOf([r, g, b]) }
  }
}
