import { expect, test } from 'vitest'
import { createClientSlots } from './clientSlots.ts'

function connection(id: string, shell: 'web' | 'cli' = 'web') {
  const abort = new AbortController()
  return { id, shell, gone: abort.signal, leave: () => abort.abort() }
}

test('pages get the lowest free slot, keep it while they stay, and leave it to the next', () => {
  const slots = createClientSlots()
  const [a, b, c] = [connection('a'), connection('b'), connection('c')]
  expect([slots.take(a, null), slots.take(b, null), slots.take(a, null)]).toEqual(['page-1', 'page-2', 'page-1'])
  a.leave()
  expect(slots.take(c, null)).toBe('page-1')
})

test('the slot a page had before is given back to it where it is free, and only a well-formed one', () => {
  const slots = createClientSlots()
  expect(slots.take(connection('a'), 'page-3')).toBe('page-3')
  expect(slots.take(connection('b'), 'page-3')).toBe('page-1')
  expect(slots.take(connection('c'), '__proto__')).toBe('page-2')
})

test('command lines share one name and take no slot from a page', () => {
  const slots = createClientSlots()
  expect([slots.take(connection('a', 'cli'), null), slots.take(connection('b', 'cli'), null), slots.take(connection('c'), null)]).toEqual([
    'cli',
    'cli',
    'page-1',
  ])
})

test('a page that comes back before its old connection is known to be gone gets its slot, and nobody else does', () => {
  const slots = createClientSlots()
  const [old, other, back] = [connection('a'), connection('b'), connection('c')]
  expect(slots.take(old, null, 'of the first page')).toBe('page-1')
  expect(slots.take(other, 'page-1', 'of another page')).toBe('page-2')
  expect(slots.take(back, 'page-1', 'of the first page')).toBe('page-1')
  // What ends late takes nothing away.
  old.leave()
  expect(slots.take(connection('d'), 'page-1')).toBe('page-3')
})

test('the slot of a page whose connection is lost is not handed to a page that never had it, until it does not come back', () => {
  let atMs = 0
  const slots = createClientSlots(() => atMs)
  const lost = connection('a')
  slots.take(lost, null, 'of the first page')
  lost.leave()
  expect(slots.take(connection('b'), null, 'of another page')).toBe('page-2')
  expect(slots.take(connection('c'), 'page-1', 'of the first page')).toBe('page-1')
  const other = connection('d')
  expect(slots.take(other, null, 'of a third page')).toBe('page-3')
  other.leave()
  atMs = 3_600_000
  expect(slots.take(connection('e'), null, 'of a fourth page')).toBe('page-3')
})
