import type { Shape } from '../../../shared/model/shape.ts'
import { movedOften } from '../movedOften.ts'
import { sameLook, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import {
  carriedOver,
  coverOf,
  covers,
  coversAll,
  coversStretched,
  coversWell,
  further,
  isShifted,
  mostStretch,
  pieceView,
  placed,
  shifted,
} from './boardCover.ts'
import { BoardSheet } from './boardSheet.ts'
import { samePlace, sameSize, visibleIn, type FrameView } from './frame.ts'
import { namesFit } from './shapeLayer.ts'
import { ShapesAhead } from './shapesAhead.ts'
import { SceneSender, type FromShapeWorker, type ToShapeWorker } from './shapeScene.ts'

const restMs = 90
/** When nothing happens for this long, more is drawn than is seen: what arrives while the camera moves takes time from its frames. */
const idleMs = 1_500
/** While the camera moves, a new drawing is begun this long after the last one at the earliest, and twice as long as that one took: the frames come first. */
const pace = { leastMs: 80, share: 2 }
/** Scales that follow each other faster than this are one zoom. */
const zoomMs = 250

/** What is wanted on the board. */
interface Wish {
  /** The viewport, without margin. */
  readonly view: FrameView
  readonly look: ShapeLook
  readonly hidden: readonly number[]
  readonly scene: number
}

interface Drawing extends Wish {
  readonly id: number
  readonly shapes: ReadonlyMap<Shape, unknown>
  /** It has more room around the viewport than one has at first. */
  readonly wide: boolean
}

/** What the thread is asked for. */
interface Order {
  readonly drawing: Omit<Drawing, 'id'>
  /** A drawing of the same, elsewhere. */
  readonly from: Drawing | null
  /** What is shown will do until it is there. */
  readonly paced: boolean
  readonly waitMs: number
}

interface UnderWay {
  readonly drawing: Drawing
  readonly begunAt: number
  paced: boolean
}

const coverIn = ({ view, wide }: Pick<Drawing, 'view' | 'wide'>) => coverOf(view, wide)

/** Names are drawn where there is room for those of all that is drawn at first. */
const lookIn = (view: FrameView, drawn: readonly DrawnShape[], look: ShapeLook): ShapeLook =>
  look.names && !namesFit(drawn, visibleIn(pieceView(view, coverOf(view, false)))) ? { ...look, names: false } : look

const sameList = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, i) => value === b[i])

/**
 * Many shapes on a board of their own, drawn by a thread. While the camera moves the last drawing is moved and stretched with it. One that was only moved
 * stays exact, and is drawn on where it ends; otherwise another one follows when the camera rests, or at once when the last one no longer covers the
 * viewport or shows other shapes. While somebody zooms out that one is seen from further away: drawn as seen, it would be too small again as soon as it is there.
 */
