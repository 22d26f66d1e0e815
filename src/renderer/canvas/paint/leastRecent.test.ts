import { expect, it } from 'vitest'
import { LeastRecent } from './leastRecent.ts'

it('lets go what was not used for longest when there is too much, and never the newest', () => {
  const left: string[] = []
  const kept = new LeastRecent<number, string>(100, (value) => left.push(value))
  kept.set(1, 'a', 40)
  kept.set(2, 'b', 40)
  expect(kept.get(1)).toBe('a')
  kept.set(3, 'c', 40)
  expect([left, kept.get(2)]).toEqual([['b'], undefined])
  // Larger under the same key: counted anew.
  kept.set(3, 'C', 70)
  expect([left, kept.get(3)]).toEqual([['b', 'a'], 'C'])
  kept.set(4, 'd', 1_000)
  expect([left, kept.get(4)]).toEqual([['b', 'a', 'C'], 'd'])
  expect([kept.take(4), kept.take(4), left.length]).toEqual(['d', undefined, 3])
  kept.set(4, 'd', 1_000)
  kept.set(5, 'e', 1)
  expect([left, kept.get(5)]).toEqual([['b', 'a', 'C', 'd'], 'e'])
})
