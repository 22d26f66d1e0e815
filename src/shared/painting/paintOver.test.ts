import { expect, it } from 'vitest'
import { maskArea, maskFromBits } from '../geometry/rle.ts'
import type { Edit, NewAnnotation } from '../model/annotation.ts'
import type { MaskShape } from '../model/shape.ts'
import { paintOver } from './paintOver.ts'
import type { Ground, PaintedRecord } from './protection.ts'

const square = (x: number, w = 10): MaskShape => maskFromBits(new Uint8Array(w * 10).fill(1), { x, y: 0, w, h: 10 })
const record = (id: string, shape: PaintedRecord['shape'], extra: Partial<PaintedRecord> = {}): PaintedRecord => ({
  id,
  rev: 1,
  classId: 'a',
  region: 'object',
  shape,
  ...extra,
})
const ground = (rule: Ground['rule'], ...records: PaintedRecord[]): Ground => ({
  image: { width: 100, height: 10 },
  rule,
  records,
  isOnShow: () => true,
})
const create = (id: string, shape: NewAnnotation['shape']): Edit => ({
  op: 'create',
  annotation: { id, classId: 'a', region: 'object', shape, attributes: {}, provenance: { kind: 'human' }, z: 0 },
})
/** Op, id and pixels that are left. */
const told = (edits: readonly Edit[]): unknown[] =>
  edits.map((edit) => {
    const [id, shape] =
      edit.op === 'create' ? [edit.annotation.id, edit.annotation.shape] : [edit.id, edit.op === 'update' ? edit.patch.shape : null]
    return [edit.op, id, shape?.kind === 'mask' ? maskArea(shape) : 0]
  })

it('what is painted first is there for what comes after it', () => {
  const free = paintOver(ground({ over: 'free', cut: false }), [create('x', square(0)), create('y', square(5)), create('z', square(2, 5))])
  expect([told(free.edits), [...free.empty]]).toEqual([
    [
      ['create', 'x', 100],
      ['create', 'y', 50],
    ],
    ['z'],
  ])
  const cut = paintOver(ground({ over: 'all', cut: true }, record('old', square(0, 20))), [create('x', square(0)), create('y', square(5))])
  expect(told(cut.edits)).toEqual([
    ['create', 'x', 50],
    ['create', 'y', 100],
    ['update', 'old', 50],
  ])
})

it('a region that becomes another one leaves what is protected, and stays as it is where nothing is left', () => {
  const box = (id: string, x: number): PaintedRecord => record(id, { kind: 'box', x, y: 0, w: 10, h: 10 })
  const other = record('other', square(5), { classId: 'b' })
  const { edits, empty } = paintOver(ground({ over: 'ownClass', cut: true }, box('near', 0), box('on', 5), other), [
    { op: 'update', id: 'near', rev: 1, patch: { shape: square(0) } },
    { op: 'update', id: 'on', rev: 1, patch: { shape: square(5) } },
  ])
  expect([told(edits), [...empty]]).toEqual([[['update', 'near', 50]], ['on']])
})
