import type { Edit, EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import { editTarget, type Entry } from '../../canvas/engine/edits.ts'
import { homeKey, sameHome, type Home } from '../../stores/home.ts'

/** A finished gesture: edits of objects, or something said about the picture as a whole. */
export interface Waiting extends Entry {
  readonly picture?: PictureChange
  /** Where it is not said: the project that is open when it is pushed. */
  readonly home?: Home | null
  /** What the picture is called, for people; absent: not known. */
  readonly itemName?: string | undefined
}

/** What the host refused, and what built on it: nothing of it is given up before the user says so. */
export interface Kept {
  readonly entries: readonly [Waiting, ...Waiting[]]
  readonly error: unknown
}

/** Of each entry that is on its way to an image, by its id, what may still go there. */
export type Remains = ReadonlyMap<Id, readonly Edit[]>
/** How a conflict is settled: given all entries of the image at that moment, with the revision each edit counts on. */
export type Settle = (pending: readonly Entry[], expectedRev: (edit: Edit) => number) => Remains

export interface QueuePorts {
  /** Hands an entry to the host; repeating it is harmless because the host knows its id. */
  readonly send: (entry: Waiting) => Promise<EditResult>
  /** How often an entry is sent while this is the answer; Infinity: the link is down or the disk is full, the same entry may go through later. */
  readonly tries: (error: unknown) => number
  /** The project that is open now. */
  readonly home: () => Home | null
  readonly pause: (ms: number) => Promise<void>
  /** Somebody else was quicker: looks what is there now. Null: it is not about that, the entry is refused. Errors: why it cannot be told now. */
  readonly look: (entry: Waiting, error: unknown) => Promise<Settle | null>
}

export interface QueueEvents {
  readonly saved: (result: EditResult, entry: Waiting) => void
  /** Nothing is left of an entry after a conflict: what it wanted is asked about, or there already. */
  readonly yielded: (entry: Entry) => void
  /** The host refused it; it is kept with the later ones that built on it. */
  readonly refused: (kept: Kept) => void
  /** Sending works again (null), or does not, and why. */
  readonly blocked: (error: unknown) => void
}

const firstWaitMs = 500
const longestWaitMs = 8_000

/**
 * Finished gestures on their way to the host, one at a time and in order, whichever image they belong to. Nothing is thrown away while the
 * host cannot be reached, while another project is open, or because the host refuses it. Revisions are filled in when an entry leaves, because only
 * then is it known what the ones before it made; what others made meanwhile never counts as seen, so nothing of theirs is overwritten.
 */
export class CommitQueue {
  readonly #ports: QueuePorts
  readonly #events: QueueEvents
  /** Revisions that this page's own entries made. */
  readonly #made = new Map<string, number>()
  /** How often an entry failed for a reason that is not sure to pass. */
  readonly #failures = new Map<Id, number>()
  #entries: Waiting[] = []
  #kept: readonly Kept[] = []
  #running = false
  #again: Id | null = null
  #hurry: (() => void) | null = null
  #idle: (() => void)[] = []

  constructor(ports: QueuePorts, events: QueueEvents) {
    this.#ports = ports
    this.#events = events
  }

  /** Of the open project. */
  get length(): number {
    return this.waiting.length
  }

  /** Of the open project, in order. */
  get waiting(): readonly Waiting[] {
    return this.#entries.filter((entry) => this.#isHome(entry))
  }

  /** What waits for its project to be opened again. */
  get away(): readonly Waiting[] {
    return this.#entries.filter((entry) => !this.#isHome(entry))
  }

  /** What was refused and waits for a word of the user. */
  get kept(): readonly Kept[] {
    return this.#kept
  }

  /** Of the open project, or of the one that is named: a copy of it has pictures of the same ids. */
  pendingFor(itemId: Id, home = this.#ports.home()): readonly Waiting[] {
    return this.#entries.filter((entry) => entry.itemId === itemId && sameHome(entry.home, home))
  }

  push(entry: Waiting): void {
    this.#entries.push({ ...entry, home: entry.home === undefined ? this.#ports.home() : entry.home })
    this.#start()
  }

  /** Takes out what was refused, by the id of its first entry: to try it again, or to give it up. */
  takeKept(entryId: Id): readonly Waiting[] {
    const found = this.#kept.find(({ entries }) => entries[0].entryId === entryId)
    this.#kept = this.#kept.filter((kept) => kept !== found)
    return found?.entries ?? []
  }

  /** What was refused goes on its way once more, each part in the project it was made in. */
  resend(entries: readonly Waiting[]): void {
    this.#entries.push(...entries)
    this.#start()
  }

  /** Gives up what waits for a project, e.g. because that is gone; null: what was done while none was open. */
  drop(key: string | null): void {
    this.#entries = this.#entries.filter(({ home }) => homeKey(home) !== key)
  }

  /** What waits for a project goes into the open one, which is the same one in another folder: somebody said so. */
  moveHere(key: string): void {
    const here = this.#ports.home()
    this.#entries = this.#entries.map((entry) =>
      here && entry.home?.key === key && entry.home.id === here.id ? { ...entry, home: here } : entry,
    )
    this.retry()
  }

  /** Revisions that an entry, an undo or a redo of this page made in a project. */
  learn(records: readonly { readonly id: Id; readonly rev: number }[], home = this.#ports.home()): void {
    for (const { id, rev } of records) this.#made.set(madeKey(id, home), Math.max(rev, this.#made.get(madeKey(id, home)) ?? 0))
  }

  /** The link is back, or another project is open: do not wait any longer. */
  retry(): void {
    this.#hurry?.()
    this.#start()
  }

  /** Resolves when nothing of the open project waits any more. */
  whenEmpty(): Promise<void> {
    return this.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  #isHome({ home }: Waiting): boolean {
    return sameHome(home, this.#ports.home())
  }

  #start(): void {
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    let waitMs = firstWaitMs
    for (let entry = this.waiting[0]; entry; entry = this.waiting[0]) {
      const hindrance = await this.#send(entry, () => {
        if (waitMs !== firstWaitMs) this.#events.blocked(null)
        waitMs = firstWaitMs
      })
      if (!hindrance) continue
      this.#events.blocked(hindrance.error)
      await Promise.race([this.#ports.pause(waitMs), new Promise<void>((resolve) => (this.#hurry = resolve))])
      this.#hurry = null
      waitMs = Math.min(waitMs * 2, longestWaitMs)
    }
    this.#running = false
    if (waitMs !== firstWaitMs) this.#events.blocked(null)
    for (const resolve of this.#idle.splice(0)) resolve()
  }

  /** Answers with why it has to wait; null when the host has decided about it, `passed` tells that before anything else is said. */
  async #send(entry: Waiting, passed: () => void): Promise<{ readonly error: unknown } | null> {
    try {
      const result = await this.#ports.send(this.#withRevs(entry))
      this.#entries = this.#entries.filter(({ entryId }) => entryId !== entry.entryId)
      this.#failures.delete(entry.entryId)
      this.learn(result.changed, entry.home ?? null)
      passed()
      this.#events.saved(result, entry)
      return null
    } catch (error) {
      if (this.#mayTryAgain(entry, error)) return { error }
      return this.#contest(entry, error, passed)
    }
  }

  #mayTryAgain({ entryId }: Entry, error: unknown): boolean {
    const most = this.#ports.tries(error)
    if (most === Infinity) return true
    const times = (this.#failures.get(entryId) ?? 0) + 1
    this.#failures.set(entryId, times)
    return times < most
  }

  async #contest(entry: Waiting, error: unknown, passed: () => void): Promise<{ readonly error: unknown } | null> {
    let settle: Settle | null
    try {
      settle = await this.#ports.look(entry, error)
    } catch (failed) {
      // Not to be found out now: the entry stays and is tried again.
      if (this.#mayTryAgain(entry, failed)) return { error: failed }
      passed()
      this.#refuse(entry, failed)
      return null
    }
    passed()
    const rest = settle?.(this.pendingFor(entry.itemId, entry.home ?? null), (edit) => this.#expected(edit, entry.home))
    // Nothing of it stands in the way any more: once more, but not for ever.
    const unchanged = rest && (rest.get(entry.entryId) ?? entry.edits).length === entry.edits.length
    if (!rest || (unchanged && this.#again === entry.entryId)) {
      this.#refuse(entry, error)
      return null
    }
    this.#again = unchanged ? entry.entryId : null
    const gone: Entry[] = []
    this.#entries = this.#entries.flatMap((one) => {
      const edits = rest.get(one.entryId) ?? one.edits
      const empty = edits.length === 0 && (one.picture === undefined || rest.has(one.entryId))
      if (empty) gone.push(one)
      return empty ? [] : [{ ...one, edits }]
    })
    for (const one of gone) this.#events.yielded(one)
    return null
  }

  #refuse(entry: Waiting, error: unknown): void {
    const lost = new Set(entry.edits.map(editTarget))
    const later: Waiting[] = []
    const first = this.#entries.findIndex(({ entryId }) => entryId === entry.entryId)
    this.#entries = this.#entries.filter((one, place) => {
      if (place === first) return false
      if (place < first || !sameHome(one.home, entry.home) || !one.edits.some((edit) => lost.has(editTarget(edit)))) return true
      later.push(one)
      for (const edit of one.edits) lost.add(editTarget(edit))
      return false
    })
    this.#failures.delete(entry.entryId)
    this.#again = null
    const kept: Kept = { entries: [entry, ...later], error }
    this.#kept = [...this.#kept, kept]
    this.#events.refused(kept)
  }

  #withRevs(entry: Waiting): Waiting {
    return {
      ...entry,
      edits: entry.edits.map((edit) => (edit.op === 'create' ? edit : { ...edit, rev: this.#expected(edit, entry.home) })),
    }
  }

  #expected(edit: Edit, home: Home | null | undefined): number {
    return edit.op === 'create' ? 0 : Math.max(edit.rev, this.#made.get(madeKey(edit.id, home)) ?? 0)
  }
}

const madeKey = (id: Id, home: Home | null | undefined): string => `${home?.key ?? ''} ${id}`
