import { expect, it } from 'vitest'
import type { AttributeField } from '../../../../shared/model/attributeSchema.ts'
import { fromDrafts, newDraft, toDraft, type FieldDraft } from './schemaDraft.ts'

const fields: AttributeField[] = [
  { kind: 'text', name: 'plate', required: true, fallback: null },
  { kind: 'number', name: 'speed', required: false, fallback: 50, min: 0, max: null, step: 0.5 },
  { kind: 'choice', name: 'color', required: false, fallback: 'red', options: ['red', 'dark blue'] },
  { kind: 'flag', name: 'moving', required: false, fallback: false },
]

it('is the same definition after it was opened and saved unchanged', () => {
  expect(fromDrafts(fields.map(toDraft))).toEqual({ fields })
})

it('takes numbers with a comma and options by line', () => {
  const drafts: FieldDraft[] = [
    { ...newDraft(), name: ' speed ', kind: 'number', step: '0,5' },
    { ...newDraft(), name: 'color', kind: 'choice', options: ' red \n\nblue\n' },
  ]
  expect(fromDrafts(drafts)).toMatchObject({ fields: [{ name: 'speed', step: 0.5 }, { options: ['red', 'blue'] }] })
})

it.each([
  ['name', { name: '' }],
  ['name', { name: 'occluded' }],
  ['number', { name: 'a', kind: 'number', min: 'x' }],
  ['limits', { name: 'a', kind: 'number', min: '3', max: '1' }],
  ['limits', { name: 'a', kind: 'number', step: '0' }],
  ['fallback', { name: 'a', kind: 'number', max: '1', fallback: '2' }],
  ['fallback', { name: 'a', kind: 'number', min: '0', step: '3', fallback: '4' }],
  ['options', { name: 'a', kind: 'choice', options: '' }],
  ['options', { name: 'a', kind: 'choice', options: 'x\nx' }],
  ['fallback', { name: 'a', kind: 'choice', options: 'x', fallback: 'y' }],
  ['reserved', { name: ' __proto__ ' }],
] as const)('says that %s is wrong with %o', (fault, change) => {
  const drafts = [
    { ...newDraft(), name: 'fine' },
    { ...newDraft(), ...change },
  ]
  expect(fromDrafts(drafts)).toEqual({ faults: new Map([[1, fault]]) })
})

it('says that a name stands there twice', () => {
  expect(
    fromDrafts([
      { ...newDraft(), name: 'a' },
      { ...newDraft(), name: 'a ' },
    ]),
  ).toEqual({ faults: new Map([[1, 'twice']]) })
})
