import { sameDrawing, sameLook, type DrawnShape, type ShapeLook } from './drawnShape.ts'
import { samePlace, sameSize, type FrameView } from './frame.ts'

/** The picture after this one, and the one before. */
const mostKept = 2

interface Ahead {
  readonly id: number
  readonly drawn: readonly DrawnShape[]
  readonly view: FrameView
  readonly look: ShapeLook
  bitmap: ImageBitmap | null
}

/** Drawings made before they are asked for, the newest few. */
export class ShapesAhead {
  #kept: Ahead[] = []
  #lastId = 0

  /** The id under which the drawing is to be handed in; null: there is one. */
  add(drawn: readonly DrawnShape[], view: FrameView, look: ShapeLook): number | null {
    if (this.#find(drawn, view, look)) return null
    this.#kept.push({ id: ++this.#lastId, drawn, view, look, bitmap: null })
    while (this.#kept.length > mostKept) this.#kept.shift()!.bitmap?.close()
    return this.#lastId
  }

  drawn(id: number, bitmap: ImageBitmap): void {
    const ahead = this.#kept.find((one) => one.id === id)
    if (ahead) ahead.bitmap = bitmap
    else bitmap.close()
  }

  /** The drawing that shows exactly this, given away; null: there is none, or not yet. */
  take(drawn: readonly DrawnShape[], view: FrameView, look: ShapeLook): ImageBitmap | null {
    const found = this.#find(drawn, view, look)
    if (!found?.bitmap) return null
    this.#kept = this.#kept.filter((one) => one !== found)
    return found.bitmap
  }

  close(): void {
    for (const { bitmap } of this.#kept.splice(0)) bitmap?.close()
  }

  #find(drawn: readonly DrawnShape[], view: FrameView, look: ShapeLook): Ahead | undefined {
    return this.#kept.find(
      (one) => samePlace(one.view, view) && sameSize(one.view, view) && sameLook(one.look, look) && sameDrawing(one.drawn, drawn),
    )
  }
}
