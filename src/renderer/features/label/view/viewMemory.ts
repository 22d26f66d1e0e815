import { z } from 'zod'
import type { Id } from '../../../../shared/model/ids.ts'
import { neutralTone } from '../../../canvas/picture/tone.ts'

/** How one picture is looked at; `window` belongs to deep pictures, null: by its own values. */
const pictureViewSchema = z.object({
  tone: z.object({
    brightness: z.number().min(-100).max(100),
    contrast: z.number().min(-100).max(100),
    gamma: z.number().min(0.1).max(10),
    invert: z.boolean(),
    black: z.number().min(0).max(255),
    white: z.number().min(0).max(255),
  }),
  window: z.object({ low: z.number().min(0).max(65_535), high: z.number().min(0).max(65_535) }).nullable(),
})
export type PictureView = z.infer<typeof pictureViewSchema>

export const plainView: PictureView = { tone: neutralTone, window: null }

/** Where what is kept for the next pictures of a dataset lies. */
interface Shelf {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const keyOf = (datasetId: Id): string => `mw.label.view.${datasetId}`

/** Views of the pictures of this session, and the one of each dataset that is kept for pictures that have none of their own. */
export class ViewMemory {
  readonly #shelf: Shelf
  readonly #views = new Map<Id, PictureView>()

  constructor(shelf: Shelf) {
    this.#shelf = shelf
  }

  of(itemId: Id, datasetId: Id): PictureView {
    return this.#views.get(itemId) ?? this.#keptView(datasetId) ?? plainView
  }

  keeps(datasetId: Id): boolean {
    return this.#keptView(datasetId) !== null
  }

  set(itemId: Id, datasetId: Id, view: PictureView): void {
    this.#views.set(itemId, view)
    if (this.keeps(datasetId)) this.keep(datasetId, view)
  }

  /** null: pictures are looked at as they are again. */
  keep(datasetId: Id, view: PictureView | null): void {
    if (view === null) this.#shelf.removeItem(keyOf(datasetId))
    else this.#shelf.setItem(keyOf(datasetId), JSON.stringify(view))
  }

  #keptView(datasetId: Id): PictureView | null {
    try {
      const parsed = pictureViewSchema.safeParse(JSON.parse(this.#shelf.getItem(keyOf(datasetId)) ?? 'null'))
      return parsed.success ? parsed.data : null
    } catch {
      // nonsense in the storage: nothing was kept
      return null
    }
  }
}
