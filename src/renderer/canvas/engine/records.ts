import type { Annotation, EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { applyEdits, editTarget, keepShape, type Entry } from './edits.ts'

const sameRecord = (a: Annotation, b: Annotation): boolean => (Object.keys(a) as (keyof Annotation)[]).every((key) => a[key] === b[key])

/**
 * The annotations of the open image: what the host confirmed, with the entries that are still on their way applied on top.
 * Invariant: view = base + pending, in order; every method answers with the ids whose record changed.
 */
export class Records {
  #base = new Map<Id, Annotation>()
  #pending: Entry[] = []
  #view = new Map<Id, Annotation>()
  #itemRev = -1

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

  /** In painter's order: low z first, older first among equals. */
  inOrder(): Annotation[] {
    return [...this.#view.values()].sort((a, b) => a.z - b.z || (a.id < b.id ? -1 : 1))
  }

  ids(): IterableIterator<Id> {
    return this.#view.keys()
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
    return new Set(entry.edits.map(editTarget))
  }

  /** The host's answer to an entry of this page, to an undo or a redo; records merge by revision. */
  merge(result: EditResult): ReadonlySet<Id> {
    this.#pending = this.#pending.filter((entry) => entry.entryId !== result.entryId)
    if (result.itemRev > this.#itemRev) {
      this.#itemRev = result.itemRev
      for (const id of result.deleted) this.#base.delete(id)
      for (const record of result.changed) {
        if ((this.#base.get(record.id)?.rev ?? 0) < record.rev) {
          this.#base.set(record.id, { ...record, shape: keepShape(this.#view.get(record.id)?.shape, record.shape) })
        }
      }
    }
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
    return changed
  }
}
