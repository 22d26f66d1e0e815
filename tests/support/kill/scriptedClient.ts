import type { PageClient } from '../../../src/shared/api/page/contract.ts'
import { newId } from '../../../src/main/newId.ts'
import type { CounterRng } from '../../../src/shared/counterRng.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { maskFromBits } from '../../../src/shared/geometry/rle.ts'
import type { Annotation, Edit, EditResult } from '../../../src/shared/model/annotation.ts'
import type { Comment } from '../../../src/shared/model/comment.ts'
import type { ItemStatus } from '../../../src/shared/model/item.ts'
import type { PictureChange } from '../../../src/shared/model/pictureChange.ts'
import type { Shape } from '../../../src/shared/model/shape.ts'

/** What all clients know of the open pictures, from the answers they got. */
export interface Board {
  readonly itemIds: readonly string[]
  readonly classIds: readonly string[]
  readonly annotations: Map<string, Annotation>
  readonly comments: Map<string, Comment>
}

type OfEntry = { readonly client: string; readonly entryId: string; readonly itemId: string }

/** Answered with what became of the open picture. */
export type Gesture =
  | (OfEntry & { readonly kind: 'edit'; readonly edits: Edit[] })
  | (OfEntry & { readonly kind: 'describe'; readonly change: PictureChange })
  /** The picture as it was after the entry `seq`. */
  | (OfEntry & { readonly kind: 'restore'; readonly seq: number })
  | { readonly kind: 'undo' | 'redo'; readonly client: string }
export type SetStatus = { readonly kind: 'setStatus'; readonly itemIds: string[]; readonly status: ItemStatus; readonly note: string }
export type Saying =
  | ({ readonly kind: 'comment'; readonly text: string } & Pick<Comment, 'id' | 'itemId' | 'annotationId' | 'at'>)
  | {
      readonly kind: 'act'
      readonly entryId: string
      readonly commentId: string
      readonly action: Comment['entries'][number]['kind']
      readonly text: string
    }
export type Sent = Gesture | SetStatus | Saying

export interface Acknowledged {
  readonly sent: Gesture
  readonly result: EditResult
}

/** What the host knows again by its id; the page asks for it a second time. */
const isRepeatable = ({ kind }: Sent): boolean => kind !== 'undo' && kind !== 'redo' && kind !== 'setStatus'

/** A reviewed state follows the content of its picture; that is left to the tests of states. */
const states = ['todo', 'inProgress', 'done', 'rejected'] as const satisfies readonly ItemStatus[]

const side = 256

/** Another client was quicker, or there is nothing to take back: an answer, too. */
const refusals = [
  'annotation/conflict',
  'annotation/not-found',
  'journal/changed-since',
  'journal/nothing-to-undo',
  'journal/nothing-to-redo',
]

/** Edits as fast as the host answers, and remembers what was acknowledged. The dice are the caller's. */
export class ScriptedClient {
  readonly acknowledged: Acknowledged[] = []
  readonly states: { readonly sent: SetStatus; readonly entryIds: readonly string[] }[] = []
  readonly said: Saying[] = []
  refused = 0
  /** Asked and not answered yet. */
  inFlight: Sent | null = null
  readonly #name: string
  readonly #rng: CounterRng
  readonly #board: Board

  constructor(name: string, rng: CounterRng, board: Board) {
    this.#name = name
    this.#rng = rng
    this.#board = board
  }

  /** Goes on until the link breaks; what it was waiting for then stays in `inFlight`. */
  async edit(client: PageClient, onAnswer: () => void): Promise<void> {
    // Like the page: what was on its way when the host went away is asked for again under the same id.
    for (let next = this.inFlight && isRepeatable(this.inFlight) ? this.inFlight : this.#next(); ; next = this.#next()) {
      if (!(await this.#ask(client, next))) return
      onAnswer()
    }
  }

  async #ask(client: PageClient, sent: Sent): Promise<boolean> {
    this.inFlight = sent
    try {
      await this.#send(client, sent)
    } catch (error) {
      const code = error instanceof AppError ? error.code : null
      if (code === 'rpc/unavailable') return false
      if (code === null || !refusals.includes(code)) throw error
      this.refused++
    }
    this.inFlight = null
    return true
  }

  async #send(client: PageClient, sent: Sent): Promise<void> {
    switch (sent.kind) {
      case 'setStatus': {
        const { itemIds, status, note } = sent
        this.states.push({ sent, entryIds: (await client.items.setStatus({ itemIds, status, note })).entryIds })
        break
      }
      case 'comment': {
        const { id, itemId, annotationId, at, text } = sent
        this.#heard(sent, await client.comments.add({ id, itemId, annotationId, at, text }))
        break
      }
      case 'act': {
        const { entryId, commentId, action, text } = sent
        this.#heard(sent, await client.comments.act({ entryId, commentId, action, text }))
        break
      }
      default:
        this.#took(sent, await gesture(client, sent))
    }
  }

