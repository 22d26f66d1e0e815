import type { Annotation, Edit } from '../../../../shared/model/annotation.ts'
import type { Id } from '../../../../shared/model/ids.ts'
import { sameThing } from '../../../../shared/model/sameThing.ts'
import type { Unit01 } from '../../../../shared/geometry/spaces.ts'
import type { Gesture } from '../../../canvas/engine/actions.ts'
import type { Editor } from '../../../canvas/engine/editor.ts'
import { noGhosts, type GhostWriter } from '../../../canvas/engine/ghosts.ts'
import { passingVerdicts, type Verdicts } from './verdicts.ts'

/** A shape another source has for this picture; its record carries that source's provenance. */
export interface Proposal {
  /** The same each time the source is asked, so that what was rejected stays so. */
  readonly key: string
  readonly record: Omit<Annotation, 'id' | 'itemId' | 'rev' | 'z'>
  /** Null: the source gives none; such a shape passes every threshold. */
  readonly score: Unit01 | null
}

/** Shapes of another source over the open picture: each is accepted, rejected or left. */
export class Proposals {
  readonly #editor: Editor
  /** The name in the journal of what was accepted. */
  readonly #gesture: Gesture
  readonly #writer: GhostWriter
  readonly #verdicts: Verdicts
  /** What a shape of the source would be accepted as now. */
  readonly #becomes: (proposal: Proposal) => Proposal
  #all: readonly Proposal[] = []
  /** The records that were compared last, and what is there at exactly the same place. */
  #compared: readonly Annotation[] = []
  #there: ReadonlySet<string> = new Set()
  #threshold: Unit01 = 0
  #focused: string | null = null

  constructor(
    editor: Editor,
    gesture: Gesture = 'acceptProposals',
    verdicts: Verdicts = passingVerdicts(),
    becomes: (proposal: Proposal) => Proposal = (proposal) => proposal,
  ) {
    this.#editor = editor
    this.#gesture = gesture
    this.#writer = gesture === 'automaticMasks' ? 'masks' : 'onion'
    this.#verdicts = verdicts
    this.#becomes = becomes
  }

  /** Another source or picture. */
  show(proposals: readonly Proposal[]): void {
    this.#all = proposals
    this.#focused = null
    this.#draw()
  }

  close(): void {
    this.#all = []
    this.#focused = null
    this.#editor.setGhosts(this.#writer, noGhosts)
  }

  get threshold(): Unit01 {
    return this.#threshold
  }
  setThreshold(threshold: Unit01): void {
    this.#threshold = threshold
    this.#draw()
  }

  /** Those that wait for a verdict: what is there already, exactly, needs none. One that was accepted is back when its annotation was undone. */
  open(): readonly Proposal[] {
    this.#compare()
    return this.#now().filter(
      ({ key, record, score }) =>
        !this.#verdicts.isRejected(key) &&
        !this.#isAccepted(key) &&
        (score === null || score >= this.#threshold) &&
        !this.#there.has(sameThing(record)),
    )
  }

  /** How many of the source need no verdict, because the same object is there already. */
  get known(): number {
    this.#compare()
    return this.#now().filter(({ key, record }) => !this.#isAccepted(key) && this.#there.has(sameThing(record))).length
  }

  /** How many of the source were rejected. */
  get rejected(): number {
    return this.#all.filter(({ key }) => this.#verdicts.isRejected(key)).length
  }
  /** Those that were rejected wait again; without names, all of them. */
  offerAgain(keys: readonly string[] = this.#all.map(({ key }) => key)): void {
    this.#verdicts.forget(keys)
    this.#draw()
  }

  get focused(): Proposal | null {
    return this.open().find(({ key }) => key === this.#focused) ?? null
  }

  /** The next or previous one that waits. */
  step(by: 1 | -1): Proposal | null {
    const open = this.open()
    if (open.length === 0) return null
    const at = open.findIndex(({ key }) => key === this.#focused)
    const next = open[at < 0 ? (by > 0 ? 0 : open.length - 1) : (at + by + open.length) % open.length]!
    this.#focused = next.key
    this.#draw()
    return next
  }

  /** That one, if it waits. */
  focus(key: string): Proposal | null {
    const found = this.open().find((one) => one.key === key) ?? null
    if (found) this.#focused = key
    this.#draw()
    return found
  }

  /** They become annotations on top of the others, as one gesture, which takes `cuts` from what is there; answers with how many. */
  accept(proposals: readonly Proposal[], cuts: readonly Edit[] = []): number {
    const editor = this.#editor
    if (proposals.length === 0 || !editor.mayChange()) return 0
    let z = editor.records.inOrder().reduce((top, record) => Math.max(top, record.z + 1), 0)
    const accepted: [string, Id][] = []
    const edits = proposals.map(({ key, record }): Edit => {
      const id = editor.newId()
      accepted.push([key, id])
      return { op: 'create', annotation: { ...record, id, z: z++ } }
    })
    this.#leave(proposals)
    this.#verdicts.accept(accepted)
    editor.commit(this.#gesture, [...edits, ...cuts])
    this.#draw()
    return edits.length
  }

  reject(proposals: readonly Proposal[]): void {
    this.#leave(proposals)
    this.#verdicts.reject(proposals.map(({ key }) => key))
    this.#draw()
  }

  /** Goes on to the one after the focused one before that leaves the list. */
  #leave(proposals: readonly Proposal[]): void {
    const gone = new Set(proposals.map(({ key }) => key))
    const open = this.open()
    const at = open.findIndex(({ key }) => key === this.#focused)
    if (at < 0 || !gone.has(open[at]!.key)) return
    this.#focused = [...open.slice(at + 1), ...open.slice(0, at)].find(({ key }) => !gone.has(key))?.key ?? null
  }

  #now(): readonly Proposal[] {
    return this.#all.map(this.#becomes)
  }

  #compare(): void {
    const records = this.#editor.records.inOrder()
    if (records === this.#compared) return
    this.#compared = records
    this.#there = new Set(records.map(sameThing))
  }

  #isAccepted(key: string): boolean {
    const id = this.#verdicts.acceptedAs(key)
    return id !== undefined && this.#editor.records.has(id)
  }

  /** Also called when the records changed, since undo brings proposals back, or what they become did. */
  refresh(): void {
    this.#draw()
  }

  #draw(): void {
    const itemId = this.#editor.itemId
    if (itemId === null || this.#all.length === 0) return
    const list = this.open().map(({ key, record, score }) => ({
      record: { ...record, id: key, itemId, rev: 1, z: 0 },
      tone: 'proposal' as const,
      focused: key === this.#focused,
      score,
    }))
    this.#editor.setGhosts(this.#writer, list.length > 0 ? { list, past: null } : noGhosts)
  }
}
