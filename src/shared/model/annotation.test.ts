import { describe, expect, it } from 'vitest'
import { annotationSchema, editSchema, isHeldBy, type Edit } from './annotation.ts'

const id = '018bcfe5-6800-7000-8000-000000000001'
const update = (patch: Extract<Edit, { op: 'update' }>['patch']): Edit => ({ op: 'update', id, rev: 1, patch })

describe('an edit', () => {
  it('writes attributes of bounded size, while those an import brought are read whatever their size', () => {
    const attributes = (key: string, value: string) => ({ [key]: value })
    const parses = (value: Record<string, string>): boolean => editSchema.safeParse(update({ attributes: value })).success
    expect(parses(attributes('k'.repeat(200), 'v'.repeat(20_000)))).toBe(true)
    expect(parses(attributes('k'.repeat(201), ''))).toBe(false)
    expect(parses(attributes('k', 'v'.repeat(20_001)))).toBe(false)
    expect(parses(Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`k${i}`, ''])))).toBe(false)
    expect(annotationSchema.shape.attributes.safeParse(attributes('k', 'v'.repeat(30_000))).success).toBe(true)
  })

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
    expect(isHeldBy({}, update({ classId: null }))).toBe(false)
  })
})
