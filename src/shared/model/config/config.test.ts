import { describe, expect, it } from 'vitest'
import { AppError } from '../../errors.ts'
import { checkTrainConfig, defaultAt, orThrow } from '../trainConfigParse.ts'
import { assign, assignOver } from './assign.ts'
import { loadConfig } from './bases.ts'
import type { LoadBase } from './bases.ts'
import { readJsonText } from './jsonText.ts'
import { mergeNodes } from './merge.ts'
import { jsonOf, nodeOf, originAt, traced } from './node.ts'
import type { ConfigNode } from './node.ts'
import { nowhere, originText } from './origin.ts'

const text = (name: string, json: string) => ({ from: 'file' as const, name, text: json })
const read = (json: string) => readJsonText(text('c.json', json))
const page = nowhere('page')
const merge = (base: unknown, child: unknown) => jsonOf(mergeNodes(nodeOf(base, page), nodeOf(child, page)))
const set = (start: unknown, ...assignments: string[]) => jsonOf(assignments.reduce(assign, nodeOf(start, page)))

/** Loads `entry` out of a folder of texts. */
function load(files: Record<string, string>, entry = 'main') {
  const find: LoadBase = async (name) => {
    if (files[name] === undefined) throw new AppError('config/invalid', `there is no ${name}`)
    return text(name, files[name])
  }
  return loadConfig(text(entry, files[entry]!), find)
}

