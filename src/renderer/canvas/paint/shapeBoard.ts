import type { Shape } from '../../../shared/model/shape.ts'
import { sameLook, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import { samePlace, sameSize, type FrameView } from './frame.ts'
import { ShapesAhead } from './shapesAhead.ts'
import { SceneSender, type FromShapeWorker, type ToShapeWorker } from './shapeScene.ts'

/** CSS pixels around the viewport that are drawn as well, so that panning a little uncovers nothing; with less than the second left, more is drawn. */
const marginPx = 128
const enoughPx = 64
/** A drawing stretched less than this stands in until the camera rests. */
const mostStretch = 2
const restMs = 90
/** While the camera moves, a new drawing is begun this long after the last one at the earliest: the frames themselves come first. */
const paceMs = 80

/** What is wanted on the board. */
interface Wish {
  /** The viewport, without margin. */
  readonly view: FrameView
  readonly look: ShapeLook
  readonly hidden: readonly number[]
  readonly scene: number
}

interface Drawing extends Wish {
  readonly shapes: ReadonlyMap<Shape, unknown>
}

const sameList = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i])

/**
 * Many shapes on a canvas of their own, drawn by a thread. While the camera moves the last drawing is moved and stretched with it; one that is
 * exact follows when the camera rests, or at once when the last one no longer covers the viewport or shows other shapes.
 */
export class ShapeBoard {
  readonly canvas = document.createElement('canvas')
  readonly #worker = new Worker(new URL('./shapes.worker.ts', import.meta.url), { type: 'module' })
  readonly #sender = new SceneSender()
  readonly #ahead = new ShapesAhead()
  readonly #onDrawn: () => void
  #scene = 0
  #drawn: readonly DrawnShape[] = []
  #wish: Wish | null = null
  #underWay: Drawing | null = null
  /** Begun for a picture that is no longer open. */
  #outdated: Drawing | null = null
  #shown: Drawing | null = null
  #drawnAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `onDrawn`: a new drawing stands on the board. `onBroken`: the thread died, there will be none. */
  constructor(onDrawn: () => void, onBroken: () => void) {
    this.#onDrawn = onDrawn
    this.canvas.className = 'absolute top-0 left-0 origin-top-left will-change-transform'
    this.#worker.onmessage = ({ data }: MessageEvent<FromShapeWorker>) => this.#take(data)
    this.#worker.onerror = onBroken
  }

  /** Shapes the board shows now; null: nothing of the present picture. */
  get shown(): ReadonlyMap<Shape, unknown> | null {
    return this.#shown?.shapes ?? null
  }

  /** True when what stands on the board is exactly what is wanted. */
  get settled(): boolean {
    return this.#wish === null || (this.#shown !== null && this.#isAnswer(this.#shown, this.#wish))
  }

  setShapes(drawn: readonly DrawnShape[]): void {
    const { message, transfer } = this.#sender.message(drawn)
    this.#post(message, transfer)
    this.#drawn = drawn
    this.#scene++
  }

  /** Draws what will probably be asked for when another picture is opened, without margin as seen by `view`. */
  prepare(drawn: readonly DrawnShape[], view: FrameView, look: ShapeLook): void {
    const id = this.#ahead.add(drawn, view, look)
    if (id === null) return
    const { message, transfer } = new SceneSender().message(drawn)
    this.#post({ type: 'ahead', id, scene: message, draw: { type: 'draw', view: withMargin(view), look, hidden: [] } }, transfer)
  }

