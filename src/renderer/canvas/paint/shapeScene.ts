import type { Shape } from '../../../shared/model/shape.ts'
import { extentOf, outlinePx, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import { pieceView, type BoardRect } from './boardCover.ts'
import { visibleIn, type Context2D, type Frame, type FrameView } from './frame.ts'
import { buffersOf, packShapes, unpackShapes, type PackedShapes } from './packedShapes.ts'
import { drawShapes } from './shapeLayer.ts'

/** All shapes at rest, in painter's order; only those that are new travel whole. */
export interface SceneMessage {
  readonly type: 'scene'
  readonly added: PackedShapes
  readonly addedKeys: Uint32Array<ArrayBuffer>
  readonly droppedKeys: Uint32Array<ArrayBuffer>
  readonly keys: Uint32Array<ArrayBuffer>
  /** 0xRRGGBB. */
  readonly colors: Uint32Array<ArrayBuffer>
  /** Places in `nameList`. */
  readonly names: Uint16Array<ArrayBuffer>
  readonly nameList: readonly string[]
  /** 1: dimmed, 2: chosen, 4: hatched. */
  readonly flags: Uint8Array<ArrayBuffer>
}

export interface DrawMessage {
  readonly type: 'draw'
  readonly id: number
  readonly view: FrameView
  /** What of the plane of the drawing is wanted. */
  readonly cover: BoardRect
  /** A drawing that shows the same shapes, and where it lies in the plane of this one: what both cover need not be drawn again. */
  readonly from: { readonly id: number; readonly cover: BoardRect } | null
  readonly look: ShapeLook
  /** Places in the scene of what a gesture shows elsewhere. */
  readonly hidden: readonly number[]
  /** The camera moves, and what there is will do for a while: the frames come first. */
  readonly paced: boolean
}

/** What is being drawn is waited for now. */
export interface HurryMessage {
  readonly type: 'hurry'
}

/** A scene of its own, drawn once and forgotten. */
export interface AheadMessage {
  readonly type: 'ahead'
  readonly scene: SceneMessage
  readonly draw: DrawMessage
}

export type ToShapeWorker = SceneMessage | DrawMessage | AheadMessage | HurryMessage
export interface FromShapeWorker {
  readonly id: number
  readonly bitmap: ImageBitmap
  /** It was drawn ahead. */
  readonly ahead: boolean
}

/** Knows what the other side has, so that a change sends little. */
export class SceneSender {
  #known: ReadonlyMap<Shape, number> = new Map()
  #nextKey = 0

  /** Shapes of the last message. */
  get known(): ReadonlyMap<Shape, unknown> {
    return this.#known
  }

  message(drawn: readonly DrawnShape[]): { readonly message: SceneMessage; readonly transfer: ArrayBuffer[] } {
    const known = new Map<Shape, number>()
    const added: Shape[] = []
    const addedKeys: number[] = []
    const names = new Map<string, number>()
    const colorOf = new Map<string, number>()
    const keys = new Uint32Array(drawn.length)
    const colors = new Uint32Array(drawn.length)
    const nameOf = new Uint16Array(drawn.length)
    const flags = new Uint8Array(drawn.length)
    for (let i = 0; i < drawn.length; i++) {
      const { shape, color, name, dimmed, chosen, hatched } = drawn[i]!
      let key = this.#known.get(shape) ?? known.get(shape)
      if (key === undefined) {
        key = this.#nextKey++
        added.push(shape)
        addedKeys.push(key)
      }
      known.set(shape, key)
      keys[i] = key
      colors[i] = numbered(colorOf, color, () => Number.parseInt(color.slice(1), 16))
      nameOf[i] = numbered(names, name, () => names.size)
      flags[i] = (dimmed ? 1 : 0) | (chosen ? 2 : 0) | (hatched ? 4 : 0)
    }
    const dropped: number[] = []
    // Where nothing went away there are as many as before and those that are new.
    if (known.size !== this.#known.size + added.length) for (const [shape, key] of this.#known) if (!known.has(shape)) dropped.push(key)
    this.#known = known
    const packed = packShapes(added)
    const message: SceneMessage = {
      type: 'scene',
      added: packed,
      addedKeys: Uint32Array.from(addedKeys),
      droppedKeys: Uint32Array.from(dropped),
      keys,
      colors,
      names: nameOf,
      nameList: [...names.keys()],
      flags,
    }
    return { message, transfer: [...buffersOf(packed), keys.buffer, colors.buffer, nameOf.buffer, flags.buffer] }
  }
}

function numbered(known: Map<string, number>, text: string, number: () => number): number {
  let found = known.get(text)
  if (found === undefined) known.set(text, (found = number()))
  return found
}

const hexOf = (color: number): string => `#${color.toString(16).padStart(6, '0')}`

/** The other side: shapes by key, and what was last to be drawn. */
export class SceneReceiver {
  readonly #shapes = new Map<number, Shape>()
  /** How each was drawn last. */
  readonly #last = new Map<number, DrawnShape>()
  #drawn: readonly DrawnShape[] = []

  get drawn(): readonly DrawnShape[] {
    return this.#drawn
  }

  take({ added, addedKeys, droppedKeys, keys, colors, names, nameList, flags }: SceneMessage): void {
    for (const key of droppedKeys) {
      this.#shapes.delete(key)
      this.#last.delete(key)
    }
    for (const [i, shape] of unpackShapes(added).entries()) this.#shapes.set(addedKeys[i]!, shape)
    const hex = new Map<number, string>()
    const colorOf = (color: number): string => {
      let text = hex.get(color)
      if (text === undefined) hex.set(color, (text = hexOf(color)))
      return text
    }
    this.#drawn = Array.from(keys, (key, i): DrawnShape => {
      const color = colorOf(colors[i]!)
      const name = nameList[names[i]!]!
      const [dimmed, chosen, hatched] = [(flags[i]! & 1) !== 0, (flags[i]! & 2) !== 0, (flags[i]! & 4) !== 0]
      const last = this.#last.get(key)
      if (
        last &&
        last.color === color &&
        last.name === name &&
        last.dimmed === dimmed &&
        last.chosen === chosen &&
        last.hatched === hatched
      )
        return last
      const shape = this.#shapes.get(key)!
      const drawn = { shape, bounds: extentOf(shape), color, name, dimmed, chosen, hatched }
      this.#last.set(key, drawn)
      return drawn
    })
  }

  draw(context: Context2D, { view, look, hidden }: Pick<DrawMessage, 'view' | 'look' | 'hidden'>, piece: BoardRect): void {
    const within = pieceView(view, piece)
    const frame: Frame = { context, ...within, visible: visibleIn(within, outlinePx * view.ratio) }
    const without = new Set(hidden)
    const shapes = without.size === 0 ? this.#drawn : this.#drawn.filter((_, i) => !without.has(i))
    drawShapes(frame, shapes, look)
  }
}
