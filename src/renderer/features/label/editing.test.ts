import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { withPatch, type Annotation, type EditResult } from '../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import type { PictureChange } from '../../../shared/model/pictureChange.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import type { AwayChanges, AwayQuestions, RefusedChange, SaveTrouble } from '../../stores/saveState.ts'
import { noGhosts } from '../../canvas/engine/ghosts.ts'
import type { Home } from '../../stores/home.ts'
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
  const host = { reachable: true, full: false, aside: false, project: null as Home | null, slow: Promise.resolve() }
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
    projects: { current: async () => (host.project ? { ...host.project, path: '/', openedAt: 0 } : null) },
    annotations: {
      async list({ itemId }) {
        const annotations = [...records.values()].filter((r) => r.itemId === itemId)
        const answer = { itemRev: revs.get(itemId)!, annotations, canUndo: true, canRedo: false }
        await host.slow
        return answer
      },
      async apply({ entryId, itemId, edits }) {
        if (!host.reachable) throw new AppError('rpc/unavailable', 'no answer')
        if (host.full) throw new AppError('disk/full', 'no room')
        if (host.project?.id === 'other') throw new AppError('item/not-found', 'it is not here', { id: itemId })
        if (host.aside) throw new AppError('item/set-aside', 'it is set aside', { id: itemId })
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
    refused: [] as readonly RefusedChange[],
    away: [] as readonly AwayChanges[],
    blocked: false,
    asked: 0,
    askedAway: [] as readonly AwayQuestions[],
    trouble: null as SaveTrouble | null,
    begin: () => void saves.pending++,
    saved: (at: number) => void (saves.pending--, (saves.savedAt = at)),
    yielded: () => void saves.pending--,
  }
  const told = {
    refused: [] as string[],
    revised: [] as [Id, number][],
    elsewhere: [] as EditResult[],
    saved: [] as Id[],
    denied: 0,
    held: 0,
  }
  /** As this page knows it. */
  const known = { project: null as Home | null, greeted: true }
  const editing = createEditing({
    client: () => link.client,
    slot: () => 'A',
    known: () => known.greeted,
    home: () => known.project,
    saves,
    refused: (error) => told.refused.push((error as AppError).code),
    revised: (itemId, itemRev) => told.revised.push([itemId, itemRev]),
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
  return { editing, saves, told, said, known, records, revs, host, open, move, x }
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
    expect(p.saves).toMatchObject({ pending: 0, savedAt: 5, refused: [] })
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
    expect(p.saves).toMatchObject({ pending: 0, refused: [], asked: 1 })
    expect(p.x(box)).toBe(77)
    expect(p.editing.conflicts.value).toMatchObject([{ id: box, mine: { shape: { x: 20 } }, theirs: { shape: { x: 77 } } }])
    p.editing.settle([box], 'mine')
    await p.editing.queue.whenEmpty()
    expect(p.editing.conflicts.value).toEqual([])
    expect(p.saves.asked).toBe(0)
    expect(p.records.get(box)).toMatchObject({ rev: 10, shape: { x: 20 } })
  })

  it('this version of an object stays as it is chosen, also of one that is locked elsewhere, or here and elsewhere', async () => {
    for (const isLockedHere of [false, true]) {
      const p = place()
      p.open(here)
      const { editor } = p.editing
      p.records.set(box, { ...p.records.get(box)!, locked: true, rev: 9 })
      p.revs.set(here, 4)
      const shape = { ...p.records.get(box)!.shape, x: 20 } as Annotation['shape']
      editor.commitPatches('move', new Map([[box, { shape, ...(isLockedHere && { locked: true }) }]]))
      await p.editing.queue.whenEmpty()
      expect(p.editing.conflicts.value).toMatchObject([{ mine: { shape: { x: 20 } }, theirs: { locked: true } }])
      p.editing.settle([box], 'mine')
      await p.editing.queue.whenEmpty()
      expect([p.told.held, p.editing.conflicts.value, p.saves.asked]).toEqual([0, [], 0])
      expect(p.records.get(box)).toMatchObject({ shape: { x: 20 } })
      expect(p.records.get(box)?.locked ?? false).toBe(isLockedHere)
    }
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

  it('what another window did just before is shown, also where its list is overtaken by the answer to a gesture of this one', async () => {
    const p = place()
    p.open(here)
    const [first, second] = [id(5), id(6)]
    p.records.set(first, record(here, first))
    p.revs.set(here, 2)
    p.move(box, 20)
    await vi.waitFor(() => expect(p.editing.editor.records.has(first)).toBe(true))
    const { promise, resolve } = Promise.withResolvers<void>()
    p.host.slow = promise
    const reading = p.editing.reload()
    p.records.set(second, record(here, second))
    p.revs.set(here, 4)
    p.move(box, 30)
    await p.editing.queue.whenEmpty()
    expect(p.editing.editor.records.has(second)).toBe(false)
    resolve()
    await reading
    expect([p.editing.editor.records.has(second), p.x(box), p.editing.editor.records.itemRev]).toEqual([true, 30, 5])
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
    expect(p.told.revised.at(-1)).toEqual([here, p.revs.get(here)])
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
    expect(p.saves).toMatchObject({ pending: 0, refused: [{ itemId: there, commands: ['item.status'] }] })
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
    expect(p.saves).toMatchObject({ pending: 0, refused: [] })
    expect(p.records.get(box)?.shape).toMatchObject({ x: 20 })
    expect(p.editing.problem.value).toBeNull()
  })

  it('nothing goes into the history of this window before the host knows again whose it is', async () => {
    const p = place()
    p.open(here)
    p.move(box, 20)
    await p.editing.queue.whenEmpty()
    p.known.greeted = false
    await expect(p.editing.undo()).rejects.toMatchObject({ code: 'rpc/unavailable' })
    p.move(box, 30)
    await settle()
    expect([p.records.get(box)?.shape, p.saves.pending]).toMatchObject([{ x: 20 }, 1])
    p.known.greeted = true
    p.editing.linked(true)
    await p.editing.queue.whenEmpty()
    expect(p.records.get(box)?.shape).toMatchObject({ x: 30 })
  })

  it('with a full disk the picture is read-only, what waits is named and kept, and all goes on when there is room', async () => {
    const p = place()
    p.open(here)
    p.host.full = true
    p.move(box, 20)
    await settle()
    expect(p.saves.trouble).toMatchObject({ error: { code: 'disk/full' }, waiting: ['move'] })
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
    expect(p.saves).toMatchObject({ pending: 0, refused: [], trouble: null })
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

  it('nothing is undone behind an earlier state that is looked at', async () => {
    const p = place()
    p.open(here)
    p.move(box, 20)
    await p.editing.queue.whenEmpty()
    const { editor } = p.editing
    editor.setGhosts('past', { list: [], past: [] })
    await p.editing.undo()
    expect([p.x(box), p.records.get(box)?.rev, p.told.denied]).toEqual([20, 2, 1])
    editor.setGhosts('past', noGhosts)
    await p.editing.undo()
    expect([p.x(box), p.told.denied]).toEqual([10, 1])
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

  it('a refused gesture goes from the picture and is kept: tried again it is on show at once, and saved when the host takes it', async () => {
    const p = place()
    p.open(here)
    p.host.aside = true
    p.move(box, 20)
    p.move(box, 30)
    await p.editing.queue.whenEmpty()
    expect([p.x(box), p.saves.pending, p.told.refused]).toEqual([10, 0, ['item/set-aside']])
    expect(p.saves.refused).toMatchObject([{ itemId: here, commands: ['move', 'move'], error: { code: 'item/set-aside' } }])
    p.host.aside = false
    p.editing.again(p.saves.refused[0]!.id)
    expect([p.x(box), p.saves.refused, p.saves.pending]).toEqual([30, [], 2])
    await p.editing.queue.whenEmpty()
    expect([p.records.get(box)?.shape, p.saves.pending]).toMatchObject([{ x: 30 }, 0])
    p.host.aside = true
    p.move(box, 40)
    await p.editing.queue.whenEmpty()
    p.editing.drop({ change: p.saves.refused[0]!.id })
    expect([p.saves.refused, p.x(box), p.editing.problem.value]).toEqual([[], 30, null])
  })

  it('who says something of a picture hears that it waits as soon as another project is open, whether or not it was tried', async () => {
    const p = place()
    const mine = { key: 'mine', id: 'mine', name: 'Mine' }
    p.host.project = p.known.project = mine
    p.open(here)
    const change: PictureChange = { kind: 'tags', add: ['night'], remove: [] }
    p.known.project = null
    expect(await p.editing.describe(here, change, { home: mine })).toBe('waiting')
    p.known.project = mine
    p.host.reachable = false
    const first = p.editing.describe(here, change)
    const second = p.editing.describe(here, change)
    p.known.project = { key: 'other', id: 'other', name: 'Other' }
    p.editing.moved()
    expect([await first, await second]).toEqual(['waiting', 'waiting'])
    expect(p.saves).toMatchObject({ pending: 0, away: [{ projectKey: 'mine', commands: ['item.tags', 'item.tags', 'item.tags'] }] })
    p.editing.drop({ project: 'mine' })
    expect(p.saves.away).toEqual([])
  })

  it('gestures of a project wait while another one is open, also where this window has not heard of that yet', async () => {
    const p = place()
    p.host.project = p.known.project = { key: 'mine', id: 'mine', name: 'Mine' }
    p.open(here)
    p.host.project = { key: 'other', id: 'other', name: 'Other' }
    p.move(box, 20)
    await vi.waitFor(() => expect(p.editing.problem.value?.code).toBe('project/none-open'))
    expect(p.editing.queue.length).toBe(1)
    p.known.project = p.host.project
    p.editing.moved()
    expect(p.saves).toMatchObject({ pending: 0, refused: [], away: [{ projectKey: 'mine', name: 'Mine', commands: ['move'] }] })
    expect(await p.editing.settled()).toBeUndefined()
    p.host.project = p.known.project = { key: 'mine', id: 'mine', name: 'Mine' }
    p.editing.moved()
    await p.editing.queue.whenEmpty()
    expect([p.records.get(box)?.shape, p.saves.away, p.told.refused]).toMatchObject([{ x: 20 }, [], []])
    p.known.project = { key: 'other', id: 'other', name: 'Other' }
    p.editing.moved()
    expect(p.saves.away).toEqual([])
  })
})