export class ShapeBoard {
  readonly element = document.createElement('div')
  /** One for each size of a drawing, so that the browser paints no page and takes no memory when another one arrives. */
  readonly #sheets = { first: new BoardSheet(), wide: new BoardSheet() }
  readonly #worker = new Worker(new URL('./shapes.worker.ts', import.meta.url), { type: 'module' })
  readonly #sender = new SceneSender()
  readonly #ahead = new ShapesAhead()
  readonly #onDrawn: () => void
  #scene = 0
  #lastId = 0
  #drawn: readonly DrawnShape[] = []
  #wish: Wish | null = null
  #underWay: UnderWay | null = null
  /** Begun for a picture that is no longer open. */
  #outdated: UnderWay | null = null
  #shown: Drawing | null = null
  /** While the camera moves, no drawing is begun before. */
  #paceUntil = 0
  #scaledAt = -Infinity
  /** The last two scales followed each other fast. */
  #zooms = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `onDrawn`: a new drawing stands on the board. `onBroken`: the thread died, there will be none. */
  constructor(onDrawn: () => void, onBroken: () => void) {
    this.#onDrawn = onDrawn
    this.element.className = 'absolute top-0 left-0'
    movedOften(this.element)
    this.element.append(this.#sheets.first.element, this.#sheets.wide.element)
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
    const id = ++this.#lastId
    if (!this.#ahead.add(id, drawn, view, look)) return
    const { message, transfer } = new SceneSender().message(drawn)
    const cover = coverOf(view, false)
    this.#post(
      { type: 'ahead', scene: message, draw: { type: 'draw', id, view, cover, from: null, look, hidden: [], paced: false } },
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
    if (this.#wish && this.#wish.view.scale !== view.scale) this.#scaled()
    this.#wish = { view, look, hidden, scene: this.#scene }
    clearTimeout(this.#timer)
    const ready = this.#shown || hidden.length > 0 ? null : this.#ahead.take(this.#drawn, view, look)
    if (ready) this.#put(ready.bitmap, { ...this.#wish, id: ready.id, shapes: this.#sender.known, wide: false })
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
    return this.#hasContent(drawing, wish) && this.#isExact(drawing, wish) && covers(coverIn(drawing), drawing.view, wish.view)
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
  #next(wish: Wish): Order | null {
    const { view } = wish
    const shown = this.#shown
    const another = { drawing: { ...wish, shapes: this.#sender.known, wide: false }, from: null, paced: false }
    if (!shown || !this.#hasContent(shown, wish)) return { ...another, waitMs: 0 }
    const cover = coverIn(shown)
    if (this.#isExact(shown, wish)) {
      const all = coversAll(cover, shown.view, view)
      if (all && (shown.wide || shown.look.names)) return null
      const waitMs = all ? idleMs : coversWell(cover, shown.view, view) ? restMs : 0
      const paced = waitMs === 0 && covers(cover, shown.view, view)
      const drawing = { ...shown, view: shifted(shown.view, view), wide: true }
      if (!shown.look.names) return { drawing, from: shown, paced, waitMs }
    }
    const k = view.scale / shown.view.scale
    const stretches = coversStretched(cover, shown.view, view) && k < mostStretch && k > 1 / mostStretch
    if (stretches) return { ...another, waitMs: restMs }
    const drawing = k < 1 && this.#zooms ? { ...another.drawing, view: further(view) } : another.drawing
    return { ...another, drawing, waitMs: this.#paceUntil - performance.now() }
  }

  #scaled(): void {
    const now = performance.now()
    this.#zooms = now - this.#scaledAt < zoomMs
    this.#scaledAt = now
  }

  #start({ drawing, from, paced }: Order): void {
    const id = ++this.#lastId
    const { view, look, hidden } = drawing
    this.#underWay = { drawing: { ...drawing, id }, begunAt: performance.now(), paced }
    const known = from && { id: from.id, cover: carriedOver(coverIn(from), from.view, view) }
    this.#post({ type: 'draw', id, view, cover: coverIn(drawing), from: known, look, hidden, paced }, [])
    if (paced) this.#timer = setTimeout(() => this.#hurry(), restMs)
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

  #take({ id, bitmap, ahead }: FromShapeWorker): void {
    if (ahead) {
      this.#ahead.drawn(id, bitmap)
      return
    }
    const answered = this.#underWay
    this.#underWay = null
    const wish = this.#wish
    const current = answered !== null && answered !== this.#outdated && wish !== null
    this.#outdated = null
    if (current) {
      this.#put(bitmap, answered.drawing)
      const now = performance.now()
      this.#paceUntil = now + Math.max(pace.leastMs, pace.share * (now - answered.begunAt))
    } else bitmap.close()
    if (wish) this.show(wish.view, wish.look, wish.hidden)
    if (current) this.#onDrawn()
  }

  /** Shows a drawing in place of the last one. */
  #put(bitmap: ImageBitmap, drawing: Drawing): void {
    const { first, wide } = this.#sheets
    const [shows, rests] = drawing.wide ? [wide, first] : [first, wide]
    shows.put(bitmap, coverIn(drawing), drawing.view.ratio)
    rests.hide()
    this.#shown = drawing
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
