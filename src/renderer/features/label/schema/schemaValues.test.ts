import { expect, it } from 'vitest'
import type { Annotation, Attributes } from '../../../../shared/model/annotation.ts'
import type { AttributeField } from '../../../../shared/model/attributeSchema.ts'
import { faultFinder, schemaRows, withValue } from './schemaValues.ts'

const moving: AttributeField = { kind: 'flag', name: 'moving', required: true, fallback: null }
const color: AttributeField = { kind: 'choice', name: 'color', required: false, fallback: null, options: ['red', 'blue'] }
const fieldsFor = (classId: string | null): readonly AttributeField[] => (classId === 'car' ? [moving, color] : [moving])

it('shows what one object holds, also what its definition does not allow', () => {
  const records = [{ classId: 'car', attributes: { color: 'green', other: 1 } }]
  expect(schemaRows(records, fieldsFor)).toEqual([
    { field: moving, records, value: undefined, mixed: false, faults: 1, fault: 'missing' },
    { field: color, records, value: 'green', mixed: false, faults: 1, fault: 'option' },
  ])
  expect(schemaRows([], fieldsFor)).toEqual([])
})

it('finds objects with something to fill in or to correct; void has nothing to fill in', () => {
  const faulty = faultFinder(fieldsFor)
  const record = (classId: string, attributes: Attributes, region: 'object' | 'void' = 'object') =>
    ({ classId, attributes, region }) as Parameters<typeof faulty>[0]
  expect(
    [
      record('sky', {}),
      record('sky', { moving: false }),
      record('car', { moving: true, color: 'green' }),
      record('sky', { moving: true, color: 'green' }),
      record('sky', {}, 'void'),
    ].map(faulty),
  ).toEqual([true, false, true, false, false])
})

it('shows of several what all of them have, that they differ, and what only some have', () => {
  const records: { classId: string; attributes: Attributes }[] = [
    { classId: 'car', attributes: { moving: true, color: 'red' } },
    { classId: 'sky', attributes: { moving: false } },
  ]
  expect(schemaRows(records, fieldsFor)).toEqual([
    { field: moving, records, value: true, mixed: true, faults: 0, fault: null },
    { field: color, records: [records[0]], value: 'red', mixed: false, faults: 0, fault: null },
  ])
  // What is of all stands first, whichever class comes first in the selection.
  const [a, b, c]: AttributeField[] = ['a', 'b', 'b'].map((name, i) => ({ kind: 'text', name, required: i === 2, fallback: null }))
  const byClass: Record<string, AttributeField[]> = { car: [b!, a!], sky: [c!, a!] }
  const rows = schemaRows(records, (classId) => byClass[classId!] ?? [])
  expect(rows.map(({ field, records: own }) => [field.name, field.required, own.map(({ classId }) => classId)])).toEqual([
    ['a', false, ['car', 'sky']],
    ['b', false, ['car']],
    ['b', true, ['sky']],
  ])
  expect(schemaRows([records[0]!, { ...records[0]! }], fieldsFor).map(({ mixed }) => mixed)).toEqual([false, false])
})

it('changes one value and keeps the rest', () => {
  expect(withValue({ a: 1, b: 'x' }, 'a', 2)).toEqual({ b: 'x', a: 2 })
  expect(withValue({ a: 1, b: 'x' }, 'a', undefined)).toEqual({ b: 'x' })
  expect(Object.keys(withValue({}, '__proto__', true))).toEqual(['__proto__'])
})

it('is not fooled by names that every object of JavaScript has', () => {
  const [made, text] = ['constructor', 'toString'].map((name) => ({ kind: 'text', name, required: false, fallback: null }) as const)
  const bare = { classId: 'car', region: 'object', attributes: {} } as Annotation
  const given = { ...bare, attributes: withValue({}, 'constructor', 'Acme') }
  expect(schemaRows([bare, given], () => [made!, text!])).toEqual([
    { field: made, records: [bare, given], value: undefined, mixed: true, faults: 0, fault: null },
    { field: text, records: [bare, given], value: undefined, mixed: false, faults: 0, fault: null },
  ])
  expect(faultFinder(() => [made!, text!])(bare)).toBe(false)
})
