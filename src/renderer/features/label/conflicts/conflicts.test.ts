import { describe, expect, it } from 'vitest'
import { isHeldBy, withPatch, type Annotation, type Edit } from '../../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../../shared/model/ids.ts'
import type { Entry } from '../../../canvas/engine/edits.ts'
import { resolve, sameContent, settleConflicts, type Conflict } from './conflicts.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const [item, a, b, c] = [id(1), id(2), id(3), id(4)] as const
const record = (recordId: Id, x: number, rev = 1): Annotation => ({
  id: recordId,
  itemId: item,
  classId: null,
  region: 'object',
  shape: { kind: 'box', x, y: 0, w: 5, h: 5 },
  attributes: {},
  provenance: { kind: 'human' },
  z: 0,
  rev,
})
const move = (recordId: Id, x: number, rev = 1): Edit => ({ op: 'update', id: recordId, rev, patch: { shape: record(recordId, x).shape } })
const remove = (recordId: Id, rev = 1): Edit => ({ op: 'delete', id: recordId, rev })
const entry = (n: number, edits: Edit[], was: Annotation[] = []): Entry => ({
  entryId: id(100 + n),
  itemId: item,
  command: 'move',
  edits,
  was,
})
const settle = (stored: Annotation[], pending: Entry[]) => settleConflicts(stored, pending, (edit) => (edit.op === 'create' ? 0 : edit.rev))
const left = (rest: ReadonlyMap<Id, readonly Edit[]>) => [...rest.values()].map((edits) => edits.length)

describe('conflicts', () => {
  it('changes of different shapes go on; the shape changed on both sides is asked about, whole', () => {
    const pending = [entry(1, [move(a, 10), move(b, 10)], [record(a, 0), record(b, 0)]), entry(2, [move(a, 20)], [record(a, 10)])]
    const { rest, conflicts } = settle([record(a, 77, 5), record(b, 0), record(c, 1)], pending)
    expect(left(rest)).toEqual([1, 0])
    expect(conflicts).toEqual([{ id: a, itemId: item, home: null, mine: { ...record(a, 20) }, theirs: record(a, 77, 5) }])
  })

  it('keeps fields this page did not touch as it saw them', () => {
    const seen = { ...record(a, 0), attributes: { pose: 'Left' }, z: 3 }
    const { conflicts } = settle([{ ...record(a, 77, 5), z: 9 }], [entry(1, [move(a, 10)], [seen])])
    expect(conflicts[0]!.mine).toMatchObject({ attributes: { pose: 'Left' }, z: 3, shape: { x: 10 } })
  })

  it('does not ask where both sides came to the same', () => {
    expect(settle([record(a, 10, 5)], [entry(1, [move(a, 10)], [record(a, 0)])]).conflicts).toEqual([])
    expect(settle([], [entry(1, [remove(a)], [record(a, 0)])])).toMatchObject({ conflicts: [], rest: new Map([[id(101), []]]) })
  })

  it('tells apart: deleted there and changed here, deleted here and changed there', () => {
    expect(settle([], [entry(1, [move(a, 10)], [record(a, 0)])]).conflicts).toMatchObject([{ mine: { shape: { x: 10 } }, theirs: null }])
    expect(settle([record(a, 77, 5)], [entry(1, [remove(a)], [record(a, 0)])]).conflicts).toMatchObject([
      { mine: null, theirs: { shape: { x: 77 } } },
    ])
  })

  it('what this page made and changed before the host knew of it is no conflict', () => {
    const made = {
      id: c,
      classId: null,
      region: 'object',
      shape: record(c, 1).shape,
      attributes: {},
      provenance: { kind: 'human' },
      z: 0,
    } as const
    const pending = [
      entry(1, [move(a, 10)], [record(a, 0)]),
      entry(2, [{ op: 'create', annotation: made }]),
      entry(3, [move(c, 4)], [record(c, 1)]),
    ]
    const { rest, conflicts } = settle([record(a, 77, 5)], pending)
    expect(left(rest)).toEqual([0, 1, 1])
    expect(conflicts.map((one) => one.id)).toEqual([a])
  })

  it('every choice becomes edits of one entry', () => {
    const changed: Conflict = { id: a, itemId: item, home: null, mine: record(a, 10), theirs: record(a, 77, 5) }
    const next = () => id(50)
    expect(resolve(changed, 'theirs', changed.theirs, next)).toEqual([])
    // On what is stored when the choice is made, not on what was stored when it was asked for.
    expect(resolve(changed, 'mine', record(a, 80, 6), next)).toMatchObject([{ op: 'update', id: a, rev: 6, patch: { shape: { x: 10 } } }])
    expect(resolve(changed, 'both', changed.theirs, next)).toMatchObject([{ op: 'create', annotation: { id: id(50), shape: { x: 10 } } }])
    expect(resolve(changed, 'mine', null, next)).toMatchObject([{ op: 'create', annotation: { id: a, shape: { x: 10 } } }])
    expect(resolve({ ...changed, mine: null }, 'mine', changed.theirs, next)).toEqual([{ op: 'delete', id: a, rev: 5, evenLocked: true }])
    expect(resolve({ ...changed, mine: null }, 'mine', null, next)).toEqual([])
  })

  it("this window's version leaves no group and no lock of the other one behind", () => {
    const mine = record(a, 10)
    const theirs: Annotation = { ...record(a, 77, 5), groupId: id(60), locked: true }
    const [edit] = resolve({ id: a, mine }, 'mine', theirs, () => id(50))
    if (edit?.op !== 'update') throw new Error('an update was expected')
    expect(isHeldBy(theirs, edit)).toBe(false)
    expect(sameContent(withPatch(theirs, edit.patch), mine)).toBe(true)
    const [grouped] = resolve({ id: a, mine: theirs }, 'mine', mine, () => id(50))
    expect(grouped).toMatchObject({ patch: { groupId: id(60), locked: true } })
  })
})
