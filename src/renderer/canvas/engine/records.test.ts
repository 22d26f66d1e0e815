import { describe, expect, it } from 'vitest'
import type { Annotation, Edit, EditResult } from '../../../shared/model/annotation.ts'
import { uuidv7, type Id } from '../../../shared/model/ids.ts'
import type { Entry } from './edits.ts'
import { Records } from './records.ts'

const id = (n: number): Id => uuidv7(1_700_000_000_000, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, n))
const item = id(200)
const box = (x: number): Annotation['shape'] => ({ kind: 'box', x, y: 0, w: 5, h: 5 })
const record = (n: number, x: number, rev = 1): Annotation => ({
  id: id(n),
  itemId: item,
  classId: null,
  region: 'object',
  shape: box(x),
  attributes: {},
  provenance: { kind: 'human' },
  z: n,
  rev,
})
const entry = (n: number, ...edits: Edit[]): Entry => ({ entryId: id(100 + n), itemId: item, command: 'test', edits })
const moved = (n: number, x: number): Edit => ({ op: 'update', id: id(n), rev: 1, patch: { shape: box(x) } })
const answer = (to: Entry, itemRev: number, changed: Annotation[], deleted: Id[] = []): EditResult => ({
  entryId: to.entryId,
  itemId: item,
  command: to.command,
  changed,
  deleted,
  itemRev,
  savedAt: 0,
  canUndo: true,
  canRedo: false,
})
const loaded = (): Records => {
  const records = new Records()
  records.load(5, [record(1, 10), record(2, 20)], [])
  return records
}
const xs = (records: Records): (number | string)[] => records.inOrder().map(({ shape }) => (shape.kind === 'box' ? shape.x : shape.kind))

describe('records', () => {
  it('shows an edit at once and keeps it when the host confirms', () => {
    const records = loaded()
    const move = entry(1, moved(1, 11))
    expect(records.push(move)).toEqual(new Set([id(1)]))
    expect(xs(records)).toEqual([11, 20])
    const shape = records.get(id(1))!.shape
    records.merge(answer(move, 6, [record(1, 11, 2)]))
    expect(records.get(id(1))).toMatchObject({ rev: 2 })
    expect(records.get(id(1))!.shape).toBe(shape)
    expect(records.pending).toEqual([])
  })

  it('a late answer to a first edit does not undo the second', () => {
    const records = loaded()
    const first = entry(1, moved(1, 11))
    const second = entry(2, moved(1, 12))
    records.push(first)
    records.push(second)
    records.merge(answer(first, 6, [record(1, 11, 2)]))
    expect(xs(records)).toEqual([12, 20])
    records.merge(answer(second, 7, [record(1, 12, 3)]))
    expect(xs(records)).toEqual([12, 20])
  })

  it('a refused entry disappears with all that built on it, and nothing else', () => {
    const records = loaded()
    const create = entry(1, { op: 'create', annotation: { ...record(3, 30) } })
    const onIt = entry(2, moved(3, 31))
    const other = entry(3, moved(2, 21))
    for (const one of [create, onIt, other]) records.push(one)
    expect(xs(records)).toEqual([10, 21, 31])
    const { dropped, changed } = records.drop(create.entryId)
    expect(dropped).toEqual([create, onIt])
    expect(changed).toEqual(new Set([id(3)]))
    expect(xs(records)).toEqual([10, 21])
  })

  it('a list that was read before the latest answer is refused', () => {
    const records = loaded()
    const move = entry(1, moved(1, 11))
    records.push(move)
    records.merge(answer(move, 7, [record(1, 11, 2)]))
    expect(records.refresh(6, [record(1, 10), record(2, 20)])).toBe(false)
    expect(xs(records)).toEqual([11, 20])
    expect(records.refresh(8, [record(1, 13, 3)])).toEqual(new Set([id(1), id(2)]))
    expect(xs(records)).toEqual([13])
  })

  it('a list that already holds what is still unanswered shows it once', () => {
    const records = loaded()
    const create = entry(1, { op: 'create', annotation: record(3, 30) })
    records.push(create)
    records.refresh(6, [record(1, 10), record(2, 20), record(3, 30)])
    expect(xs(records)).toEqual([10, 20, 30])
    records.merge(answer(create, 6, [record(3, 30)]))
    expect(xs(records)).toEqual([10, 20, 30])
    expect(records.pending).toEqual([])
  })

  it('another image opens with what is still on its way for it', () => {
    const records = loaded()
    records.load(1, [record(1, 10)], [entry(1, { op: 'delete', id: id(1), rev: 1 }), entry(2, { op: 'create', annotation: record(4, 40) })])
    expect(xs(records)).toEqual([40])
  })

  it('the order is what sorting would give, whatever changes', () => {
    const records = loaded()
    const ids = (): readonly Id[] => records.inOrder().map((one) => one.id)
    const first = records.inOrder()
    records.push(entry(1, moved(1, 11)))
    expect([xs(records), first.map(({ shape }) => (shape.kind === 'box' ? shape.x : 0))]).toEqual([
      [11, 20],
      [10, 20],
    ])
    expect(records.pick([id(2), id(1)]).map((one) => one.id)).toEqual([id(1), id(2)])
    records.push(entry(2, { op: 'update', id: id(1), rev: 1, patch: { z: 9 } }))
    expect([ids(), records.pick([id(1), id(2)])[1]!.z]).toEqual([[id(2), id(1)], 9])
    records.push(entry(3, { op: 'create', annotation: record(3, 30) }, moved(2, 21)))
    expect(ids()).toEqual([id(2), id(3), id(1)])
    records.push(entry(4, { op: 'delete', id: id(3), rev: 1 }))
    expect(xs(records)).toEqual([21, 11])
  })

  it('the order is the same array until something changes, and answers ids in it', () => {
    const records = loaded()
    const order = records.inOrder()
    expect(records.inOrder()).toBe(order)
    expect(records.pick([id(2), id(9), id(1)]).map((one) => one.id)).toEqual([id(1), id(2)])
    const lift = entry(1, { op: 'update', id: id(1), rev: 1, patch: { z: 9 } })
    records.push(lift)
    expect(records.pick([id(1), id(2)]).map((one) => one.id)).toEqual([id(2), id(1)])
    records.merge(answer(lift, 6, [{ ...record(1, 10, 2), z: 9 }]))
    expect(records.inOrder().map((one) => one.id)).toEqual([id(2), id(1)])
    records.drop(lift.entryId)
    records.refresh(7, [record(1, 10, 3), record(2, 20)])
    expect(records.inOrder().map((one) => one.id)).toEqual([id(1), id(2)])
  })
})
