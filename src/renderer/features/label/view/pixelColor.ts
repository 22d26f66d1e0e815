export interface PixelColor {
  readonly css: string
  /** Red, green and blue; one number where they are equal. */
  readonly text: string
}

const sizeOf = (source: CanvasImageSource): { readonly width: number; readonly height: number } | null =>
  source instanceof HTMLImageElement
    ? { width: source.naturalWidth, height: source.naturalHeight }
    : source instanceof ImageBitmap || source instanceof HTMLCanvasElement
      ? { width: source.width, height: source.height }
      : null

/** Reads single pixels of a picture through a canvas of one pixel, which costs next to nothing. */
export function colorReader(): (source: CanvasImageSource, x: number, y: number) => PixelColor | null {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  /** `x` and `y` as shares of the picture's width and height. */
  return (source, x, y) => {
    const size = sizeOf(source)
    if (!context || !size || size.width === 0) return null
    context.imageSmoothingEnabled = false
    context.drawImage(source, Math.floor(x * size.width), Math.floor(y * size.height), 1, 1, 0, 0, 1, 1)
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data as unknown as readonly [number, number, number]
    return { css: `rgb(${r} ${g} ${b})`, text: r === g && g === b ? String(r) : `${r} ${g} ${b}` }
  }
}
