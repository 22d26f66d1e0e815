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
