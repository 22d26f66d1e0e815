import type { Shape } from '../../../shared/model/shape.ts'
import { movedOften } from '../movedOften.ts'
import { sameLook, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import {
  covers,
  coversAll,
  coversStretched,
  coversWell,
  extended,
  firstCover,
  isShifted,
  mostStretch,
  pieceView,
  placed,
  strips,
  type BoardRect,
} from './boardCover.ts'
import { samePlace, sameSize, visibleIn, type FrameView } from './frame.ts'
import { namesFit } from './shapeLayer.ts'
import { ShapesAhead } from './shapesAhead.ts'
import { SceneSender, type FromShapeWorker, type ToShapeWorker } from './shapeScene.ts'

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
  /** What is drawn of it, in one piece and the strips that were added. */
  readonly cover: BoardRect
}

/** What the thread was asked for: a drawing, or more of the one that is shown. */
interface UnderWay {
  readonly drawing: Drawing
  readonly pieces: readonly BoardRect[]
  readonly extends: Drawing | null
  /** What is shown will do until it is there. */
  paced: boolean
}

/** Names are drawn where there is room for those of all that is drawn at first. */
const lookIn = (view: FrameView, drawn: readonly DrawnShape[], look: ShapeLook): ShapeLook =>
  look.names && !namesFit(drawn, visibleIn(pieceView(view, firstCover(view)))) ? { ...look, names: false } : look

const sameList = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i])

/**
 * Many shapes on a board of their own, drawn by a thread. While the camera moves the last drawing is moved and stretched with it. One that was only moved
 * stays exact, and strips are added where it ends; otherwise another one follows when the camera rests, or at once when the last one no longer covers the
 * viewport or shows other shapes.
 */
export class ShapeBoard {
  readonly element = document.createElement('div')
  readonly #canvases: HTMLCanvasElement[] = []
  readonly #worker = new Worker(new URL('./shapes.worker.ts', import.meta.url), { type: 'module' })
  readonly #sender = new SceneSender()
  readonly #ahead = new ShapesAhead()
  readonly #onDrawn: () => void
  #scene = 0
  #drawn: readonly DrawnShape[] = []
  #wish: Wish | null = null
  #underWay: UnderWay | null = null
  /** Begun for a picture that is no longer open. */
  #outdated: UnderWay | null = null
  #shown: Drawing | null = null
  #drawnAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `onDrawn`: a new drawing stands on the board. `onBroken`: the thread died, there will be none. */
  constructor(onDrawn: () => void, onBroken: () => void) {
    this.#onDrawn = onDrawn
    this.element.className = 'absolute top-0 left-0'
    movedOften(this.element)
    this.element.setAttribute('aria-hidden', 'true')
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
  prepare(drawn: readonly DrawnShape[], view: FrameView, wanted: ShapeLook): void {
    const look = lookIn(view, drawn, wanted)
    const id = this.#ahead.add(drawn, view, look)
    if (id === null) return
    const { message, transfer } = new SceneSender().message(drawn)
    this.#post(
      { type: 'ahead', id, scene: message, draw: { type: 'draw', view, pieces: [firstCover(view)], look, hidden: [], paced: false } },
      transfer,
    )
  }

