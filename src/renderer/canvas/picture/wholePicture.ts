import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import { deviceX, deviceY, type Frame } from '../paint/frame.ts'
import { scratch, smoothFor, type PictureSource } from './pictureSource.ts'
import { readStrips } from './readPixels.ts'

/** A picture (or its thumbnail until it is there) that the browser holds as a whole, stretched over the picture's own size. */
export class WholePicture implements PictureSource {
  readonly size: ImageSize
  readonly edition = 0
  readonly whole: CanvasImageSource

  constructor(source: CanvasImageSource, size: ImageSize) {
    this.whole = source
    this.size = size
  }

  draw(frame: Frame): void {
    const x = Math.round(deviceX(frame, 0))
    const y = Math.round(deviceY(frame, 0))
    const width = Math.round(deviceX(frame, this.size.width)) - x
    const height = Math.round(deviceY(frame, this.size.height)) - y
    smoothFor(frame.context, frame.scale)
    frame.context.drawImage(this.whole, x, y, width, height)
  }

  read(window: PixelWindow, signal?: AbortSignal): Promise<Uint8ClampedArray> {
    return readStrips(
      ({ x, y, width, height }) => {
        const context = scratch({ width, height })
        context.imageSmoothingEnabled = false
        context.drawImage(this.whole, -x, -y, this.size.width, this.size.height)
        return context.getImageData(0, 0, width, height).data
      },
      window,
      signal,
    )
  }

  /** It is all there from the beginning. */
  onChange(): () => void {
    return () => undefined
  }

  close(): void {
    if (this.whole instanceof ImageBitmap) this.whole.close()
  }
}
