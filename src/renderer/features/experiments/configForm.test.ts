import { describe, expect, it } from 'vitest'
import { trainConfigJsonSchema } from '../../../shared/model/trainConfig.ts'
import { config as en } from '../../i18n/en/config.ts'
import { changesAgainst, effective, formSections, readPath, writePath, type Field } from './configForm.ts'
import { editText, parseNumber } from './fieldValue.ts'

const schema = trainConfigJsonSchema()
const all = (config: Record<string, unknown>): Field[] => formSections(schema, config).flatMap((section) => section.fields)
const find = (path: string, config: Record<string, unknown> = {}): Field | undefined => all(config).find((field) => field.path === path)

describe('the form of the real training schema', () => {
  it('has a label for every field and section, also for the custom model', () => {
    const custom = { model: { type: 'segformer', variant: 'custom' } }
    const schedules = ['poly', 'cosine', 'step', 'oneCycle', 'constant'].map((type) => ({ schedule: { type } }))
    const optimizers = ['adamw', 'adam', 'sgd', 'lion'].map((type) => ({ optimizer: { type } }))
    const names = [custom, ...schedules, ...optimizers].flatMap(all).map((field) => field.path.replaceAll('.', '_'))
    expect(names.filter((name) => !(name in en.field))).toEqual([])
    expect(formSections(schema, custom).filter((section) => !(section.name in en.section))).toEqual([])
    const units = all(custom).flatMap((field) => (field.unit === null ? [] : [field.unit]))
    expect(units.filter((unit) => !(unit in en.unit))).toEqual([])
  })

  it('has a label for every key of every loss', () => {
    const keysOf = (node: unknown, prefix: string): string[] =>
      Object.entries((node as { properties?: Record<string, object> }).properties ?? {}).flatMap(([key, inner]) => {
        const object = 'anyOf' in inner ? (inner.anyOf as object[]).find((option) => 'properties' in option) : undefined
        return [`${prefix}_${key}`, ...keysOf(object ?? {}, `${prefix}_${key}`)]
      })
    const losses = (schema['properties'] as { loss: { items: { oneOf: { properties: { type: { const: string } } }[] } } }).loss.items.oneOf
    expect(losses.flatMap((loss) => keysOf(loss, 'loss')).filter((name) => !(name in en.field))).toEqual([])
    expect(losses.map((loss) => loss.properties.type.const).filter((type) => !(type in en.option))).toEqual([])
  })

  it('knows kinds, ranges, units and defaults', () => {
    expect(find('optimizer.lr')).toMatchObject({ kind: 'number', default: 0.001, rule: { exclusiveMin: 0, max: 10, integer: false } })
    expect(find('data.batchSize')).toMatchObject({ kind: 'number', unit: 'images', rule: { integer: true, min: 1 } })
    expect(find('data.cropSize')).toMatchObject({ kind: 'numbers', rules: [{ multipleOf: 32 }, { multipleOf: 32 }] })
    expect(find('data.trainSplits')).toMatchObject({ kind: 'strings', default: ['train'] })
    expect(find('loop.validateEvery')).toMatchObject({ kind: 'every', units: ['epoch', 'step'] })
    expect(find('loop.steps')).toMatchObject({ kind: 'number', nullable: true, default: null })
    expect(find('schedule.warmup.length')).toMatchObject({ kind: 'number', default: 50, rule: { integer: true, min: 0 } })
    expect(find('optimizer.rules')).toMatchObject({ kind: 'json', advanced: true })
    expect(find('model.variant')).toMatchObject({ kind: 'enum', default: 'mit-b0' })
    expect(find('device.provider')).toMatchObject({ kind: 'enum', default: 'auto' })
  })

  it('shows the custom sizes only for the custom model', () => {
    expect(find('model.dims')).toBeUndefined()
    expect(find('model.dims', { model: { variant: 'custom' } })).toMatchObject({ kind: 'numbers' })
  })

  it('lists what differs from a preset, whether or not it was written out', () => {
    const preset = { optimizer: { type: 'adamw', lr: 0.001 } }
    const changed = writePath(writePath(preset, 'optimizer.lr', 0.01), 'data.batchSize', 4)
    const sections = formSections(schema, changed)
    expect(changesAgainst(sections, preset, changed).map((change) => [change.field.path, change.from, change.to])).toEqual([
      ['optimizer.lr', 0.001, 0.01],
    ])
    const back = writePath(changed, 'optimizer.lr', undefined)
    expect(effective(find('optimizer.lr')!, back)).toBe(0.001)
  })
})

it('writes paths without touching the original', () => {
  const config = { a: { b: 1 } }
  const next = writePath(config, 'a.c.d', 2)
  expect(next).toEqual({ a: { b: 1, c: { d: 2 } } })
  expect(config).toEqual({ a: { b: 1 } })
  expect(readPath(next, 'a.c.d')).toBe(2)
  expect(readPath(next, 'a.b.d')).toBeUndefined()
})

it('reads numbers as people type them and says what is wrong', () => {
  const rule = { integer: false, min: null, exclusiveMin: 0, max: 1, multipleOf: null }
  expect(parseNumber('6e-5', rule, false)).toEqual({ value: 6e-5 })
  expect(parseNumber('０，０１', rule, false)).toEqual({ value: 0.01 })
  expect(parseNumber('', rule, true)).toEqual({ value: null })
  expect(parseNumber('', rule, false)).toHaveProperty('problem')
  expect(parseNumber('0', rule, false)).toHaveProperty('problem')
  expect(parseNumber('2', rule, false)).toHaveProperty('problem')
  expect(parseNumber('33', { ...rule, integer: true, max: 64, multipleOf: 32 }, false)).toHaveProperty('problem')
  expect(editText(6e-5)).toBe('6e-5')
  expect(Number(editText(1e-8))).toBe(1e-8)
})
