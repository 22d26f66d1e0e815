import { expect, it } from 'vitest'
import { TileBudget } from './tileBudget.ts'
import { TileCache } from './tileCache.ts'
import type { TileAt } from './tileGrid.ts'

const at = (x: number, level = 0): TileAt => ({ level, x, y: 0 })
const turn = () => new Promise((resolve) => setTimeout(resolve))

/** A cache whose tiles arrive when the test says so. */
function rig(budget = new TileBudget(1_000), atOnce = 2) {
  const open = new Map<number, { resolve: () => void; reject: (error: Error) => void; signal: AbortSignal }>()
  const released: number[] = []
  const failed: number[] = []
  let changes = 0
  const cache = new TileCache<{ x: number; bytes: number }>({
    load: ({ x }, signal) => new Promise((resolve, reject) => open.set(x, { resolve: () => resolve({ x, bytes: 100 }), reject, signal })),
    release: ({ x }) => released.push(x),
    loaded: () => changes++,
    failed: (_, { x }) => failed.push(x),
    budget,
    atOnce,
  })
  const arrive = async (x: number) => {
    open.get(x)!.resolve()
    await turn()
  }
  return { cache, open, released, failed, arrive, changes: () => changes }
}

it('loads what is wanted in its order, a few at once', async () => {
  const { cache, open, arrive, changes } = rig()
  cache.want([at(3), at(1), at(2)])
  expect([...open.keys()]).toEqual([3, 1])
  await arrive(1)
  expect([...open.keys()]).toEqual([3, 1, 2])
  expect(cache.get(at(1))?.x).toBe(1)
  expect([cache.has(at(3)), changes(), cache.bytes]).toEqual([false, 1, 100])
})

it('gives up what went out of sight, and keeps nothing of it', async () => {
  const { cache, open, arrive, released, failed } = rig()
  cache.want([at(1), at(2)])
  cache.want([at(2), at(7)])
  expect([open.get(1)!.signal.aborted, open.get(2)!.signal.aborted]).toEqual([true, false])
  expect([...open.keys()]).toEqual([1, 2, 7])
  await arrive(1)
  expect([cache.has(at(1)), released, failed]).toEqual([false, [1], []])
})

it('drops the least recently used beyond its budget, never what is wanted', async () => {
  const { cache, arrive, released } = rig(new TileBudget(250), 9)
  cache.want([at(1), at(2)])
  await arrive(1)
  await arrive(2)
  cache.get(at(1))
  cache.want([at(3), at(4), at(1)])
  await arrive(3)
  expect(released).toEqual([2])
  await arrive(4)
  expect([released, cache.bytes]).toEqual([[2], 300])
  cache.close()
  expect([released.sort(), cache.bytes]).toEqual([[1, 2, 3, 4], 0])
})

it('asks once for a tile that fails, and again when told to', async () => {
  const { cache, open, failed } = rig()
  cache.want([at(1)])
  open.get(1)!.reject(new Error('gone'))
  await turn()
  open.clear()
  cache.want([at(1)])
  expect([failed, [...open.keys()]]).toEqual([[1], []])
  cache.retry()
  expect([...open.keys()]).toEqual([1])
})

it('shares its budget: pictures that are not on show give theirs back first, all of it, and load no more', async () => {
  const budget = new TileBudget(500)
  const [old, middle, shown] = [rig(budget, 9), rig(budget, 9), rig(budget, 9)]
  for (const { cache, arrive } of [old, middle]) {
    cache.want([at(1), at(2), at(3)])
    await arrive(1)
    await arrive(2)
  }
  expect([old, middle].map(({ cache, open }) => [cache.bytes, open.get(3)!.signal.aborted])).toEqual([
    [200, true],
    [200, false],
  ])
  shown.cache.want([at(1), at(2), at(3), at(4)])
  expect(middle.open.get(3)!.signal.aborted).toBe(true)
  for (const x of [1, 2, 3, 4]) await shown.arrive(x)
  expect([old.released, middle.released, shown.cache.bytes]).toEqual([[1, 2], [1], 400])
})
