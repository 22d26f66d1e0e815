import { shapeBounds } from '../../../shared/geometry/shapes.ts'
import type { Bounds } from '../../../shared/geometry/spaces.ts'
import type { Annotation, Edit, EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { applyEdits, editTarget, keepShape, type Entry } from './edits.ts'
import { SpatialIndex } from './spatialIndex.ts'

interface Order {
  readonly list: readonly Annotation[]
  readonly places: ReadonlyMap<Id, number>
}

const sameRecord = (a: Annotation, b: Annotation): boolean =>
  Object.keys(a).length === Object.keys(b).length && (Object.keys(a) as (keyof Annotation)[]).every((key) => a[key] === b[key])

/** Painter's order: low z first, older first among equals. */
export const byOrder = (a: Annotation, b: Annotation): number => a.z - b.z || (a.id < b.id ? -1 : 1)

/**
 * The annotations of the open image: what the host confirmed, with the entries that are still on their way applied on top.
 * Invariant: view = base + pending, in order; every method answers with the ids whose record changed.
 */
export class Records {
  #base = new Map<Id, Annotation>()
  #pending: Entry[] = []
  #view = new Map<Id, Annotation>()
  #itemRev = -1
  /** Painter's order and the place of each in it, until something changes. */
  #order: Order | null = null
  readonly #index = new SpatialIndex()

  get itemRev(): number {
    return this.#itemRev
  }
  get pending(): readonly Entry[] {
    return this.#pending
  }
  get size(): number {
    return this.#view.size
  }

  get(id: Id): Annotation | undefined {
    return this.#view.get(id)
  }

  has(id: Id): boolean {
    return this.#view.has(id)
  }

  /** In painter's order: low z first, older first among equals; the same array until something changes. */
  inOrder(): readonly Annotation[] {
    return this.#ordered().list
  }

  /** Some records in painter's order. */
  pick(ids: Iterable<Id>): Annotation[] {
    const { list, places } = this.#ordered()
    const chosen = [...ids].flatMap((id) => places.get(id) ?? [])
    return chosen.sort((a, b) => a - b).map((place) => list[place]!)
  }

  #ordered(): Order {
    if (!this.#order) {
      const list = [...this.#view.values()].sort(byOrder)
      this.#order = { list, places: new Map(list.map(({ id }, place) => [id, place])) }
    }
    return this.#order
  }

  /** Ids whose extent meets the given one, in no order. */
  meeting(bounds: Bounds): Id[] {
    return this.#index.query(bounds)
  }

  boundsOf(id: Id): Bounds | undefined {
    return this.#index.boundsOf(id)
  }

  /** Another image, or the same one afresh. */
  load(itemRev: number, annotations: readonly Annotation[], pending: readonly Entry[]): ReadonlySet<Id> {
    this.#itemRev = itemRev
    this.#base = new Map(
      annotations.map((record) => [record.id, { ...record, shape: keepShape(this.#view.get(record.id)?.shape, record.shape) }]),
    )
    this.#pending = [...pending]
    return this.#rebuild()
  }

  /** The host's list of the same image; an older one than what is known is refused (false), because an answer overtook it. */
  refresh(itemRev: number, annotations: readonly Annotation[]): ReadonlySet<Id> | false {
    return itemRev < this.#itemRev ? false : this.load(itemRev, annotations, this.#pending)
  }

  /** A finished gesture, shown before the host has it. */
  push(entry: Entry): ReadonlySet<Id> {
    this.#pending.push(entry)
    applyEdits(this.#view, entry)
    return this.#changed(new Set(entry.edits.map(editTarget)))
  }

  /** The host's answer to an entry of this page, to an undo or a redo; records merge by revision. */
  merge(result: EditResult): ReadonlySet<Id> {
    const touched = new Set([...result.deleted, ...result.changed.map(({ id }) => id)])
    this.#pending = this.#pending.filter((entry) => {
      if (entry.entryId !== result.entryId) return true
      for (const edit of entry.edits) touched.add(editTarget(edit))
      return false
    })
    if (result.itemRev > this.#itemRev) {
      this.#itemRev = result.itemRev
      for (const id of result.deleted) this.#base.delete(id)
      for (const record of result.changed) {
        if ((this.#base.get(record.id)?.rev ?? 0) < record.rev) {
          this.#base.set(record.id, { ...record, shape: keepShape(this.#view.get(record.id)?.shape, record.shape) })
        }
      }
    }
    return this.#recompute(touched)
  }

  /** Parts of entries are no longer on their way: what is left of each, by its id. */
  retain(rest: ReadonlyMap<Id, readonly Edit[]>): ReadonlySet<Id> {
    this.#pending = this.#pending
      .map((entry) => ({ ...entry, edits: rest.get(entry.entryId) ?? entry.edits }))
      .filter((entry) => entry.edits.length > 0)
    return this.#rebuild()
  }

  /** Takes back an entry the host refused, and the later ones that built on the same annotations; answers with all of them. */
  drop(entryId: Id): { readonly changed: ReadonlySet<Id>; readonly dropped: readonly Entry[] } {
    const refused = new Set<Id>()
    const dropped: Entry[] = []
    this.#pending = this.#pending.filter((entry) => {
      const goes = entry.entryId === entryId || entry.edits.some((edit) => refused.has(editTarget(edit)))
      if (!goes) return true
      dropped.push(entry)
      for (const edit of entry.edits) refused.add(editTarget(edit))
      return false
    })
    return { changed: this.#rebuild(), dropped }
  }

  /** Only these can have changed: base and pending entries once more, the others stay. */
  #recompute(ids: ReadonlySet<Id>): ReadonlySet<Id> {
    const view = new Map<Id, Annotation>()
    for (const id of ids) {
      const record = this.#base.get(id)
      if (record) view.set(id, record)
    }
    for (const { itemId, edits } of this.#pending) applyEdits(view, { itemId, edits: edits.filter((edit) => ids.has(editTarget(edit))) })
    const changed = new Set<Id>()
    for (const id of ids) {
      const [known, record] = [this.#view.get(id), view.get(id)]
      if (record ? known && sameRecord(known, record) : !known) continue
      if (record) this.#view.set(id, record)
      else this.#view.delete(id)
      changed.add(id)
    }
    return this.#changed(changed)
  }

  #rebuild(): ReadonlySet<Id> {
    const before = this.#view
    const view = new Map(this.#base)
    for (const entry of this.#pending) applyEdits(view, entry)
    const changed = new Set<Id>()
    for (const [id, record] of view) {
      const known = before.get(id)
      if (known && sameRecord(known, record)) view.set(id, known)
      else changed.add(id)
    }
    for (const id of before.keys()) if (!view.has(id)) changed.add(id)
    this.#view = view
    return this.#changed(changed)
  }

  /** The order with these records as they are now; null when their places are others. */
  #inPlace({ list, places }: Order, ids: ReadonlySet<Id>): Order | null {
    const fresh = [...list]
    for (const id of ids) {
      const [record, place] = [this.#view.get(id), places.get(id)]
      if (!record || place === undefined || list[place]!.z !== record.z) return null
      fresh[place] = record
    }
    return { list: fresh, places }
  }

  #changed(ids: ReadonlySet<Id>): ReadonlySet<Id> {
    if (ids.size === 0) return ids
    this.#order = this.#order && this.#inPlace(this.#order, ids)
    // Where most is new, one new tree is cheaper than many changes of the old one.
    if (ids.size * 2 > this.#view.size)
      this.#index.rebuild([...this.#view.values()].map(({ id, shape }) => [id, shapeBounds(shape)] as const))
    else
      for (const id of ids) {
        const record = this.#view.get(id)
        this.#index.set(id, record ? shapeBounds(record.shape) : null)
      }
    return ids
  }
}
