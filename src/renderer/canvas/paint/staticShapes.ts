import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import type { ImageSize } from '../../../shared/geometry/spaces.ts'
import { fitCamera } from '../engine/camera.ts'
import type { Editor } from '../engine/editor.ts'
import { isOnShow } from '../engine/look.ts'
import { byOrder } from '../engine/records.ts'
import { drawnRecords, drawnShape, sameDrawing, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import { viewOf, type Frame } from './frame.ts'
import { ShapeBoard } from './shapeBoard.ts'
import { drawShapes } from './shapeLayer.ts'
import type { PaintStyle } from './style.ts'

/** Up to here shapes are drawn on the spot, which is faster than asking another thread. */
const mostDirect = { shapes: 80, vertices: 2_400 }
/** New shapes stand over the board until it has them; of more than this at once that is not tried. */
const mostFresh = 200

const verticesOf = ({ shape }: DrawnShape): number =>
  shape.kind === 'polygon'
    ? shape.parts.reduce((sum, part) => sum + part.outer.length + part.holes.reduce((inner, hole) => inner + hole.length, 0), 0)
    : shape.kind === 'polyline'
      ? shape.points.length
      : shape.kind === 'mask'
        ? shape.rle.length
        : 4

const isFew = (drawn: readonly DrawnShape[]): boolean =>
  drawn.length <= mostDirect.shapes && drawn.reduce((sum, one) => sum + verticesOf(one), 0) <= mostDirect.vertices

const lookOf = ({ look }: Editor, { fontFamily }: PaintStyle): ShapeLook => ({
  fillOpacity: look.outline ? 0 : look.fillOpacity,
  names: look.names,
  fontFamily,
})

/** The shapes that no gesture is moving: a few are drawn on the layer's own canvas, many by a thread on a board beneath it. */
export class StaticShapes {
  readonly #before: HTMLElement
  readonly #changed: () => void
  #board: ShapeBoard | null = null
  #broken = false
  #records: readonly Annotation[] = []
  #drawn: readonly DrawnShape[] = []
  #fresh: readonly DrawnShape[] = []
  /** Places of what a gesture shows elsewhere. */
  #lifted: ReadonlySet<number> = new Set()
  #look: ShapeLook = { fillOpacity: 0, names: false, fontFamily: 'sans-serif' }
  #direct = true
  #stale = true

  /** `changed`: the layer should be drawn again. The board is put in `before` its canvas. */
  constructor(before: HTMLElement, changed: () => void) {
    this.#before = before
    this.#changed = changed
  }

  /** Records, look or colours are no longer what they were. */
  invalidate(): void {
    this.#stale = true
  }

  /** Another picture: what is drawn belongs to the last one. */
  reset(): void {
    this.#stale = true
    this.#board?.clear()
  }

  /** True when the next frame would show shapes of the present picture, however old. */
  get hasSomething(): boolean {
    return this.#direct || this.#board?.shown != null
  }

  /** True when all is drawn exactly. */
  get settled(): boolean {
    return this.#direct || this.#board?.settled === true
  }

  /** Asks for what the frame will need; `lifted` are drawn elsewhere. */
  update(editor: Editor, style: PaintStyle, lifted: ReadonlySet<Id>): void {
    if (this.#stale) this.#rebuild(editor, style)
    this.#lifted = new Set(lifted.size === 0 ? [] : this.#records.flatMap(({ id }, i) => (lifted.has(id) ? [i] : [])))
    this.#look = lookOf(editor, style)
    if (!this.#direct) this.#board?.show(viewOf(editor), this.#look, [...this.#lifted])
  }

  /** Draws the shapes of a picture that will probably be opened next, as they will be seen then. */
  prepare(editor: Editor, style: PaintStyle, image: ImageSize, records: readonly Annotation[]): void {
    if (this.#broken) return
    const painted = [...records].sort(byOrder).filter((record) => isOnShow(editor.look, record))
    const drawn = drawnRecords(editor, painted).map((record) => drawnShape(editor, style, record))
    if (isFew(drawn)) return
    this.#board ??= this.#newBoard()
    this.#board.prepare(drawn, viewOf({ view: editor.view, camera: fitCamera(editor.view, image) }), lookOf(editor, style))
  }

  get drawsHere(): boolean {
    return (this.#direct ? this.#drawn : this.#fresh).length > 0
  }

  /** What is drawn here and not on the board. */
  draw(frame: Frame): void {
    const all = this.#direct ? this.#drawn : this.#fresh
    const shown = this.#lifted.size === 0 ? all : all.filter((one) => !this.#lifted.has(this.#drawn.indexOf(one)))
    drawShapes(frame, shown, { ...this.#look, names: this.#look.names && this.#direct })
  }

  close(): void {
    this.#board?.close()
  }

  #rebuild(editor: Editor, style: PaintStyle): void {
    this.#stale = false
    this.#records = drawnRecords(editor, editor.painted())
    const drawn = this.#records.map((record) => drawnShape(editor, style, record))
    // The host's answer to a change gives records other revisions, and nothing else.
    const same = !this.#direct && sameDrawing(drawn, this.#drawn)
    this.#drawn = drawn
    this.#direct = this.#broken || isFew(this.#drawn)
    if (this.#direct) {
      this.#board?.clear()
      return
    }
    this.#board ??= this.#newBoard()
    if (!same) this.#board.setShapes(this.#drawn)
    this.#refreshFresh(this.#board.shown)
  }

  #refreshFresh(shown: ReadonlyMap<Shape, unknown> | null): void {
    const fresh = shown === null ? [] : this.#drawn.filter(({ shape }) => !shown.has(shape))
    this.#fresh = fresh.length > mostFresh ? [] : fresh
  }

  #newBoard(): ShapeBoard {
    const board = new ShapeBoard(
      () => {
        this.#refreshFresh(board.shown)
        this.#changed()
      },
      () => {
        // Without the thread everything is drawn here: slower, and complete.
        board.close()
        this.#board = null
        this.#broken = true
        this.#stale = true
        this.#changed()
      },
    )
    this.#before.before(board.element)
    return board
  }
}
