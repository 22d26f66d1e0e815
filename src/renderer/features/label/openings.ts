import type { Annotation } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { Item } from '../../../shared/model/item.ts'

/** All that the host knows of a picture and its place, besides its pixels. */
export interface Opening<Place> {
  readonly item: Item
  readonly place: Place
  readonly list: {
    readonly itemRev: number
    readonly annotations: readonly Annotation[]
    readonly canUndo: boolean
    readonly canRedo: boolean
  }
}

const mostKept = 4

/** What opening a picture needs, read ahead for those that will probably come next. Whatever an event says has changed is read again. */
export class Openings<Place> {
  readonly #read: (itemId: Id) => Promise<Opening<Place>>
  readonly #known = new Map<Id, Promise<Opening<Place>>>()
  readonly #onAhead: (opening: Opening<Place>) => void

  /** `onAhead` is told what was read ahead. */
  constructor(read: (itemId: Id) => Promise<Opening<Place>>, onAhead: (opening: Opening<Place>) => void = () => undefined) {
    this.#read = read
    this.#onAhead = onAhead
  }

  /** `ahead`: it was read before, so what depends on other pictures may have moved since. */
  async take(itemId: Id): Promise<{ readonly opening: Opening<Place>; readonly ahead: boolean }> {
    const known = this.#known.get(itemId)
    this.#known.delete(itemId)
    const opening = await known?.catch(() => null)
    return opening ? { opening, ahead: true } : { opening: await this.#read(itemId), ahead: false }
  }

  /** Failing is not worth a word: the picture is read when it is opened. */
  prefetch(itemId: Id | null): void {
    if (itemId === null || this.#known.has(itemId)) return
    const reading = this.#read(itemId)
    this.#known.set(itemId, reading)
    reading.then(
      (opening) => this.#known.get(itemId) === reading && this.#onAhead(opening),
      () => this.#known.get(itemId) === reading && this.#known.delete(itemId),
    )
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostKept) break
      this.#known.delete(oldest)
    }
  }

  forget(itemId: Id): void {
    this.#known.delete(itemId)
  }

  forgetAll(): void {
    this.#known.clear()
  }
}
