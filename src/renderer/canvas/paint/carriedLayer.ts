import { movedOften } from '../movedOften.ts'
import { mostStretch, placed } from './boardCover.ts'
import { sameSize, type FrameView } from './frame.ts'

const restMs = 90

/** A canvas whose drawing moves and stretches with the camera, so that a frame costs no drawing; it is drawn again when the camera rests. */
export class CarriedLayer {
  readonly #canvas: HTMLCanvasElement
  readonly #rested: () => void
  #drawnFor: FrameView | null = null
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

  /** It is drawn for this view now. */
  drawn(view: FrameView): void {
    clearTimeout(this.#timer)
    this.#drawnFor = view
    if (this.#isMoved) this.#canvas.style.transform = ''
    this.#isMoved = false
  }

  /** Puts the drawing where this view has what it shows; what lay outside of it comes when the camera rests. False: it would be stretched too far. */
  carry(view: FrameView): boolean {
    const from = this.#drawnFor
    if (!from || !sameSize(from, view)) return false
    const { k, x, y } = placed(from, view)
    if (k > mostStretch || k < 1 / mostStretch) return false
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
