import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Shape } from '../../../shared/model/shape.ts'
import { extentOf, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import type { Context2D, Frame, FrameView } from './frame.ts'
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
  readonly view: FrameView
  readonly look: ShapeLook
  /** Places in the scene of what a gesture shows elsewhere. */
  readonly hidden: readonly number[]
}

/** A scene of its own, drawn once and forgotten. */
export interface AheadMessage {
  readonly type: 'ahead'
  readonly id: number
  readonly scene: SceneMessage
  readonly draw: DrawMessage
}

export type ToShapeWorker = SceneMessage | DrawMessage | AheadMessage
export interface FromShapeWorker {
  readonly bitmap: ImageBitmap
  /** Which drawing ahead it is; null: of the scene. */
  readonly ahead: number | null
}

const visibleIn = ({ scale, offsetX, offsetY, width, height }: FrameView): Bounds => ({
  minX: -offsetX / scale,
  minY: -offsetY / scale,
  maxX: (width - offsetX) / scale,
  maxY: (height - offsetY) / scale,
})

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
    const keys = new Uint32Array(drawn.length)
    const colors = new Uint32Array(drawn.length)
    const nameOf = new Uint16Array(drawn.length)
    const flags = new Uint8Array(drawn.length)
    for (const [i, { shape, color, name, dimmed, chosen, hatched }] of drawn.entries()) {
      let key = known.get(shape) ?? this.#known.get(shape)
      if (key === undefined) {
        key = this.#nextKey++
        added.push(shape)
        addedKeys.push(key)
      }
      known.set(shape, key)
      if (!names.has(name)) names.set(name, names.size)
      keys[i] = key
      colors[i] = Number.parseInt(color.slice(1), 16)
      nameOf[i] = names.get(name)!
      flags[i] = (dimmed ? 1 : 0) | (chosen ? 2 : 0) | (hatched ? 4 : 0)
    }
    const dropped = [...this.#known].flatMap(([shape, key]) => (known.has(shape) ? [] : [key]))
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

const hexOf = (color: number): string => `#${color.toString(16).padStart(6, '0')}`

/** The other side: shapes by key, and what was last to be drawn. */
export class SceneReceiver {
  readonly #shapes = new Map<number, Shape>()
  #drawn: readonly DrawnShape[] = []

  get drawn(): readonly DrawnShape[] {
    return this.#drawn
  }

  take({ added, addedKeys, droppedKeys, keys, colors, names, nameList, flags }: SceneMessage): void {
    for (const key of droppedKeys) this.#shapes.delete(key)
    for (const [i, shape] of unpackShapes(added).entries()) this.#shapes.set(addedKeys[i]!, shape)
    this.#drawn = Array.from(keys, (key, i): DrawnShape => {
      const shape = this.#shapes.get(key)!
      return {
        shape,
        bounds: extentOf(shape),
        color: hexOf(colors[i]!),
        name: nameList[names[i]!]!,
        dimmed: (flags[i]! & 1) !== 0,
        chosen: (flags[i]! & 2) !== 0,
        hatched: (flags[i]! & 4) !== 0,
      }
    })
  }

  draw(context: Context2D, { view, look, hidden }: DrawMessage): void {
    const frame: Frame = { context, ...view, visible: visibleIn(view) }
    const without = new Set(hidden)
    const shapes = without.size === 0 ? this.#drawn : this.#drawn.filter((_, i) => !without.has(i))
    drawShapes(frame, shapes, look)
  }
}
