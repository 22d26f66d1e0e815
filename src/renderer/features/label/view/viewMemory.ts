import { z } from 'zod'
import { idSchema, type Id } from '../../../../shared/model/ids.ts'
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

/** Views of single pictures; the one that was set longest ago goes first. */
const viewsKey = 'mw.label.views'
const mostViews = 300
const viewsSchema = z.array(z.tuple([idSchema, pictureViewSchema])).max(mostViews)

const keyOf = (datasetId: Id): string => `mw.label.view.${datasetId}`

/** Views of the pictures that were looked at otherwise last, and the one of each dataset that is kept for pictures that have none of their own. */
export class ViewMemory {
  readonly #shelf: Shelf
  readonly #views: Map<Id, PictureView>

  constructor(shelf: Shelf) {
    this.#shelf = shelf
    this.#views = new Map(this.#read(viewsKey, viewsSchema))
  }

  of(itemId: Id, datasetId: Id): PictureView {
    return this.#views.get(itemId) ?? this.#keptView(datasetId) ?? plainView
  }

  keeps(datasetId: Id): boolean {
    return this.#keptView(datasetId) !== null
  }

  set(itemId: Id, datasetId: Id, view: PictureView): void {
    // Other windows add theirs.
    for (const [id, other] of this.#read(viewsKey, viewsSchema) ?? []) if (!this.#views.has(id)) this.#views.set(id, other)
    this.#views.delete(itemId)
    this.#views.set(itemId, view)
    for (const oldest of [...this.#views.keys()].slice(0, -mostViews)) this.#views.delete(oldest)
    this.#write(viewsKey, [...this.#views])
    if (this.keeps(datasetId)) this.keep(datasetId, view)
  }

  /** null: pictures are looked at as they are again. */
  keep(datasetId: Id, view: PictureView | null): void {
    if (view === null) this.#shelf.removeItem(keyOf(datasetId))
    else this.#write(keyOf(datasetId), view)
  }

  #keptView(datasetId: Id): PictureView | null {
    return this.#read(keyOf(datasetId), pictureViewSchema)
  }

  #read<T>(key: string, schema: z.ZodType<T>): T | null {
    try {
      const parsed = schema.safeParse(JSON.parse(this.#shelf.getItem(key) ?? 'null'))
      return parsed.success ? parsed.data : null
    } catch {
      // nonsense in the storage: nothing was kept
      return null
    }
  }

  #write(key: string, value: unknown): void {
    try {
      this.#shelf.setItem(key, JSON.stringify(value))
    } catch {
      // no room: it lasts until the page is closed
    }
  }
}
