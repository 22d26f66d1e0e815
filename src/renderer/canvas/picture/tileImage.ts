import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { windowTable, type ValueWindow } from '../../../shared/picture/valueWindow.ts'
import { turnOf, uprightSize } from './orientation.ts'
import { scratch } from './pictureSource.ts'

/** The bytes of a tile as colours, upright. */
export async function decodeTile(blob: Blob, orientation: number): Promise<ImageBitmap> {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' })
  if (orientation === 1) return bitmap
  const upright = turned(bitmap, bitmap, orientation)
  bitmap.close()
  return upright
}

function turned(image: CanvasImageSource, stored: ImageSize, orientation: number): ImageBitmap {
  const { xu, xv, yu, yv, x0, y0 } = turnOf(orientation, stored)
  const canvas = new OffscreenCanvas(...sides(uprightSize({ xu, xv, yu, yv, x0, y0 }, stored)))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas to draw into')
  context.setTransform(xu, yu, xv, yv, x0, y0)
  context.drawImage(image, 0, 0)
  return canvas.transferToImageBitmap()
}

const sides = ({ width, height }: ImageSize): [number, number] => [width, height]

/** A window of values as colours, for every value of 16 bits: what a canvas has in memory for this grey. */
export class WindowColors {
  readonly window: ValueWindow
  readonly bytes: Uint8Array
  readonly greys: Uint32Array

  constructor(window: ValueWindow) {
    this.window = window
    this.bytes = windowTable(window)
    this.greys = Uint32Array.from(this.bytes, (v) => 0xff000000 | (v << 16) | (v << 8) | v)
  }
}

/** The values of a deep tile, grey or RGB, as colours through a window, upright. */
export function drawWords(words: Uint16Array, stored: ImageSize, colors: WindowColors, orientation: number): ImageBitmap {
  const image = new ImageData(stored.width, stored.height)
  const out = new Uint32Array(image.data.buffer)
  const { bytes, greys } = colors
  if (words.length === out.length) for (let i = 0; i < out.length; i++) out[i] = greys[words[i]!]!
  else
    for (let i = 0, at = 0; i < out.length; i++, at += 3)
      out[i] = 0xff000000 | (bytes[words[at + 2]!]! << 16) | (bytes[words[at + 1]!]! << 8) | bytes[words[at]!]!
  const context = scratch(stored)
  context.putImageData(image, 0, 0)
  return orientation === 1 ? context.canvas.transferToImageBitmap() : turned(context.canvas, stored, orientation)
}