  /** Another picture, or nothing to draw: the old drawing goes. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#wish = null
    this.#shown = null
    this.#outdated = this.#underWay
    this.#hurry()
    this.element.style.visibility = 'hidden'
  }

  show(view: FrameView, wanted: ShapeLook, hidden: readonly number[]): void {
    const look = lookIn(view, this.#drawn, wanted)
    this.#wish = { view, look, hidden, scene: this.#scene }
    clearTimeout(this.#timer)
    const ready = this.#shown || hidden.length > 0 ? null : this.#ahead.take(this.#drawn, view, look)
    if (ready) this.#put([ready], [firstCover(view)], { ...this.#wish, shapes: this.#sender.known, cover: firstCover(view) })
    this.#stretch()
    if (this.#underWay?.paced) {
      if (this.settled) this.#timer = setTimeout(() => this.#hurry(), restMs)
      else this.#hurry()
    }
    const next = this.#underWay ? null : this.#next(this.#wish)
    if (!next) return
    if (next.waitMs > 0) this.#timer = setTimeout(() => this.#start(next), next.waitMs)
    else this.#start(next)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#ahead.close()
    this.#worker.terminate()
    this.element.remove()
  }

  /** Names are placed by the viewport: they are exact where they were drawn, and nowhere else. */
  #isExact({ view, look }: Drawing, wish: Wish): boolean {
    return look.names ? samePlace(view, wish.view) : isShifted(view, wish.view)
  }

  #isAnswer(drawing: Drawing, wish: Wish): boolean {
    return this.#hasContent(drawing, wish) && this.#isExact(drawing, wish) && covers(drawing.cover, drawing.view, wish.view)
  }

  #hasContent(drawing: Drawing, wish: Wish): boolean {
    return (
      drawing.scene === wish.scene &&
      sameSize(drawing.view, wish.view) &&
      sameLook(drawing.look, wish.look) &&
      sameList(drawing.hidden, wish.hidden)
    )
  }

  /** What to ask for next, and when: where only the camera moved the old drawing will do for a while. Null: there is all that is wanted. */
  #next(wish: Wish): (UnderWay & { readonly waitMs: number }) | null {
    const { view } = wish
    const shown = this.#shown
    const cover = firstCover(view)
    const another = { drawing: { ...wish, shapes: this.#sender.known, cover }, pieces: [cover], extends: null, paced: false }
    if (!shown || !this.#hasContent(shown, wish)) return { ...another, waitMs: 0 }
    if (this.#isExact(shown, wish)) {
      if (coversAll(shown.cover, shown.view, view)) return null
      const grown = shown.look.names ? null : extended(shown.cover, shown.view, view)
      const waitMs = coversWell(shown.cover, shown.view, view) ? restMs : 0
      const paced = waitMs === 0 && covers(shown.cover, shown.view, view)
      if (grown) return { drawing: { ...shown, cover: grown }, pieces: strips(shown.cover, grown), extends: shown, paced, waitMs }
    }
    const k = view.scale / shown.view.scale
    const stretches = coversStretched(shown.cover, shown.view, view) && k < mostStretch && k > 1 / mostStretch
    return { ...another, waitMs: stretches ? restMs : this.#drawnAt + paceMs - performance.now() }
  }

  #start(next: UnderWay): void {
    this.#underWay = next
    const { view, look, hidden } = next.drawing
    this.#post({ type: 'draw', view, pieces: next.pieces, look, hidden, paced: next.paced }, [])
    if (next.paced) this.#timer = setTimeout(() => this.#hurry(), restMs)
  }

  /** What is under way takes all the time of its thread from now on. */
  #hurry(): void {
    if (!this.#underWay?.paced) return
    this.#underWay.paced = false
    this.#post({ type: 'hurry' }, [])
  }

  #post(message: ToShapeWorker, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer)
  }

  #take({ bitmaps, ahead }: FromShapeWorker): void {
    if (ahead !== null) {
      this.#ahead.drawn(ahead, bitmaps[0]!)
      return
    }
    const answered = this.#underWay
    this.#underWay = null
    const wish = this.#wish
    const current =
      answered !== null && answered !== this.#outdated && wish !== null && (!answered.extends || answered.extends === this.#shown)
    this.#outdated = null
    if (current) this.#put(bitmaps, answered.pieces, answered.drawing, answered.extends !== null)
    else for (const bitmap of bitmaps) bitmap.close()
    if (wish) this.show(wish.view, wish.look, wish.hidden)
    if (current) this.#onDrawn()
  }

  /** Shows pieces of a drawing, beside those that are shown of it or in place of another one. */
  #put(bitmaps: readonly ImageBitmap[], pieces: readonly BoardRect[], drawing: Drawing, beside = false): void {
    const free = beside ? [] : this.#canvases.splice(0)
    bitmaps.forEach((bitmap, i) => {
      const canvas = free.pop() ?? document.createElement('canvas')
      this.#canvases.push(canvas)
      const { x, y, width, height } = pieces[i]!
      const { ratio } = drawing.view
      if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
        canvas.width = bitmap.width
        canvas.height = bitmap.height
      }
      canvas.className = 'absolute max-w-none'
      Object.assign(canvas.style, {
        left: `${x / ratio}px`,
        top: `${y / ratio}px`,
        width: `${width / ratio}px`,
        height: `${height / ratio}px`,
      })
      canvas.getContext('bitmaprenderer')!.transferFromImageBitmap(bitmap)
      if (!canvas.isConnected) this.element.append(canvas)
    })
    for (const canvas of free) canvas.remove()
    this.#shown = drawing
    this.#drawnAt = performance.now()
  }

  /** Until the new drawing is there, the old one stands where its shapes belong. */
  #stretch(): void {
    const { style } = this.element
    const [shown, wish] = [this.#shown, this.#wish]
    style.visibility = shown && wish ? '' : 'hidden'
    if (!shown || !wish) return
    const { k, x, y } = placed(shown.view, wish.view)
    const { ratio } = wish.view
    // Moved by whole device pixels, lines stay as sharp as they were drawn.
    const [left, top] = [x, y].map((at) => (k === 1 ? Math.round(at) : at) / ratio)
    style.transform = `matrix(${k}, 0, 0, ${k}, ${left}, ${top})`
  }
}