function failure(run: () => unknown): AppError {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('reading JSON with places', () => {
  it('reads what JSON.parse reads, and knows the line and column of keys and values', () => {
    const json = '{\n  "a": [1, -2.5e-3, "x\\u00e9\\n", true, null],\n  "b": { "c": {} }\n}\n'
    const node = read(json)
    expect(jsonOf(node)).toEqual(JSON.parse(json))
    expect(originText(originAt(node, ['a', 2]))).toBe('c.json:2:21')
    expect(originText(originAt(node, ['b', 'c']))).toBe('c.json:3:15')
    expect(originText(originAt(node, ['b', 'c'], true))).toBe('c.json:3:10')
    expect(jsonOf(read('\ufeff{}'))).toEqual({})
  })
  it.each([
    ['{"a": 1,}', '1:8', 'a comma before "}"'],
    ['{\n // no\n}', '2:2', 'comment'],
    ["{'a': 1}", '1:2', 'double quotes'],
    ['{"a": 1 "b": 2}', '1:9', '"," or "}" is expected'],
    ['{"a": NaN}', '1:7', 'NaN'],
    ['{"a": -Infinity}', '1:7', 'Infinity'],
    ['{"a": 1e999}', '1:7', 'too large'],
    ['{"a": 010}', '1:7', 'is no number'],
    ['{"a": "x\ny"}', '1:7', 'does not end on its line'],
    ['{"a": "\\x"}', '1:7', 'wrong escape'],
    ['{"a": 1}\n{}', '2:1', 'after the end'],
    ['{"a": {"b": 1,\n"b": 2}}', '2:1', 'stands twice; first in line 1'],
    ['{"a": {"__proto__": {}}}', '1:8', 'cannot be a key'],
    ['', '1:1', 'end of the text'],
    ['[1, 2', '1:6', 'end of the text'],
  ])('refuses %j at %s', (json, place, reason) => {
    const error = failure(() => read(json))
    expect(error.code).toMatch(/^config\//)
    expect(error.message).toContain(`c.json:${place}: `)
    expect(error.message).toContain(reason)
  })
  it('refuses what is nested, long or large beyond any sense, in no time', () => {
    for (const hostile of ['['.repeat(100_000), '{"a":'.repeat(100_000), `[${'1,'.repeat(200_000)}1]`, `"${'x'.repeat(2 ** 21)}"`])
      expect(failure(() => read(hostile)).code).toBe('config/invalid')
    let deep: unknown = 1
    for (let i = 0; i < 1000; i++) deep = [deep]
    expect(failure(() => nodeOf(deep, page)).message).toContain('nested')
  })
})

describe('merging', () => {
  it('follows the table: objects merge, lists and scalars replace, _delete_ replaces and never stays', () => {
    const base = { a: { x: 1, y: [1, 2] }, m: { k: 1 }, d: { z: 1 }, s: 3, n: null }
    const child = { a: { y: [3] }, d: { _delete_: true, w: 2 }, new: { _delete_: true, v: 1 }, s: { _delete_: true, t: 1 }, n: [1] }
    expect(merge(base, child)).toEqual({ a: { x: 1, y: [3] }, m: { k: 1 }, d: { w: 2 }, new: { v: 1 }, s: { t: 1 }, n: [1] })
    expect(merge({ a: { x: 1 } }, { a: null })).toEqual({ a: null })
    expect(merge({ a: { x: 1 } }, { a: { _delete_: false, y: 2 } })).toEqual({ a: { x: 1, y: 2 } })
    expect(merge({}, { l: [{ _delete_: true, q: 1 }] })).toEqual({ l: [{ q: 1 }] })
  })
  it('refuses an object over a list or a scalar, and says what would do it', () => {
    for (const base of [{ a: [1] }, { a: 3 }, { a: 'x' }, { a: null }])
      expect(failure(() => merge(base, { a: { b: 1 } })).message, JSON.stringify(base)).toContain('"_delete_": true')
    expect(failure(() => merge({}, { a: { _delete_: 'yes' } })).message).toContain('a._delete_')
  })
  it('edits lists of the base entry by entry', () => {
    const base = { l: [{ type: 'A', k: 1 }, { type: 'B' }, { type: 'B' }, { type: 'C' }] }
    const edit = (...steps: unknown[]) => (merge(base, { l: { _edit_: steps } }) as { l: unknown }).l
    expect(edit({ append: { type: 'D' } }, { insert: { type: 'Z' }, before: 'A' }, { remove: 2 })).toEqual([
      { type: 'Z' },
      { type: 'A', k: 1 },
      { type: 'B' },
      { type: 'C' },
      { type: 'D' },
    ])
    expect(edit({ change: 'A', with: { m: 2 } }, { replace: 'C', with: { type: 'E' } }, { remove: 1 })).toEqual([
      { type: 'A', k: 1, m: 2 },
      { type: 'B' },
      { type: 'E' },
    ])
    expect(failure(() => edit({ remove: 'B' })).message).toContain('several')
    expect(failure(() => edit({ remove: 'c' })).data['nearest']).toBe('C')
    expect(failure(() => edit({ remove: 4 })).message).toContain('4 entries')
    expect(failure(() => edit({ apend: {} })).data['nearest']).toBe('append')
    expect(failure(() => edit({ insert: {} })).message).toContain('before')
    expect(failure(() => merge({}, { l: { _edit_: [] } })).message).toContain('needs a list')
  })
})

describe('bases', () => {
  it('merges bases of bases in order and keeps every text', async () => {
    const { node, sources } = await load({
      main: '{"bases": ["model", "loop"], "loop": {"epochs": 7}}',
      model: '{"bases": ["root"], "model": {"dropout": 0}}',
      root: '{"model": {"type": "segformer", "dropout": 0.3}, "seed": 4}',
      loop: '{"loop": {"epochs": 5, "logEvery": 3}}',
    })
    expect(jsonOf(node)).toEqual({ model: { type: 'segformer', dropout: 0 }, seed: 4, loop: { epochs: 7, logEvery: 3 } })
    expect(sources.map((source) => source.name)).toEqual(['root', 'model', 'loop', 'main'])
    expect(originText(originAt(node, ['loop', 'logEvery']))).toBe('loop:1:36')
  })
  it('refuses two bases that define the same top-level key, naming both places', async () => {
    const files = { main: '{"bases": ["one", "two"]}', one: '{"loop": {"epochs": 1}}', two: '{"seed": 1,\n "loop": {"logEvery": 2}}' }
    await expect(load(files)).rejects.toThrow(/two:2:2: loop: another base defines it too \(one:1:2\)/)
  })
  it('refuses circles, what is no list of names, what is no object, and endless chains', async () => {
    await expect(load({ main: '{"bases": ["a"]}', a: '{"bases": ["b"]}', b: '{"bases": ["a"]}' })).rejects.toThrow(
      /b:1:12: bases: a -> b -> a/,
    )
    await expect(load({ main: '{"bases": "a"}' })).rejects.toThrow(/main:1:11: bases: a list of names/)
    await expect(load({ main: '{"bases": [3]}' })).rejects.toThrow(/bases\.0/)
    await expect(load({ main: '[]' })).rejects.toThrow(/a config is an object/)
    const chain = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [i === 0 ? 'main' : `c${i}`, `{"bases": ["c${i + 1}"]}`]))
    await expect(load(chain)).rejects.toThrow(/more than 64/)
    // Every level names both of the next: few texts, and twice as many ways with each.
    const level = (i: number) => `{"bases": ["a${i}", "b${i}"]}`
    const ways: Record<string, string> = {}
    for (let i = 0; i < 30; i++) ways[`a${i}`] = ways[`b${i}`] = i < 29 ? level(i + 1) : '{}'
    await expect(load({ main: level(0), ...ways })).rejects.toThrow(/more than 64/)
  })
})

