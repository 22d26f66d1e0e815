import { assert, expect, it } from 'vitest'
import { plainView, ViewMemory, type PictureView } from './viewMemory.ts'

const shelf = () => {
  const stored = new Map<string, string>()
  return {
    stored,
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  }
}
const dark: PictureView = { ...plainView, tone: { ...plainView.tone, brightness: -40 } }
const deep: PictureView = { ...plainView, window: { low: 100, high: 900 } }

it('remembers how each picture is looked at', () => {
  const memory = new ViewMemory(shelf())
  memory.set('a', 'set', dark)
  expect([memory.of('a', 'set'), memory.of('b', 'set')]).toEqual([dark, plainView])
})

it('keeps a view for the next pictures of one dataset, across sessions, until it is let go', () => {
  const store = shelf()
  const memory = new ViewMemory(store)
  memory.keep('set', dark)
  expect([memory.keeps('set'), memory.keeps('other'), memory.of('b', 'set'), memory.of('b', 'other')]).toEqual([
    true,
    false,
    dark,
    plainView,
  ])
  // What is changed later is kept too.
  memory.set('a', 'set', deep)
  expect(new ViewMemory(store).of('c', 'set')).toEqual(deep)
  memory.keep('set', null)
  expect([memory.of('c', 'set'), memory.of('a', 'set')]).toEqual([plainView, deep])
})

it('takes nonsense in the storage for nothing', () => {
  const store = shelf()
  const memory = new ViewMemory(store)
  memory.keep('set', dark)
  for (const nonsense of ['{', '{"tone":1}', '[]', JSON.stringify({ ...dark, tone: { ...dark.tone, gamma: 0 } })]) {
    for (const key of store.stored.keys()) store.stored.set(key, nonsense)
    expect(memory.of('b', 'set')).toEqual(plainView)
  }
})

it('two windows keep what each of them set', () => {
  const store = shelf()
  const [one, other] = [new ViewMemory(store), new ViewMemory(store)]
  one.set(idOf(1), 'set', dark)
  other.set(idOf(2), 'set', deep)
  const later = new ViewMemory(store)
  expect([later.of(idOf(1), 'set'), later.of(idOf(2), 'set')]).toEqual([dark, deep])
})

const idOf = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`

it('remembers the view of single pictures across sessions, of those that were set last', () => {
  const store = shelf()
  const memory = new ViewMemory(store)
  for (let n = 0; n < 301; n++) memory.set(idOf(n), 'set', n === 1 ? deep : dark)
  memory.set(idOf(1), 'set', dark)
  memory.set(idOf(400), 'set', deep)
  const next = new ViewMemory(store)
  expect([0, 1, 2, 3, 300, 400].map((n) => next.of(idOf(n), 'set'))).toEqual([plainView, dark, plainView, dark, dark, deep])
  for (const key of store.stored.keys()) store.stored.set(key, '[["x",1]]')
  expect(new ViewMemory(store).of(idOf(3), 'set')).toEqual(plainView)
})

it('goes on without room in the storage', () => {
  const full = { ...shelf(), setItem: () => assert.fail('QuotaExceededError') }
  const memory = new ViewMemory(full)
  memory.set('a', 'set', dark)
  expect(memory.of('a', 'set')).toEqual(dark)
})
