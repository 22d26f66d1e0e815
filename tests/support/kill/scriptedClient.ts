import type { PageClient } from '../../../src/shared/api/page/contract.ts'
import { newId } from '../../../src/main/newId.ts'
import type { CounterRng } from '../../../src/shared/counterRng.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { maskFromBits } from '../../../src/shared/geometry/rle.ts'
import type { Annotation, Edit, EditResult } from '../../../src/shared/model/annotation.ts'
import type { Shape } from '../../../src/shared/model/shape.ts'

/** What all clients know of the open pictures, from the answers they got. */
export interface Board {
  readonly itemIds: readonly string[]
  readonly classIds: readonly string[]
  readonly annotations: Map<string, Annotation>
}

export type Sent =
  | { readonly kind: 'edit'; readonly client: string; readonly entryId: string; readonly itemId: string; readonly edits: Edit[] }
  | { readonly kind: 'undo' | 'redo'; readonly client: string }

export interface Acknowledged {
  readonly sent: Sent
  readonly result: EditResult
}

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
    for (let next = this.inFlight?.kind === 'edit' ? this.inFlight : this.#next(); ; next = this.#next()) {
      if (!(await this.#ask(client, next))) return
      onAnswer()
    }
  }

  async #ask(client: PageClient, sent: Sent): Promise<boolean> {
    this.inFlight = sent
    try {
      this.#took(sent, await send(client, sent))
    } catch (error) {
      const code = error instanceof AppError ? error.code : null
      if (code === 'rpc/unavailable') return false
      if (code === null || !refusals.includes(code)) throw error
      this.refused++
    }
    this.inFlight = null
    return true
  }

  #took(sent: Sent, result: EditResult): void {
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
    const here = [...this.#board.annotations.values()].filter((record) => record.itemId === itemId)
    const edits = Array.from({ length: 1 + this.#rng.int(5) }, () => this.#edit(here))
    // One gesture does not speak twice of the same object.
    const seen = new Set<string>()
    const once = edits.filter((edit) => {
      const id = edit.op === 'create' ? edit.annotation.id : edit.id
      return !seen.has(id) && seen.add(id)
    })
    return { kind: 'edit', client: this.#name, entryId: newId(), itemId, edits: once }
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
          Uint8Array.from({ length: w * h }, () => rng.int(2)),
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

function send(client: PageClient, sent: Sent): Promise<EditResult> {
  if (sent.kind !== 'edit') return client.annotations[sent.kind]({ client: sent.client })
  const { entryId, itemId, edits } = sent
  return client.annotations.apply({ entryId, itemId, client: sent.client, command: 'move', edits })
}