describe('--set', () => {
  const start = { optimizer: { lr: 1 }, data: { train: [{ type: 'a' }, { type: 'b', p: 1 }] }, x: null }
  it('reads values: numbers, true, null, lists, quoted and plain text', () => {
    expect(set({}, 'a=1e-4', 'b=true', 'c=null', 'd=[64, 96]', 'e="3"', 'f=cpu', 'g=a=b', 'h=', 'i=nan', 'j=010', 'k= 5 ')).toEqual({
      a: 1e-4,
      b: true,
      c: null,
      d: [64, 96],
      e: '3',
      f: 'cpu',
      g: 'a=b',
      h: '',
      i: 'nan',
      j: '010',
      k: 5,
    })
  })
  it('merges objects, reaches into lists, appends, and takes dots in keys', () => {
    expect(set(start, 'data.train.1.p=0.3')).toMatchObject({ data: { train: [{ type: 'a' }, { type: 'b', p: 0.3 }] } })
    expect(set(start, 'data.train.+={"type":"c"}')).toMatchObject({ data: { train: [{}, {}, { type: 'c' }] } })
    expect(set(start, 'optimizer={"eps":2}')).toMatchObject({ optimizer: { lr: 1, eps: 2 } })
    expect(set(start, 'optimizer={"_delete_":true,"eps":2}')).toHaveProperty('optimizer', { eps: 2 })
    expect(set(start, 'x.y=1', 'a\\.b.c=2')).toMatchObject({ x: { y: 1 }, 'a.b': { c: 2 } })
    expect(set(start, 'x=1', 'x=2')).toHaveProperty('x', 2)
  })
  it.each([
    'nothing',
    '=1',
    'data.train.2.p=1',
    'data.train.-1=1',
    'optimizer.lr.deep=1',
    '__proto__.x=1',
    'a..b=1',
    'a=[1,',
    'a={"b":1,"b":2}',
    'a=1e999',
    'optimizer.+=1',
    'q.+=1',
    'a={"constructor":1}',
  ])('refuses %s', (bad) => {
    const error = failure(() => set(start, bad))
    expect(error.code).toMatch(/^config\//)
    expect(error.message).toContain(`--set ${bad}`)
  })
})

describe('references', () => {
  const check = (json: string, ...sets: string[]) => checkTrainConfig(sets.reduce(assign, read(json)))
  const crop = '{"data": {"cropSize": [64, 96], "train": [{"type": "RandomCrop", "size": "${data.cropSize}"}]}}'
  it('are put in after every merge, so an override reaches every place', () => {
    expect(check(crop).config?.data.train).toMatchObject([{ size: [64, 96] }])
    const { config, origins } = check(crop, 'data.cropSize=[32,32]')
    expect(config?.data.train).toMatchObject([{ size: [32, 32] }])
    expect(originText(origins['data.train.0.size.1']!)).toBe('c.json:1:74 (${data.cropSize})')
  })
  it('reach defaults, lists, and through other references', () => {
    expect(check('{"loop": {"logEvery": "${data.batchSize}"}}').config?.loop.logEvery).toBe(4)
    expect(check('{"data": {"cropSize": [64, 96], "batchSize": "${data.cropSize.1}"}}').config?.data.batchSize).toBe(96)
    expect(check('{"seed": "${loop.epochs}", "loop": {"epochs": "${data.batchSize}"}, "data": {"batchSize": 2}}').config).toMatchObject({
      seed: 2,
      loop: { epochs: 2 },
    })
    expect(
      check('{"checkpoint": {"every": "${loop.validateEvery}"}}', 'loop.validateEvery={"unit":"epoch","every":3}').config?.checkpoint.every,
    ).toEqual({
      unit: 'epoch',
      every: 3,
    })
  })
  it('that go nowhere, in a circle, or multiply, are problems with a place', () => {
    expect(check('{"seed": "${loop.epoch}", "loop": {"epochs": 2}}').problems).toMatchObject([
      { path: 'seed', nearest: 'epochs', place: 'c.json:1:10' },
    ])
    for (const round of [
      '{"seed": "${seed}"}',
      '{"seed": "${loop.epochs}", "loop": {"epochs": "${seed}"}}',
      '{"loop": {"epochs": "${loop}"}}',
    ])
      expect(check(round).problems[0]?.message, round).toContain('circle')
    const laughs = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`k${i}`, Array.from({ length: 10 }, () => `\${k${i + 1}}`)]))
    expect(check(JSON.stringify({ ...laughs, k12: 1 })).problems[0]?.message).toContain('references make more than')
  })
})

