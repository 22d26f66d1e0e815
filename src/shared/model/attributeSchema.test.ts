import { describe, expect, it } from 'vitest'
import { attributeFieldsSchema, attributesInClass, faultOf, fieldsOf, startAttributes, type AttributeField } from './attributeSchema.ts'

const text: AttributeField = { kind: 'text', name: 'plate', required: true, fallback: null }
const speed: AttributeField = { kind: 'number', name: 'speed', required: false, fallback: 50, min: 0, max: 120, step: 0.1 }
const color: AttributeField = { kind: 'choice', name: 'color', required: false, fallback: 'red', options: ['red', 'blue'] }
const moving: AttributeField = { kind: 'flag', name: 'moving', required: false, fallback: null }

describe('values', () => {
  it.each([
    [text, undefined, 'missing'],
    [text, '', 'missing'],
    [text, 'AB 1', null],
    [text, 7, 'kind'],
    [speed, undefined, null],
    [speed, 0.3, null],
    [speed, 119.9, null],
    [speed, 120.1, 'range'],
    [speed, -1, 'range'],
    [speed, 0.25, 'step'],
    [speed, '50', 'kind'],
    [color, 'blue', null],
    [color, 'green', 'option'],
    [moving, false, null],
    [moving, '1', 'kind'],
  ] as const)('%o with %o: %s', (field, value, fault) => {
    expect(faultOf(field, value)).toBe(fault)
  })

  it('are required as false as well: a flag that is off is an answer', () => {
    expect(faultOf({ ...moving, required: true }, false)).toBeNull()
    expect(faultOf({ ...moving, required: true }, undefined)).toBe('missing')
  })
})

it('a class has the attributes of all and its own, which win', () => {
  const own: AttributeField = { ...text, required: false }
  const schema = { all: [text, speed], classes: [{ classId: 'car', fields: [own, color] }] }
  expect(fieldsOf(schema, 'car')).toEqual([speed, own, color])
  expect(fieldsOf(schema, 'sky')).toEqual([text, speed])
  expect(fieldsOf(schema, null)).toEqual([text, speed])
  expect(startAttributes(fieldsOf(schema, 'car'))).toEqual({ speed: 50, color: 'red' })
})

it('an object of another class starts with what that has, keeps what was filled in, and loses what only its old class gave it', () => {
  const size: AttributeField = { kind: 'choice', name: 'size', required: true, fallback: 'big', options: ['big', 'small'] }
  const [car, sign] = [
    [speed, color],
    [size, { ...color, fallback: null }],
  ]
  expect(attributesInClass({ speed: 50, color: 'red', note: 'x' }, car, sign)).toEqual({ color: 'red', note: 'x', size: 'big' })
  expect(attributesInClass({ speed: 80, size: 'small', note: null }, car, sign)).toEqual({ speed: 80, size: 'small', note: null })
  const filled = { size: 'small' }
  expect(attributesInClass(filled, car, sign)).toBe(filled)
})

describe('definitions', () => {
  it.each([
    ['twice the same name', [text, { ...moving, name: 'plate' }]],
    ['a built-in name', [{ ...moving, name: 'occluded' }]],
    ['a name that is lost on the way', [{ ...moving, name: ' __proto__' }]],
    ['a name of spaces', [{ ...moving, name: '  ' }]],
    ['limits the wrong way round', [{ ...speed, min: 5, max: 1 }]],
    ['no options', [{ ...color, options: [] }]],
    ['an option twice', [{ ...color, options: ['red', 'red'] }]],
    ['a step of nothing', [{ ...speed, step: 0 }]],
  ])('refuse %s', (_, fields) => {
    expect(attributeFieldsSchema.safeParse(fields).success).toBe(false)
  })

  it('may be called anything an object can hold', () => {
    expect(attributeFieldsSchema.parse([{ ...moving, name: 'constructor' }])[0]!.name).toBe('constructor')
    expect(Object.entries(startAttributes([{ ...moving, name: 'toString', fallback: true }]))).toEqual([['toString', true]])
  })
})
