import Flatbush from 'flatbush'
import { boundsMeet } from '../../../shared/geometry/box.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Id } from '../../../shared/model/ids.ts'

/** A packed tree over all extents, and a short list of those that changed since it was built; rebuilt when the list grows long. */
export class SpatialIndex {
  #tree: Flatbush | null = null
  #order: Id[] = []
  #overlay = new Map<Id, Bounds | null>()
  #bounds = new Map<Id, Bounds>()

  rebuild(all: Iterable<readonly [Id, Bounds]>): void {
    this.#bounds = new Map(all)
    this.#pack()
  }

  set(id: Id, bounds: Bounds | null): void {
    if (bounds) this.#bounds.set(id, bounds)
    else this.#bounds.delete(id)
    this.#overlay.set(id, bounds)
    if (this.#overlay.size > 32 + this.#order.length / 8) this.#pack()
  }

  boundsOf(id: Id): Bounds | undefined {
    return this.#bounds.get(id)
  }

  /** Ids whose extent meets the given one. */
  query(bounds: Bounds): Id[] {
    const found: Id[] = []
    for (const index of this.#tree?.search(bounds.minX, bounds.minY, bounds.maxX, bounds.maxY) ?? []) {
      const id = this.#order[index]!
      if (!this.#overlay.has(id)) found.push(id)
    }
    for (const [id, edited] of this.#overlay) if (edited && boundsMeet(edited, bounds)) found.push(id)
    return found
  }

  #pack(): void {
    this.#overlay.clear()
    this.#order = [...this.#bounds.keys()]
    this.#tree = this.#order.length > 0 ? new Flatbush(this.#order.length) : null
    for (const bounds of this.#bounds.values()) this.#tree?.add(bounds.minX, bounds.minY, bounds.maxX, bounds.maxY)
    this.#tree?.finish()
  }
}
