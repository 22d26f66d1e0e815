import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { movedOften } from '../movedOften.ts'
import type { PixelWindow } from '../engine/pixelSource.ts'
import type { Frame, FrameView } from '../paint/frame.ts'
import { levelFor, levelPlace, type PictureLevels } from './pictureLevels.ts'
import { squaresFrom, type PictureSource } from './pictureSource.ts'
import { WholePicture } from './wholePicture.ts'

/**
 * A picture in memory on canvases of its own, the picture and smaller copies of it, which the browser puts where the camera wants them: neither panning
 * nor zooming draws anything.
 */
export class StandingPicture implements PictureSource {
  readonly size: ImageSize
  readonly edition = 0
  readonly #levels: (ImageBitmap | HTMLCanvasElement)[]
  readonly #drawn: WholePicture

  constructor(levels: PictureLevels) {
    const [{ width, height }] = levels
    this.size = { width, height }
    this.#levels = [...levels]
    this.#drawn = new WholePicture(this.#canvas(0), this.size)
  }

  get whole(): CanvasImageSource {
    return this.#drawn.whole
  }

  stand(view: FrameView): HTMLElement {
    const canvas = this.#canvas(levelFor(view.scale, this.#levels.length))
    const { kx, ky, x, y } = levelPlace(view, this.size, canvas)
    canvas.style.transform = `matrix(${kx}, 0, 0, ${ky}, ${x}, ${y})`
    canvas.style.imageRendering = view.scale < squaresFrom ? '' : 'pixelated'
    return canvas
  }

  draw(frame: Frame): void {
    this.#drawn.draw(frame)
  }

  read(window: PixelWindow, signal?: AbortSignal): Promise<Uint8ClampedArray> {
    return this.#drawn.read(window, signal)
  }

  /** It is all there from the beginning. */
  onChange(): () => void {
    return () => undefined
  }

  close(): void {
    for (const level of this.#levels) {
      if (level instanceof ImageBitmap) level.close()
      else level.width = level.height = 0
    }
  }

  #canvas(level: number): HTMLCanvasElement {
    const known = this.#levels[level]!
    if (known instanceof HTMLCanvasElement) return known
    const canvas = document.createElement('canvas')
    canvas.width = known.width
    canvas.height = known.height
    canvas.className = 'absolute top-0 left-0 max-w-none'
    movedOften(canvas)
    canvas.setAttribute('aria-hidden', 'true')
    canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(known)
    this.#levels[level] = canvas
    return canvas
  }
}
