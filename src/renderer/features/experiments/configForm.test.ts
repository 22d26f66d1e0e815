import { describe, expect, it } from 'vitest'
import { trainConfigJsonSchema } from '../../../shared/model/trainConfig.ts'
import { config as en } from '../../i18n/en/config.ts'
import { config as zh } from '../../i18n/zh-CN/config.ts'
import { changesAgainst, effective, followedPath, formSections, setField } from './configForm.ts'
import { readPath, writePath } from './configPath.ts'
import { newItem, toField, type Field } from './schemaField.ts'
import { editText, parseNumber } from './fieldValue.ts'

const schema = trainConfigJsonSchema()
const all = (config: Record<string, unknown>): Field[] => formSections(schema, config).flatMap((section) => section.fields)
/** Choices that are names of their own. */
const selfExplaining = new Set(['mIoU', 'mAcc', 'aAcc', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'linear', 'cos'])

/** Configs in which every type of every table stands once, and every part that can be left out is there. */
function* everyComponent(): Generator<Record<string, unknown>> {
  yield { model: { type: 'segformer', variant: 'custom' } }
  yield { ema: { enabled: true } }
  const queue: Record<string, unknown>[] = [{}]
  const seen = new Set<string>()
  for (let config = queue.shift(); config !== undefined; config = queue.shift()) {
    yield config
    for (const field of all(config)) {
      const more =
        field.kind === 'list'
          ? { each: [field.variants.map(newItem)] }
          : field.kind === 'part'
            ? { each: [{}] }
            : field.kind === 'enum' && field.path.endsWith('.type')
              ? { each: field.options }
              : null
      const key = `${field.key} ${field.path.replace(/\d+/g, '#')}`
      if (!more || seen.has(key)) continue
      seen.add(key)
      const sections = formSections(schema, config)
      for (const value of more.each) queue.push(setField(sections, config, field.path, value))
    }
  }
}
const find = (path: string, config: Record<string, unknown> = {}): Field | undefined => all(config).find((field) => field.path === path)

describe('the form of the real training schema', () => {
  it('has words in both languages for every field, section, unit, type and choice there is, at any depth', () => {
    const names = new Set<string>()
    const options = new Set<string>()
    const units = new Set<string>()
    const nothingFits: string[] = []
    const visit = (config: Record<string, unknown>): void => {
      for (const field of all(config)) {
        if (field.kind !== 'item') names.add(field.key)
        if (field.kind === 'json') nothingFits.push(field.path)
        if (field.unit !== null) units.add(field.unit)
        const choices =
          field.kind === 'enum' ? field.options : field.kind === 'list' ? field.variants.flatMap(({ type }) => type ?? []) : []
        for (const choice of choices) options.add(choice)
      }
    }
    for (const config of everyComponent()) visit(config)
    for (const [language, words] of Object.entries({ en, zh })) {
      const missing = (have: object, wanted: Iterable<string>) => [...wanted].filter((name) => !(name in have))
      expect(missing(words.field, names), language).toEqual([])
      expect(
        missing(
          words.section,
          formSections(schema, {}).map((section) => section.name),
        ),
        language,
      ).toEqual([])
      expect(missing(words.unit, units), language).toEqual([])
      const known = { ...words.option, ...words.unit }
      expect(
        [...options]
          .filter((option) => !(option in known) && !Object.keys(known).some((key) => key.endsWith(`_${option}`)))
          .filter((option) => !selfExplaining.has(option)),
        language,
      ).toEqual([])
    }
    expect(nothingFits).toEqual([])
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
    expect(find('data.trainSplits')).toMatchObject({ kind: 'splits', default: ['train'] })
    expect(find('loop.validateEvery')).toMatchObject({ kind: 'every', units: ['epoch', 'step'] })
    expect(find('loop.steps')).toMatchObject({ kind: 'number', nullable: true, default: null })
    expect(find('schedule.warmup.length')).toMatchObject({ kind: 'number', default: 50, rule: { integer: true, min: 0 } })
    expect(find('optimizer.rules')).toMatchObject({ kind: 'list', advanced: true, variants: [{ type: null }] })
    expect(find('optimizer.freeze')).toMatchObject({ kind: 'texts' })
    expect(find('schedule.milestones', { schedule: { type: 'step' } })).toMatchObject({ kind: 'numberList' })
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

describe('lists of components', () => {
  const config = { data: { train: [{ type: 'RandomCrop', size: [64, 64] }, { type: 'RandomFlip' }] } }
  it('shows each entry with the fields of its type', () => {
    const fields = all(config).filter((field) => `${field.path}.`.startsWith('data.train.'))
    expect(fields.map((field) => [field.path, field.kind, field.depth])).toEqual([
      ['data.train', 'list', 0],
      ['data.train.0', 'item', 1],
      ['data.train.0.size', 'numbers', 2],
      ['data.train.0.catMaxRatio', 'number', 2],
      ['data.train.1', 'item', 1],
      ['data.train.1.prob', 'number', 2],
    ])
    expect(fields[2]?.key).toBe('transform_size')
  })
  it('writes a default list out before one of its values changes', () => {
    const changed = setField(formSections(schema, {}), {}, 'hooks.0.pause', false)
    expect(readPath(changed, 'hooks.0')).toMatchObject({ type: 'health', pause: false })
    expect(readPath(changed, 'hooks.1')).toMatchObject({ type: 'samples' })
    const changes = changesAgainst(formSections(schema, changed), {}, changed)
    expect(changes.map((change) => [change.field.path, change.from, change.to])).toEqual([['hooks.0.pause', true, false]])
  })
  it('tells other entries as one change of the list', () => {
    const moved = {
      data: {
        train: [
          { type: 'RandomFlip', prob: 1 },
          { type: 'RandomCrop', size: [32, 32] },
        ],
      },
    }
    expect(changesAgainst(formSections(schema, moved), config, moved).map((change) => change.field.path)).toEqual(['data.train'])
    const resized = writePath(config, 'data.train.0.size', [96, 96])
    expect(changesAgainst(formSections(schema, resized), config, resized).map((change) => change.field.path)).toEqual(['data.train.0.size'])
  })
  it('begins a new entry with what it needs', () => {
    const list = find('data.train')
    const crop = list?.kind === 'list' ? list.variants.find((variant) => variant.type === 'RandomCrop') : undefined
    expect(newItem(crop!)).toEqual({ type: 'RandomCrop', size: '${data.cropSize}' })
  })
  it('knows the field that another one follows', () => {
    const following = writePath(config, 'data.train.0.size', '${data.cropSize}')
    const size = all(following).find((field) => field.path === 'data.train.0.size')!
    expect(followedPath(size, following)).toBe('data.cropSize')
    expect(followedPath(size, config)).toBeNull()
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

it('knows a union of a word or one number and a list of numbers', () => {
  const place = { path: 'a', key: 'a', depth: 0, advanced: false, siblingDefault: undefined }
  const list = { type: 'array', items: { type: 'number' } }
  expect(toField({ anyOf: [{ type: 'number' }, list] }, place)).toMatchObject({
    kind: 'wordOrNumbers',
    words: [],
    single: true,
    nullable: false,
  })
  const nullable = { anyOf: [{ anyOf: [{ const: 'balanced' }, list] }, { type: 'null' }] }
  expect(toField(nullable, place)).toMatchObject({
    kind: 'wordOrNumbers',
    words: ['balanced'],
    single: false,
    nullable: true,
    default: null,
  })
})
