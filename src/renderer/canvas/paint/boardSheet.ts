import type { BoardRect } from './boardCover.ts'

/** A canvas for drawings of one size. It stands in the page before it is needed, and is hidden and shown in a way that needs no painting. */
export class BoardSheet {
  readonly element = document.createElement('canvas')
  /** What its size and place in the page were set for. */
  #placedFor = ''

  constructor() {
    this.element.className = 'absolute max-w-none will-change-[opacity]'
    this.hide()
  }

  /** Shows a drawing, which is given away. */
  put(bitmap: ImageBitmap, { x, y, width, height }: BoardRect, ratio: number): void {
    const { element } = this
    const place = [x, y, width, height, ratio].join()
    if (place !== this.#placedFor) {
      this.#placedFor = place
      element.width = width
      element.height = height
      const css = { left: x, top: y, width, height }
      for (const [name, px] of Object.entries(css)) element.style.setProperty(name, `${px / ratio}px`)
    }
    element.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap)
    element.style.opacity = '1'
  }

  hide(): void {
    this.element.style.opacity = '0'
  }
}
