import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { movedOften } from '../movedOften.ts'
import type { FrameView } from './frame.ts'

/** Left, top, width, height in CSS pixels. */
type Line = readonly [left: number, top: number, width: number, height: number]

/** A hairline around the picture, so that its end is seen whatever colour it has there; four elements which the browser moves and stretches. */
export class PictureRim {
  readonly #lines: readonly HTMLElement[]

  constructor(stage: HTMLElement) {
    this.#lines = Array.from({ length: 4 }, () => {
      const line = document.createElement('div')
      line.className = 'absolute top-0 left-0 size-px'
      line.style.backgroundColor = 'rgb(128 128 128 / 70%)'
      line.dataset['rim'] = ''
      line.setAttribute('aria-hidden', 'true')
      line.hidden = true
      movedOften(line)
      stage.after(line)
      return line
    })
  }

  /** Null: there is no picture. */
  place(view: FrameView, size: ImageSize | null): void {
    const lines = size && linesAround(view, size)
    this.#lines.forEach((element, i) => {
      const line = lines?.[i]
      element.hidden = line === undefined
      if (line) element.style.transform = `matrix(${line[2]}, 0, 0, ${line[3]}, ${line[0]}, ${line[1]})`
    })
  }

  dispose(): void {
    for (const line of this.#lines) line.remove()
  }
}

/** Outside of the picture's pixels, no longer than what is seen; lines out of sight lie at the very edge of it. */
function linesAround({ scale, offsetX, offsetY, ratio, width, height }: FrameView, size: ImageSize): Line[] {
  const within = (position: number, most: number) => Math.min(most + 1, Math.max(-2, Math.round(position))) / ratio
  const x0 = within(offsetX, width)
  const y0 = within(offsetY, height)
  const x1 = within(offsetX + size.width * scale, width)
  const y1 = within(offsetY + size.height * scale, height)
  return [
    [x0 - 1, y0 - 1, x1 - x0 + 2, 1],
    [x0 - 1, y1, x1 - x0 + 2, 1],
    [x0 - 1, y0, 1, y1 - y0],
    [x1, y0, 1, y1 - y0],
  ]
}
