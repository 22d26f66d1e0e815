import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import type { PixelSource } from '../engine/pixelSource.ts'
import type { Frame, FrameView } from '../paint/frame.ts'

/** The open picture as the painter knows it: whole, or by what of it is on screen. */
export interface PictureSource extends PixelSource {
  /** All of it, where it is in memory as a whole. */
  readonly whole: CanvasImageSource | null
  draw(frame: Frame): void
  /** An element that shows it where the view has it, instead of a drawing; the same one is put elsewhere the next time. */
  stand?(view: FrameView): HTMLElement
  /** Told when another drawing would show more; answers with how to leave. */
  onChange(listener: () => void): () => void
  /** Gives back its memory; it is not drawn any more. */
  close(): void
}

/** From this many device pixels per picture pixel on, pixels are shown as squares. */
export const squaresFrom = 2.5

export function smoothFor(context: Frame['context'], scale: number): void {
  context.imageSmoothingEnabled = scale < squaresFrom
  context.imageSmoothingQuality = scale < 0.75 ? 'high' : 'medium'
}

/** A canvas of this size that is read back, with its context. */
export function scratch({ width, height }: ImageSize): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(Math.max(1, width), Math.max(1, height)).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no canvas to draw into')
  return context
}
