import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createModelRegistry, type StoredModel } from './modelRegistry.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'maskwright-registry-'))
  file = path.join(folder, 'assist.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const model = (id: string, more: Partial<StoredModel> = {}): StoredModel => ({
  id,
  name: `model ${id}`,
  origin: 'linked',
  encoderFile: `/models/${id}.onnx`,
  decoderFile: null,
  partner: null,
  overrides: {},
  known: null,
  quarantine: null,
  ...more,
})
const idsOf = (registry: ReturnType<typeof createModelRegistry>) => registry.read().models.map(({ id }) => id)

it('two who write keep what the other one wrote, and what was removed stays removed', async () => {
  const [one, other] = [createModelRegistry(file), createModelRegistry(file)]
  await one.change('a', () => model('a'))
  await other.change('b', () => model('b'))
  await one.change('c', () => model('c'))
  await other.change('a', () => null)
  // What was recognised arrives late.
  await one.change('a', (now) => now && { ...now, name: 'late' })
  await other.change('b', (now) => now && { ...now, name: 'changed' })
  await one.setDefault('c')
  expect(one.read()).toEqual({ models: [model('b', { name: 'changed' }), model('c')], defaultId: 'c', unread: [] })
  expect(readdirSync(folder)).toEqual(['assist.json'])
})

it('an entry that makes no sense is told of, stays in the file, and harms no other one', async () => {
  const odd = { id: 'odd', name: 'from the future', origin: 'cloud' }
  writeFileSync(file, JSON.stringify({ models: [model('a'), odd, 17, { ...model('b'), known: { facts: 'nonsense' } }], defaultId: 'b' }))
  const registry = createModelRegistry(file)
  expect(idsOf(registry)).toEqual(['a', 'b'])
  expect(registry.read().unread.map(({ name }) => name)).toEqual(['from the future', '?'])
  await registry.change('c', () => model('c'))
  await registry.change('a', () => null)
  expect((JSON.parse(readFileSync(file, 'utf8')) as { models: unknown[] }).models).toEqual(expect.arrayContaining([odd, 17]))
  expect([idsOf(registry), registry.read().defaultId]).toEqual([['b', 'c'], 'b'])
})

it('it is read again only when somebody wrote it, also in place', async () => {
  const [one, other] = [createModelRegistry(file), createModelRegistry(file)]
  await one.change('a', () => model('a'))
  const read = one.read()
  expect(one.read()).toBe(read)
  await other.change('b', () => model('b'))
  expect(idsOf(one)).toEqual(['a', 'b'])
  writeFileSync(file, JSON.stringify({ models: [model('c')], defaultId: null }))
  expect(idsOf(one)).toEqual(['c'])
  rmSync(file)
  expect(idsOf(one)).toEqual([])
})

it('a file that is no list is set aside and told of', async () => {
  writeFileSync(file, '{"models":[{"id"')
  const registry = createModelRegistry(file)
  expect(idsOf(registry)).toEqual([])
  const [kept] = readdirSync(folder)
  expect(registry.read().unread).toEqual([expect.objectContaining({ name: kept })])
  await registry.change('a', () => model('a'))
  expect(readFileSync(path.join(folder, kept!), 'utf8')).toBe('{"models":[{"id"')
  expect(idsOf(registry)).toEqual(['a'])
})

it('a file that cannot be read is not written over', async () => {
  const registry = createModelRegistry(path.join(folder, 'list'))
  await registry.change('a', () => model('a'))
  // A folder in its place cannot be read by anybody, not even by root.
  const blocked = createModelRegistry(folder)
  expect(() => blocked.read()).toThrow(expect.objectContaining({ code: 'disk/failed' }) as Error)
  await expect(blocked.change('b', () => model('b'))).rejects.toMatchObject({ code: 'disk/failed' })
  expect(idsOf(registry)).toEqual(['a'])
})
