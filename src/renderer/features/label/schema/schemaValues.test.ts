import { expect, it } from 'vitest'
import type { Attributes } from '../../../../shared/model/annotation.ts'
import type { AttributeField } from '../../../../shared/model/attributeSchema.ts'
import { faultFinder, schemaRows, withValue } from './schemaValues.ts'

const moving: AttributeField = { kind: 'flag', name: 'moving', required: true, fallback: null }
const color: AttributeField = { kind: 'choice', name: 'color', required: false, fallback: null, options: ['red', 'blue'] }
const fieldsFor = (classId: string | null): readonly AttributeField[] => (classId === 'car' ? [moving, color] : [moving])

it('shows what one object holds, also what its definition does not allow', () => {
  expect(schemaRows([{ classId: 'car', attributes: { color: 'green', other: 1 } }], fieldsFor)).toEqual([
    { field: moving, value: undefined, mixed: false, faults: 1, fault: 'missing' },
    { field: color, value: 'green', mixed: false, faults: 1, fault: 'option' },
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

it('shows of several what all of them have, and that they differ', () => {
  const records: { classId: string; attributes: Attributes }[] = [
    { classId: 'car', attributes: { moving: true, color: 'red' } },
    { classId: 'sky', attributes: { moving: false } },
  ]
  expect(schemaRows(records, fieldsFor)).toEqual([{ field: moving, value: true, mixed: true, faults: 0, fault: null }])
  expect(schemaRows([records[0]!, { ...records[0]! }], fieldsFor).map(({ mixed }) => mixed)).toEqual([false, false])
})

it('changes one value and keeps the rest', () => {
  expect(withValue({ a: 1, b: 'x' }, 'a', 2)).toEqual({ b: 'x', a: 2 })
  expect(withValue({ a: 1, b: 'x' }, 'a', undefined)).toEqual({ b: 'x' })
  expect(Object.keys(withValue({}, '__proto__', true))).toEqual(['__proto__'])
})
