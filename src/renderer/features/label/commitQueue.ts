import type { EditResult } from '../../../shared/model/annotation.ts'
import type { Id } from '../../../shared/model/ids.ts'
import { editTarget, type Entry } from '../../canvas/engine/edits.ts'

export interface QueuePorts {
  /** Hands an entry to the host; repeating it is harmless because the host knows its id. */
  readonly send: (entry: Entry) => Promise<EditResult>
  /** The link is down or the disk is full: the same entry may go through later. */
  readonly mayPass: (error: unknown) => boolean
  readonly pause: (ms: number) => Promise<void>
}

export interface QueueEvents {
  readonly saved: (result: EditResult) => void
  /** The host refused it for good; `dropped` holds it and the later ones that built on it. */
  readonly refused: (entry: Entry, dropped: readonly Entry[], error: unknown) => void
  /** Sending works again (null), or does not, and why. */
  readonly blocked: (error: unknown) => void
}

const firstWaitMs = 500
const longestWaitMs = 8_000

/**
 * Finished gestures on their way to the host, one at a time and in order, whichever image they belong to. Nothing is thrown away while the
 * host cannot be reached. Revisions are filled in when an entry leaves, because only then is it known what the ones before it made.
 */
export class CommitQueue {
  readonly #ports: QueuePorts
  readonly #events: QueueEvents
  readonly #revs = new Map<Id, number>()
  #entries: Entry[] = []
  #running = false
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

  pendingFor(itemId: Id): readonly Entry[] {
    return this.#entries.filter((entry) => entry.itemId === itemId)
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
    if (!this.#running) void this.#run()
  }

  /** Revisions as a list of the host has them. */
  learn(records: readonly { readonly id: Id; readonly rev: number }[]): void {
    for (const { id, rev } of records) this.#revs.set(id, Math.max(rev, this.#revs.get(id) ?? 0))
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
        this.#events.saved(result)
      } catch (error) {
        if (this.#ports.mayPass(error)) {
          this.#events.blocked(error)
          await Promise.race([this.#ports.pause(waitMs), new Promise<void>((resolve) => (this.#hurry = resolve))])
          this.#hurry = null
          waitMs = Math.min(waitMs * 2, longestWaitMs)
        } else {
          this.#refuse(entry, error)
        }
      }
    }
    this.#running = false
    for (const resolve of this.#idle.splice(0)) resolve()
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

  #withRevs(entry: Entry): Entry {
    return {
      ...entry,
      edits: entry.edits.map((edit) => (edit.op === 'create' ? edit : { ...edit, rev: this.#revs.get(edit.id) ?? edit.rev })),
    }
  }
}
