import type { Edit, EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import { editTarget, type Entry } from '../../canvas/engine/edits.ts'

/** A finished gesture: edits of objects, or something said about the picture as a whole. */
export interface Waiting extends Entry {
  readonly picture?: PictureChange
}

/** Of each entry that is on its way to an image, by its id, what may still go there. */
export type Remains = ReadonlyMap<Id, readonly Edit[]>
/** How a conflict is settled: given all entries of the image at that moment, with the revision each edit counts on. */
export type Settle = (pending: readonly Entry[], expectedRev: (edit: Edit) => number) => Remains

export interface QueuePorts {
  /** Hands an entry to the host; repeating it is harmless because the host knows its id. */
  readonly send: (entry: Waiting) => Promise<EditResult>
  /** The link is down or the disk is full: the same entry may go through later. */
  readonly mayPass: (error: unknown) => boolean
  readonly pause: (ms: number) => Promise<void>
  /** Somebody else was quicker: looks what is there now. Null: it is not about that, the entry is refused. */
  readonly look: (entry: Entry, error: unknown) => Promise<Settle | null>
}

export interface QueueEvents {
  readonly saved: (result: EditResult, entry: Waiting) => void
  /** Nothing is left of an entry after a conflict: what it wanted is asked about, or there already. */
  readonly yielded: (entry: Entry) => void
  /** The host refused it for good; `dropped` holds it and the later ones that built on it. */
  readonly refused: (entry: Entry, dropped: readonly Entry[], error: unknown) => void
  /** Sending works again (null), or does not, and why. */
  readonly blocked: (error: unknown) => void
}

const firstWaitMs = 500
const longestWaitMs = 8_000

/**
 * Finished gestures on their way to the host, one at a time and in order, whichever image they belong to. Nothing is thrown away while the
 * host cannot be reached. Revisions are filled in when an entry leaves, because only then is it known what the ones before it made; what others made
 * meanwhile never counts as seen, so nothing of theirs is overwritten.
 */
export class CommitQueue {
  readonly #ports: QueuePorts
  readonly #events: QueueEvents
  /** Revisions that this page's own entries made. */
  readonly #made = new Map<Id, number>()
  #entries: Waiting[] = []
  #running = false
  #again: Id | null = null
  #hurry: (() => void) | null = null
  #idle: (() => void)[] = []

  constructor(ports: QueuePorts, events: QueueEvents) {
    this.#ports = ports
    this.#events = events
  }

  get length(): number {
    return this.#entries.length
  }

  get waiting(): readonly Entry[] {
    return this.#entries
  }

  pendingFor(itemId: Id): readonly Waiting[] {
    return this.#entries.filter((entry) => entry.itemId === itemId)
  }

  push(entry: Waiting): void {
    this.#entries.push(entry)
    if (!this.#running) void this.#run()
  }

  /** Revisions that an entry, an undo or a redo of this page made. */
  learn(records: readonly { readonly id: Id; readonly rev: number }[]): void {
    for (const { id, rev } of records) this.#made.set(id, Math.max(rev, this.#made.get(id) ?? 0))
  }

  /** The link is back: do not wait any longer. */
  retry(): void {
    this.#hurry?.()
  }

  /** Resolves when nothing waits any more. */
  whenEmpty(): Promise<void> {
    return this.#entries.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  async #run(): Promise<void> {
    this.#running = true
    let waitMs = firstWaitMs
    while (this.#entries.length > 0) {
      const entry = this.#entries[0]!
      try {
        const result = await this.#ports.send(this.#withRevs(entry))
        this.#entries.shift()
        this.learn(result.changed)
        if (waitMs !== firstWaitMs) this.#events.blocked(null)
        waitMs = firstWaitMs
        this.#events.saved(result, entry)
      } catch (error) {
        if (this.#ports.mayPass(error)) {
          this.#events.blocked(error)
          await Promise.race([this.#ports.pause(waitMs), new Promise<void>((resolve) => (this.#hurry = resolve))])
          this.#hurry = null
          waitMs = Math.min(waitMs * 2, longestWaitMs)
        } else {
          await this.#contest(entry, error)
        }
      }
    }
    this.#running = false
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #contest(entry: Entry, error: unknown): Promise<void> {
    let settle: Settle | null
    try {
      settle = await this.#ports.look(entry, error)
    } catch (failed) {
      // Not to be found out now: the entry stays first and is tried again.
      if (!this.#ports.mayPass(failed)) this.#refuse(entry, failed)
      return
    }
    const rest = settle?.(this.pendingFor(entry.itemId), (edit) => this.#expected(edit))
    // Nothing of it stands in the way any more: once more, but not for ever.
    const unchanged = rest && (rest.get(entry.entryId) ?? entry.edits).length === entry.edits.length
    if (!rest || (unchanged && this.#again === entry.entryId)) return this.#refuse(entry, error)
    this.#again = unchanged ? entry.entryId : null
    const gone: Entry[] = []
    this.#entries = this.#entries.flatMap((one) => {
      const edits = rest.get(one.entryId) ?? one.edits
      const empty = edits.length === 0 && one.picture === undefined
      if (empty) gone.push(one)
      return empty ? [] : [{ ...one, edits }]
    })
    for (const one of gone) this.#events.yielded(one)
  }

  #refuse(entry: Entry, error: unknown): void {
    const lost = new Set(entry.edits.map(editTarget))
    const dropped: Entry[] = []
    this.#entries = this.#entries.filter((one) => {
      if (one !== entry && !one.edits.some((edit) => lost.has(editTarget(edit)))) return true
      dropped.push(one)
      for (const edit of one.edits) lost.add(editTarget(edit))
      return false
    })
    this.#events.refused(entry, dropped, error)
  }

  #withRevs(entry: Waiting): Waiting {
    return {
      ...entry,
      edits: entry.edits.map((edit) => (edit.op === 'create' ? edit : { ...edit, rev: this.#expected(edit) })),
    }
  }

  #expected(edit: Edit): number {
    return edit.op === 'create' ? 0 : Math.max(edit.rev, this.#made.get(edit.id) ?? 0)
  }
}