  /** Another picture, or nothing to draw: the old drawing goes. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#wish = null
    this.#shown = null
    this.#outdated = this.#underWay
    this.canvas.style.visibility = 'hidden'
  }

  show(view: FrameView, look: ShapeLook, hidden: readonly number[]): void {
    this.#wish = { view, look, hidden, scene: this.#scene }
    clearTimeout(this.#timer)
    const ready = this.#shown || hidden.length > 0 ? null : this.#ahead.take(this.#drawn, view, look)
    if (ready) this.#put(ready, { ...this.#wish, shapes: this.#sender.known })
    this.#stretch()
    if (this.settled || this.#underWay) return
    const waitMs = this.#waitMs(this.#wish)
    if (waitMs > 0) this.#timer = setTimeout(() => this.#start(), waitMs)
    else this.#start()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#ahead.close()
    this.#worker.terminate()
    this.canvas.remove()
  }

  #isAnswer(drawing: Drawing, wish: Wish): boolean {
    return this.#hasContent(drawing, wish) && samePlace(drawing.view, wish.view)
  }

  #hasContent(drawing: Drawing, wish: Wish): boolean {
    return (
      drawing.scene === wish.scene &&
      sameSize(drawing.view, wish.view) &&
      sameLook(drawing.look, wish.look) &&
      sameList(drawing.hidden, wish.hidden)
    )
  }

  /** Where only the camera moved the old drawing will do for a while, for longer when it still covers the viewport without being stretched much. */
  #waitMs(wish: Wish): number {
    const shown = this.#shown
    if (!shown || !this.#hasContent(shown, wish)) return 0
    const { k, x, y } = placed(shown.view, wish.view)
    const { width, height, ratio } = wish.view
    const [margin, enough] = [marginPx * ratio * k, enoughPx * ratio]
    const covers =
      x - margin <= -enough &&
      y - margin <= -enough &&
      x + width * k + margin >= width + enough &&
      y + height * k + margin >= height + enough
    return covers && k < mostStretch && k > 1 / mostStretch ? restMs : this.#drawnAt + paceMs - performance.now()
  }

  #start(): void {
    const wish = this.#wish
    if (!wish) return
    this.#underWay = { ...wish, shapes: this.#sender.known }
    this.#post({ type: 'draw', view: withMargin(wish.view), look: wish.look, hidden: wish.hidden }, [])
  }

  #post(message: ToShapeWorker, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer)
  }

  #take({ bitmap, ahead }: FromShapeWorker): void {
    if (ahead !== null) {
      this.#ahead.drawn(ahead, bitmap)
      return
    }
    const drawing = this.#underWay
    this.#underWay = null
    const wish = this.#wish
    const current = drawing !== null && drawing !== this.#outdated && wish !== null
    this.#outdated = null
    if (current) this.#put(bitmap, drawing)
    else bitmap.close()
    if (wish) this.show(wish.view, wish.look, wish.hidden)
    if (current) this.#onDrawn()
  }

  #put(bitmap: ImageBitmap, drawing: Drawing): void {
    const { canvas } = this
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width
      canvas.height = bitmap.height
    }
    canvas.style.width = `${bitmap.width / drawing.view.ratio}px`
    canvas.style.height = `${bitmap.height / drawing.view.ratio}px`
    canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap)
    this.#shown = drawing
    this.#drawnAt = performance.now()
  }

  /** Until the new drawing is there, the old one stands where its shapes belong. */
  #stretch(): void {
    const { style } = this.canvas
    const [shown, wish] = [this.#shown, this.#wish]
    style.visibility = shown && wish ? '' : 'hidden'
    if (!shown || !wish) return
    const { k, x, y } = placed(shown.view, wish.view)
    const { ratio } = wish.view
    const margin = Math.round(marginPx * shown.view.ratio)
    // Moved by whole device pixels, lines stay as sharp as they were drawn.
    const [left, top] = [x - margin * k, y - margin * k].map((at) => (k === 1 ? Math.round(at) : at) / ratio)
    style.transform = `matrix(${k}, 0, 0, ${k}, ${left}, ${top})`
  }
}

function withMargin(view: FrameView): FrameView {
  const margin = Math.round(marginPx * view.ratio)
  const { offsetX, offsetY, width, height } = view
  return { ...view, offsetX: offsetX + margin, offsetY: offsetY + margin, width: width + 2 * margin, height: height + 2 * margin }
}

/** Where the upper left corner of one view lies in another (device pixels), and how much larger it is there. */
function placed(old: FrameView, now: FrameView): { readonly k: number; readonly x: number; readonly y: number } {
  const k = now.scale / old.scale
  return { k, x: now.offsetX - old.offsetX * k, y: now.offsetY - old.offsetY * k }
}
