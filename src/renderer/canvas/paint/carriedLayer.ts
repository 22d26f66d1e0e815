import { movedOften } from '../movedOften.ts'
import { placed } from './boardCover.ts'
import { sameSize, type FrameView } from './frame.ts'

const restMs = 90
/** Stretched more than this, lines are too thick or too thin. */
const mostStretch = 2

/** A canvas whose drawing moves and stretches with the camera, so that a frame costs no drawing; it is drawn again when the camera rests. */
export class CarriedLayer {
  readonly #canvas: HTMLCanvasElement
  readonly #rested: () => void
  #drawnFor: FrameView | null = null
  #isWhole = false
  #isMoved = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `rested`: it should be drawn again, for the camera moves no more. */
  constructor(canvas: HTMLCanvasElement, rested: () => void) {
    this.#canvas = canvas
    this.#rested = rested
    movedOften(canvas)
  }

  /** The old drawing stands for a new one. */
  get isMoved(): boolean {
    return this.#isMoved
  }

  /** It is drawn for this view now; `whole`: nothing of what it shows is cut off at the edges of the viewport. */
  drawn(view: FrameView, whole: boolean): void {
    clearTimeout(this.#timer)
    this.#drawnFor = view
    this.#isWhole = whole
    if (this.#isMoved) this.#canvas.style.transform = ''
    this.#isMoved = false
  }

  /** Puts the drawing where this view has what it shows. False: it would be stretched too far, or show where it was cut off. */
  carry(view: FrameView): boolean {
    const from = this.#drawnFor
    if (!from || !sameSize(from, view)) return false
    const { k, x, y } = placed(from, view)
    if (k > mostStretch || k < 1 / mostStretch) return false
    const fills = x <= 0 && y <= 0 && x + view.width * k >= view.width && y + view.height * k >= view.height
    if (!this.#isWhole && !fills) return false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#rested, restMs)
    this.#canvas.style.transform = `matrix(${k}, 0, 0, ${k}, ${x / view.ratio}, ${y / view.ratio})`
    this.#isMoved = true
    return true
  }

  close(): void {
    clearTimeout(this.#timer)
  }
}