  #heard(sent: Saying, comment: Comment): void {
    this.said.push(sent)
    this.#board.comments.set(comment.id, comment)
  }

  #took(sent: Gesture, result: EditResult): void {
    this.acknowledged.push({ sent, result })
    const { annotations } = this.#board
    for (const id of result.deleted) annotations.delete(id)
    for (const record of result.changed) if ((annotations.get(record.id)?.rev ?? 0) < record.rev) annotations.set(record.id, record)
  }

  #next(): Sent {
    const dice = this.#rng.uniform()
    if (dice < 0.16) return { kind: 'undo', client: this.#name }
    if (dice < 0.24) return { kind: 'redo', client: this.#name }
    const itemId = this.#pick(this.#board.itemIds)!
    const entry = { client: this.#name, entryId: newId(), itemId }
    const text = `${this.#name} ${this.#rng.uint32()}`
    if (dice < 0.34) return { kind: 'describe', ...entry, change: this.#change(text) }
    if (dice < 0.36) return { kind: 'restore', ...entry, seq: this.#rng.int(this.acknowledged.length + 1) }
    if (dice < 0.4) {
      const itemIds = this.#board.itemIds.filter(() => this.#rng.chance(0.5))
      return { kind: 'setStatus', itemIds, status: this.#pick(states)!, note: text }
    }
    if (dice < 0.48) return this.#saying(itemId, text)
    const here = [...this.#board.annotations.values()].filter((record) => record.itemId === itemId)
    const edits = Array.from({ length: 1 + this.#rng.int(5) }, () => this.#edit(here))
    // One gesture does not speak twice of the same object.
    const seen = new Set<string>()
    const once = edits.filter((edit) => {
      const id = edit.op === 'create' ? edit.annotation.id : edit.id
      return !seen.has(id) && seen.add(id)
    })
    return { kind: 'edit', ...entry, edits: once }
  }

  /** Something new each time, so that it leaves an entry. */
  #change(text: string): PictureChange {
    const dice = this.#rng.int(3)
    if (dice === 0) return { kind: 'tags', add: [text], remove: [] }
    if (dice === 1) return { kind: 'instructions', instructions: { texts: [text], isSentence: this.#rng.chance(0.5) } }
    return { kind: 'status', status: this.#pick(states)!, note: text }
  }

  #saying(itemId: string, text: string): Saying {
    const comment = this.#pick([...this.#board.comments.values()])
    if (!comment || this.#rng.chance(0.4)) {
      const annotationId = this.#pick([...this.#board.annotations.values()].filter((record) => record.itemId === itemId))?.id ?? null
      return { kind: 'comment', id: newId(), itemId, annotationId, at: [this.#rng.int(20), this.#rng.int(20)], text }
    }
    const action = this.#pick(['text', 'resolve', 'reopen', 'delete', 'restore'] as const)!
    return { kind: 'act', entryId: newId(), commentId: comment.id, action, text }
  }

  #edit(here: readonly Annotation[]): Edit {
    const dice = this.#rng.uniform()
    const known = this.#pick(here)
    if (!known || dice < 0.45) {
      const content = { region: 'object' as const, attributes: { note: `${this.#rng.uint32()}` }, provenance: { kind: 'human' as const } }
      const classId = this.#pick(this.#board.classIds) ?? null
      return { op: 'create', annotation: { id: newId(), ...content, classId, shape: this.#shape(), z: this.#rng.int(100) } }
    }
    if (dice < 0.75) return { op: 'update', id: known.id, rev: known.rev, patch: { shape: this.#shape(), z: this.#rng.int(100) } }
    if (dice < 0.85) return { op: 'update', id: known.id, rev: known.rev, patch: { classId: this.#pick(this.#board.classIds) ?? null } }
    return { op: 'delete', id: known.id, rev: known.rev }
  }

  #shape(): Shape {
    const rng = this.#rng
    const [x, y, w, h] = [rng.int(side - 20), rng.int(side - 20), 1 + rng.int(19), 1 + rng.int(19)]
    switch (rng.int(4)) {
      case 0:
        return { kind: 'box', x, y, w, h }
      case 1:
        return { kind: 'rotatedBox', cx: x, cy: y, w, h, angleRad: rng.uniform() }
      case 2:
        return maskFromBits(
          // One pixel at least.
          Uint8Array.from({ length: w * h }, (_, i) => (i === 0 ? 1 : rng.int(2))),
          { x, y, w, h },
        )
      default: {
        const points = Array.from({ length: 3 + rng.int(40) }, () => [rng.uniform() * side, rng.uniform() * side] as [number, number])
        return { kind: 'polygon', parts: [{ outer: points, holes: [] }] }
      }
    }
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.#rng.int(list.length)]
  }
}

function gesture({ annotations }: PageClient, sent: Gesture): Promise<EditResult> {
  const { client } = sent
  if (!('entryId' in sent)) return annotations[sent.kind]({ client })
  const entry = { client, entryId: sent.entryId, itemId: sent.itemId }
  switch (sent.kind) {
    case 'edit':
      return annotations.apply({ ...entry, command: 'move', edits: sent.edits })
    case 'describe':
      return annotations.describe({ ...entry, change: sent.change })
    case 'restore':
      return annotations.restore({ ...entry, point: { kind: 'state', seq: sent.seq } })
  }
}
