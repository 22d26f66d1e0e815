import { expect, it } from 'vitest'
import { samOverridesSchema } from '../../../../shared/model/samModel.ts'
import { draftOf, overrideFields, readDraft } from './overrides.ts'
import { rowsOfText, tensorRow } from './tensorRows.ts'

it('everything that can be overridden is read as typed, back and forth; what is left empty is as recognised', () => {
  const before = samOverridesSchema.parse({ pad: false, maxPoints: 6, size: 512 })
  const draft = { ...draftOf(before), mean: '0, 0 ,0', std: '255；255；255', fit: 'stretch', padLabel: '-10' }
  const read = readDraft(draft)
  expect(read).toEqual({
    overrides: { pad: false, maxPoints: 6, size: 512, mean: [0, 0, 0], std: [255, 255, 255], fit: 'stretch', padLabel: -10 },
  })
  if (!('overrides' in read)) throw new Error('not read')
  expect(readDraft(draftOf(read.overrides))).toEqual(read)
  expect(readDraft(draftOf({}))).toEqual({ overrides: {} })
  expect([...overrideFields].sort()).toEqual(Object.keys(samOverridesSchema.shape).sort())
})

it('no padding point and any number of points are something to say', () => {
  const overrides = samOverridesSchema.parse({ padLabel: null, maxPoints: null, pad: true })
  expect(readDraft(draftOf(overrides))).toEqual({ overrides })
  expect(draftOf(overrides)).toMatchObject({ padLabel: '-', maxPoints: '-', pad: 'true', size: '' })
})

it('the first field that makes no sense is named', () => {
  const wrong = { size: '12', fit: 'both', mean: '1, 2', std: '0 0 0', padLabel: 'x', colorOrder: 'RBG', maxPoints: '1', pad: 'maybe' }
  for (const [field, text] of Object.entries(wrong)) expect(readDraft({ ...draftOf({}), [field]: text })).toEqual({ bad: field })
  expect(Object.keys(draftOf({}))).toEqual([...overrideFields])
})

it('tensors are rows of a table, also those an error tells of', () => {
  expect(tensorRow({ name: 'x', dtype: 'float32', dims: [1, 'n', null] }, '?')).toEqual({ name: 'x', type: 'float32', shape: '1 × n × ?' })
  expect(tensorRow({ name: 'x', dtype: 'float32', dims: null }, '?').shape).toBe('?')
  expect(rowsOfText('input ids int64 [1,32]; images float32 [1,3,?,?] | y uint8 [?]')).toEqual([
    { name: 'input ids', type: 'int64', shape: '1 × 32' },
    { name: 'images', type: 'float32', shape: '1 × 3 × ? × ?' },
    { name: 'y', type: 'uint8', shape: '?' },
  ])
  expect([rowsOfText(undefined), rowsOfText('')]).toEqual([[], []])
})
