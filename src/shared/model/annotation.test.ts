import { describe, expect, it } from 'vitest'
import { attributeOf, editSchema, isHeldBy, type Edit } from './annotation.ts'

const id = '018bcfe5-6800-7000-8000-000000000001'
const update = (patch: Extract<Edit, { op: 'update' }>['patch']): Edit => ({ op: 'update', id, rev: 1, patch })

describe('an edit', () => {
  it('of a locked object is held, unless it unlocks it or only others pass it', () => {
    const held = (edit: Edit): boolean => isHeldBy({ locked: true }, edit)
    expect([update({ z: 1 }), update({ locked: false }), update({ locked: false, z: 1, classId: null })].map(held)).toEqual([
      false,
      false,
      false,
    ])
    expect([update({ classId: null }), update({ locked: true, classId: null }), { op: 'delete', id, rev: 1 } as Edit].map(held)).toEqual([
      true,
      true,
      true,
    ])
    expect(held({ op: 'delete', id, rev: 1, evenLocked: true })).toBe(false)
    expect(held({ op: 'update', id, rev: 1, patch: { classId: null, locked: true } })).toBe(true)
    expect(held({ op: 'update', id, rev: 1, patch: { classId: null, locked: true }, evenLocked: true })).toBe(false)
    expect(isHeldBy({}, update({ classId: null }))).toBe(false)
  })

  it('with an attribute called __proto__ is refused, and not taken without it', () => {
    const attributes = JSON.parse('{"__proto__":"x","a":"b"}') as object
    const { error } = editSchema.safeParse({ op: 'update', id, rev: 1, patch: { attributes } })
    expect(error?.issues.map(({ path, message }) => [path, message])).toEqual([
      [['patch', 'attributes'], 'an attribute cannot be called __proto__'],
    ])
    const shape = { kind: 'point', x: 1, y: 1 }
    const annotation = { id, classId: null, region: 'object', shape, attributes, provenance: { kind: 'human' }, z: 0 }
    expect(editSchema.safeParse({ op: 'create', annotation }).success).toBe(false)
    expect(editSchema.safeParse({ op: 'create', annotation: { ...annotation, attributes: { constructor: 'x' } } }).data).toMatchObject({
      annotation: { attributes: { constructor: 'x' } },
    })
    expect(editSchema.safeParse({ op: 'update', id, rev: 1, patch: { z: 1 } }).data).toMatchObject({ patch: { z: 1 } })
    expect([attributeOf({ a: 1 }, 'a'), attributeOf({}, 'constructor')]).toEqual([1, undefined])
  })
})
