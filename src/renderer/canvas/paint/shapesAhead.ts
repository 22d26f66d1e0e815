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

  /** One that is to be drawn under this id; false: there is one already. */
  add(id: number, drawn: readonly DrawnShape[], view: FrameView, look: ShapeLook): boolean {
    if (this.#find(drawn, view, look)) return false
    this.#kept.push({ id, drawn, view, look, bitmap: null })
    while (this.#kept.length > mostKept) this.#kept.shift()!.bitmap?.close()
    return true
  }

  drawn(id: number, bitmap: ImageBitmap): void {
    const ahead = this.#kept.find((one) => one.id === id)
    if (ahead) ahead.bitmap = bitmap
    else bitmap.close()
  }

  /** The drawing that shows exactly this, given away; null: there is none, or not yet. */
  take(drawn: readonly DrawnShape[], view: FrameView, look: ShapeLook): { readonly id: number; readonly bitmap: ImageBitmap } | null {
    const found = this.#find(drawn, view, look)
    if (!found?.bitmap) return null
    this.#kept = this.#kept.filter((one) => one !== found)
    return { id: found.id, bitmap: found.bitmap }
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
