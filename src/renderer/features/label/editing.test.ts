import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { withPatch, type Annotation, type EditResult } from '../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import type { SaveTrouble } from '../../stores/saveState.ts'
import { createEditing } from './editing.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const [here, there, box, other] = [id(1), id(2), id(3), id(4)] as const
const record = (itemId: Id, recordId: Id): Annotation => ({
  id: recordId,
  itemId,
  classId: null,
  region: 'object',
  shape: { kind: 'box', x: 10, y: 10, w: 30, h: 30 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev: 1,
})
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** Updates and their undoing as the host does them, in memory: revisions, refusals, and one journal over two images. */
function place() {
  const records = new Map([
    [box, record(here, box)],
    [other, record(there, other)],
  ])
  const revs = new Map([
    [here, 1],
    [there, 1],
  ])
  const journal: { itemId: Id; before: Annotation }[] = []
  const host = { reachable: true, full: false }
  /** What was said about pictures, and at which revision of their objects. */
  const said: string[] = []
  const result = (entryId: Id, itemId: Id, changed: Annotation): EditResult => {
    revs.set(itemId, revs.get(itemId)! + 1)
    return {
      entryId,
      itemId,
      command: 'move',
      changed: [changed],
      deleted: [],
      itemRev: revs.get(itemId)!,
      savedAt: 5,
      canUndo: true,
      canRedo: false,
    }
  }
  const link = memoryLink({
    annotations: {
      list: async ({ itemId }) => ({
        itemRev: revs.get(itemId)!,
        annotations: [...records.values()].filter((r) => r.itemId === itemId),
        canUndo: true,
        canRedo: false,
      }),
      async apply({ entryId, itemId, edits }) {
        if (!host.reachable) throw new AppError('rpc/unavailable', 'no answer')
        if (host.full) throw new AppError('disk/full', 'no room')
        const edit = edits[0]!
        if (edit.op !== 'update') throw new Error('only updates here')
        const before = records.get(edit.id)!
        if (before.rev !== edit.rev) throw new AppError('annotation/conflict', 'changed', { id: edit.id, rev: before.rev })
        const after = { ...withPatch(before, edit.patch), rev: before.rev + 1 }
        records.set(edit.id, after)
        journal.push({ itemId, before })
        return result(entryId, itemId, after)
      },
      async describe({ entryId, itemId, change }) {
        if (!host.reachable) throw new AppError('rpc/unavailable', 'no answer')
        if (itemId !== here) throw new AppError('item/set-aside', 'it is set aside', { id: itemId })
        said.push(`${change.kind} at ${revs.get(itemId)}`)
        const told = { entryId, itemId, command: `item.${change.kind}`, changed: [], deleted: [], itemRev: revs.get(itemId)! }
        return { ...told, savedAt: 6, canUndo: true, canRedo: false, listedIn: id(9) }
      },
      async undo() {
        const entry = journal.pop()
        if (!entry) throw new AppError('journal/nothing-to-undo', 'nothing')
        const after = { ...entry.before, rev: records.get(entry.before.id)!.rev + 1 }
        records.set(after.id, after)
        return result(id(200 + journal.length), entry.itemId, after)
      },
    },
  })
  const saves = {
    pending: 0,
    savedAt: 0,
    lostCount: 0,
    blocked: false,
    asked: 0,
    trouble: null as SaveTrouble | null,
    begin: () => void saves.pending++,
    saved: (at: number) => void (saves.pending--, (saves.savedAt = at)),
    yielded: () => void saves.pending--,
    lost: () => void (saves.pending--, saves.lostCount++),
  }
  const told = { refused: [] as string[], elsewhere: [] as EditResult[], saved: [] as Id[], denied: 0, held: 0 }
  const editing = createEditing({
    client: () => link.client,
    slot: () => 'A',
    saves,
    refused: (error) => told.refused.push((error as AppError).code),
    elsewhere: (one) => told.elsewhere.push(one),
    saved: (itemId) => told.saved.push(itemId),
    denied: () => void told.denied++,
    held: () => void told.held++,
    done: () => undefined,
  })
  const open = (itemId: Id): void => {
    const list = [...records.values()].filter((r) => r.itemId === itemId)
    editing.editor.open(itemId, { width: 100, height: 100 }, revs.get(itemId)!, list, editing.queue.pendingFor(itemId))
  }
  const move = (recordId: Id, x: number): void =>
    void editing.editor.commitPatches('move', new Map([[recordId, { shape: { kind: 'box', x, y: 10, w: 30, h: 30 } }]]))
  const x = (recordId: Id): number | undefined => (editing.editor.records.get(recordId)?.shape as { x: number } | undefined)?.x
  return { editing, saves, told, said, records, revs, host, open, move, x }
}

describe('editing', () => {
  it('saves every gesture by itself, and tells when', async () => {
    const p = place()
    p.open(here)
    p.move(box, 20)
    p.move(box, 25)
    expect(p.saves.pending).toBe(2)
    expect(p.x(box)).toBe(25)
    await p.editing.queue.whenEmpty()
    expect(p.saves).toMatchObject({ pending: 0, savedAt: 5, lostCount: 0 })
    expect(p.editing.editor.records.get(box)).toMatchObject({ rev: 3 })
    expect(p.told.saved).toEqual([here, here])
  })

  it('a conflict shows what is stored, keeps this version, and overwrites nothing without a choice', async () => {
    const p = place()
    p.open(here)
    p.records.set(box, { ...p.records.get(box)!, shape: { kind: 'box', x: 77, y: 10, w: 30, h: 30 }, rev: 9 })
    p.revs.set(here, 4)
    p.move(box, 20)
    await p.editing.queue.whenEmpty()
    expect(p.told.refused).toEqual([])
    expect(p.saves).toMatchObject({ pending: 0, lostCount: 0, asked: 1 })
    expect(p.x(box)).toBe(77)
    expect(p.editing.conflicts.value).toMatchObject([{ id: box, mine: { shape: { x: 20 } }, theirs: { shape: { x: 77 } } }])
    p.editing.settle([box], 'mine')
    await p.editing.queue.whenEmpty()
    expect(p.editing.conflicts.value).toEqual([])
    expect(p.saves.asked).toBe(0)
    expect(p.records.get(box)).toMatchObject({ rev: 10, shape: { x: 20 } })
  })

  it('this version of an object that was locked elsewhere waits until it is unlocked', async () => {
    const p = place()
    p.open(here)
    p.records.set(box, { ...p.records.get(box)!, locked: true, rev: 9 })
    p.revs.set(here, 4)
    p.move(box, 20)
    await p.editing.queue.whenEmpty()
    p.editing.settle([box], 'mine')
    expect(p.told.held).toBe(1)
    expect(p.editing.conflicts.value).toMatchObject([{ mine: { shape: { x: 20 } }, theirs: { locked: true } }])
    p.editing.editor.commitPatches('unlock', new Map([[box, { locked: false }]]))
    p.editing.settle([box], 'mine')
    await p.editing.queue.whenEmpty()
    expect([p.editing.conflicts.value, p.saves.asked]).toEqual([[], 0])
    expect(p.records.get(box)).toMatchObject({ shape: { x: 20 } })
  })

  it('a change elsewhere that arrives while the shape is being dragged is not overwritten by the end of the drag', async () => {
    const p = place()
    p.open(here)
    p.editing.editor.gesture.setDraft({ kind: 'reshape', shapes: new Map([[box, { kind: 'box', x: 15, y: 10, w: 30, h: 30 }]]) })
    p.records.set(box, { ...p.records.get(box)!, shape: { kind: 'box', x: 77, y: 10, w: 30, h: 30 }, rev: 2 })
    p.revs.set(here, 2)
    await p.editing.reload()
    expect(p.x(box)).toBe(77)
    p.editing.editor.gesture.setDraft({ kind: 'none' })
    p.move(box, 20)
    await p.editing.queue.whenEmpty()
    expect(p.records.get(box)).toMatchObject({ rev: 2, shape: { x: 77 } })
    expect(p.editing.conflicts.value).toMatchObject([{ id: box, mine: { shape: { x: 20 } } }])
    p.editing.settle([box], 'theirs')
    p.move(box, 21)
    await p.editing.queue.whenEmpty()
    expect(p.records.get(box)).toMatchObject({ rev: 3, shape: { x: 21 } })
  })

  it('undo takes back the newest gesture; in another image it says which', async () => {
    const p = place()
    p.open(here)
    p.move(box, 20)
    await p.editing.queue.whenEmpty()
    p.open(there)
    p.move(other, 40)
    await p.editing.undo()
    expect(p.x(other)).toBe(10)
    expect(p.told.elsewhere).toEqual([])
    await p.editing.undo()
    expect(p.told.elsewhere.map((one) => [one.itemId, one.changed[0]!.id])).toEqual([[here, box]])
    await expect(p.editing.undo()).rejects.toMatchObject({ code: 'journal/nothing-to-undo' })
  })

  it('undo pressed faster than the host answers takes back as many gestures', async () => {
    const p = place()
    p.open(here)
    for (const x of [20, 30, 40]) p.move(box, x)
    await Promise.all([p.editing.undo(), p.editing.undo(), p.editing.undo()])
    expect(p.x(box)).toBe(10)
  })

  it('what is said about the picture goes its way in turn with the gestures, and waits with them', async () => {
    const p = place()
    p.open(here)
    p.move(box, 20)
    const first = p.editing.describe(here, { kind: 'tags', add: ['night'], remove: [] })
    p.move(box, 30)
    expect(p.editing.canUndo.value).toBe(true)
    expect(await first).toBe('saved')
    await p.editing.queue.whenEmpty()
    p.host.reachable = false
    p.move(box, 40)
    expect(await p.editing.describe(here, { kind: 'status', status: 'done', note: '' })).toBe('waiting')
    p.host.reachable = true
    p.editing.linked(true)
    await p.editing.queue.whenEmpty()
    expect(p.said).toEqual(['tags at 2', 'status at 4'])
    expect(await p.editing.describe(there, { kind: 'status', status: 'done', note: '' })).toBe('refused')
    expect(p.told.refused).toEqual(['item/set-aside'])
    expect(p.saves).toMatchObject({ pending: 0, lostCount: 1 })
  })

  it('what is said about the picture survives a conflict about its objects', async () => {
    const p = place()
    p.open(here)
    p.records.set(box, { ...p.records.get(box)!, shape: { kind: 'box', x: 77, y: 10, w: 30, h: 30 }, rev: 9 })
    p.revs.set(here, 4)
    p.move(box, 20)
    expect(await p.editing.describe(here, { kind: 'tags', add: ['night'], remove: [] })).toBe('saved')
    expect([p.editing.conflicts.value.length, p.saves.pending, p.said]).toEqual([1, 0, ['tags at 4']])
  })

  it('while the link is down nothing is lost, undo waits for better times, and all is sent when it is back', async () => {
    const p = place()
    p.open(here)
    p.host.reachable = false
    p.editing.linked(false)
    p.move(box, 20)
    expect(p.saves.blocked).toBe(true)
    expect(p.editing.problem.value?.code).toBe('rpc/unavailable')
    await settle()
    await expect(p.editing.undo()).rejects.toMatchObject({ code: 'rpc/unavailable' })
    // The image may be left and opened again meanwhile: what is on its way is shown.
    p.open(there)
    p.open(here)
    expect(p.x(box)).toBe(20)
    p.host.reachable = true
    p.editing.linked(true)
    await p.editing.queue.whenEmpty()
    expect(p.saves).toMatchObject({ pending: 0, lostCount: 0 })
    expect(p.records.get(box)?.shape).toMatchObject({ x: 20 })
    expect(p.editing.problem.value).toBeNull()
  })

  it('with a full disk the picture is read-only, what waits is named and kept, and all goes on when there is room', async () => {
    const p = place()
    p.open(here)
    p.host.full = true
    p.move(box, 20)
    await settle()
    expect(p.saves.trouble).toMatchObject({ error: { code: 'disk/full' }, waiting: ['Move'] })
    expect(p.editing.editor.readOnly).toBe(true)
    p.move(box, 30)
    p.editing.tools.choose('box')
    p.editing.tools.down({ x: 5, y: 5 }, 'main', 1, { shift: false, alt: false, mod: false })
    expect(p.editing.tools.stateName).toBe('idle')
    expect(p.told.denied).toBe(2)
    expect(p.x(box)).toBe(20)
    await expect(p.editing.undo()).rejects.toMatchObject({ code: 'disk/full' })
    p.host.full = false
    p.editing.queue.retry()
    await p.editing.queue.whenEmpty()
    expect(p.saves).toMatchObject({ pending: 0, lostCount: 0, trouble: null })
    expect(p.records.get(box)?.shape).toMatchObject({ x: 20 })
    p.move(box, 40)
    await p.editing.queue.whenEmpty()
    expect(p.records.get(box)?.shape).toMatchObject({ x: 40 })
  })

  it('who waits for all to be saved hears at once that it cannot be, however long that lasts', async () => {
    const p = place()
    p.open(here)
    p.host.full = true
    p.move(box, 20)
    await expect(p.editing.settled()).rejects.toMatchObject({ code: 'disk/full' })
    await expect(p.editing.settled()).rejects.toMatchObject({ code: 'disk/full' })
    p.host.full = false
    p.editing.queue.retry()
    await p.editing.queue.whenEmpty()
    expect(await p.editing.settled()).toBeUndefined()
  })

  it('a picture that is out of its dataset cannot be changed until it is back, whatever is saved meanwhile', async () => {
    const p = place()
    p.open(here)
    p.move(box, 20)
    p.editing.setClosed(true)
    await p.editing.queue.whenEmpty()
    p.move(box, 30)
    expect(await p.editing.describe(here, { kind: 'tags', add: ['night'], remove: [] })).toBe('refused')
    expect([p.x(box), p.told.denied, p.said]).toEqual([20, 2, []])
    p.editing.setClosed(false)
    p.move(box, 30)
    expect(p.x(box)).toBe(30)
  })

  it('what was being drawn when the disk ran full is not lost', async () => {
    const p = place()
    p.open(here)
    p.host.full = true
    p.move(box, 20)
    p.editing.editor.gesture.setDraft({ kind: 'marquee', bounds: { minX: 0, minY: 0, maxX: 1, maxY: 1 } })
    await settle()
    expect(p.editing.editor.readOnly).toBe(true)
    p.move(box, 30)
    expect(p.x(box)).toBe(30)
    p.move(box, 40)
    expect(p.x(box)).toBe(30)
    expect(p.saves.pending).toBe(2)
    p.host.full = false
    p.editing.queue.retry()
    await p.editing.queue.whenEmpty()
    expect(p.records.get(box)?.shape).toMatchObject({ x: 30 })
  })
})
