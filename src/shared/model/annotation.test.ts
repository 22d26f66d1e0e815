import { describe, expect, it } from 'vitest'
import { isHeldBy, type Edit } from './annotation.ts'

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
})