describe('checking with places', () => {
  it('names file, line and column of unknown keys, types and values', () => {
    const { problems } = checkTrainConfig(read('{\n "optimzer": {},\n "model": {"type": "segfomer"},\n "data": {"batchSize": 0}\n}'))
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'optimzer', nearest: 'optimizer', place: 'c.json:2:2' }),
        expect.objectContaining({ path: 'model.type', nearest: 'segformer', place: 'c.json:3:20' }),
        expect.objectContaining({ path: 'data.batchSize', place: 'c.json:4:24' }),
      ]),
    )
    expect(() => orThrow(checkTrainConfig(read('{"base": []}')))).toThrow(/^c\.json:1:2: base: unknown key; did you mean "bases"\?/)
  })
  it('says which --set was wrong', () => {
    expect(checkTrainConfig(assign(read('{}'), 'optimizer.rl=1')).problems).toMatchObject([
      { code: 'config/unknown-key', path: 'optimizer.rl', nearest: 'lr', place: '--set optimizer.rl=1' },
    ])
  })
  it('a list that nobody wrote is there with its default', () => {
    const given = (...assignments: string[]) => checkTrainConfig(assignments.reduce<ConfigNode>(assignOver(defaultAt), read('{}')))
    const { config, origins } = given('loss.0.weight=2', 'loss.+={"type":"dice"}', 'hooks.+={"type":"earlyStop"}', 'optimizer.betas.0=0.8')
    expect(config!.loss.map(({ type, weight }) => [type, weight])).toEqual([
      ['crossEntropy', 2],
      ['dice', 1],
    ])
    expect(config!.hooks.map(({ type }) => type)).toEqual(['health', 'samples', 'tensorboard', 'earlyStop'])
    expect(config!.optimizer).toMatchObject({ betas: [0.8, 0.999] })
    expect([origins['loss.0.weight'], origins['loss.0.type']].map((origin) => originText(origin!))).toEqual([
      '--set loss.0.weight=2',
      'default',
    ])
    expect(given('data.cropSize.0=64').config!.data.cropSize).toEqual([64, 256])
    expect(failure(() => given('loss.1.weight=2')).message).toContain('the list has 1 entries, "1" is none of them')
    expect(failure(() => given('bases=["demo"]')).message).toContain('only the file of a config names its bases')
  })
  it('names the rule of a check that is no bound', () => {
    const rules = (json: string) => checkTrainConfig(read(json)).problems.map(({ path, rule }) => [path, rule?.key])
    expect(rules('{"inference": {"window": {"type": "slide", "crop": [64, 64], "stride": [64, 96]}}}')).toEqual([
      ['inference.window.stride', 'strideBeyondWindow'],
    ])
    expect(rules('{"hooks": [{"type": "health"}, {"type": "health"}]}')).toEqual([['hooks', 'hookTwice']])
  })
  it('tells a key left over from the type of a base', () => {
    const node = mergeNodes(read('{"model": {"type": "unet", "filters": 3}}'), read('{"model": {"type": "segformer"}}'))
    expect(checkTrainConfig(node).problems[0]?.message).toContain('the type was "unet" in the base: "_delete_": true')
  })
  it('knows where every value came from', () => {
    const { origins } = checkTrainConfig(assign(read('{"loop": {"epochs": 3}}'), 'seed=1'))
    const said = Object.fromEntries(Object.entries(origins).map(([path, origin]) => [path, originText(origin)]))
    expect(said).toMatchObject({
      seed: '--set seed=1',
      'loop.epochs': 'c.json:1:21',
      'data.cropSize.0': 'default',
      'data.train': 'default',
    })
  })
  it('keeps the places of what a form did not change', () => {
    const { origins } = checkTrainConfig(traced(read('{"loop": {"epochs": 3, "logEvery": 2}}'), { loop: { epochs: 3, logEvery: 5 } }, page))
    expect([originText(origins['loop.epochs']!), originText(origins['loop.logEvery']!)]).toEqual(['c.json:1:21', 'form'])
  })
})
