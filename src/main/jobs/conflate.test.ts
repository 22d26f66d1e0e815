import { expect, test } from 'vitest'
import { conflate } from './conflate.ts'

test('a burst of 10,000 values becomes about ten a second, and the last one always arrives', async () => {
  let push: (key: string, value: number) => void = () => undefined
  const abort = new AbortController()
  const seen: number[] = []
  const stream = conflate<number>({ subscribe: (p) => ((push = p), () => undefined), signal: abort.signal })
  const reading = (async () => {
    for await (const value of stream) {
      seen.push(value)
      if (value === 9_999) abort.abort()
    }
  })()
  const started = performance.now()
  for (let i = 0; i < 10_000; i++) {
    push('a', i)
    if (i % 500 === 499) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await reading
  const seconds = (performance.now() - started) / 1000
  expect(seen.at(-1)).toBe(9_999)
  expect(seen.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1)
  expect(seen.length).toBeGreaterThan(2)
})

test('a consumer that does not take makes nothing grow: one value per key waits', async () => {
  let push: (key: string, value: string) => void = () => undefined
  const stream = conflate<string>({ subscribe: (p) => ((push = p), () => undefined), intervalMs: 1 })
  const first = stream.next()
  push('a', 'first')
  expect((await first).value).toBe('first')
  const big = 'x'.repeat(100_000)
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 20_000; i++) push(`key ${i % 3}`, `${i}${big}`)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6)
  const rest = [await stream.next(), await stream.next(), await stream.next()].map((r) => String(r.value).replace(big, ''))
  expect(rest).toEqual(['19998', '19999', '19997'])
  await stream.return()
})

test('values that are batches are joined, not replaced', async () => {
  let push: (key: string, value: number[], merge: (a: number[], b: number[]) => number[]) => void = () => undefined
  const stream = conflate<number[]>({ subscribe: (p) => ((push = p), () => undefined), intervalMs: 1 })
  const first = stream.next()
  const join = (a: number[], b: number[]) => [...a, ...b]
  push('points', [1], join)
  push('points', [2, 3], join)
  expect((await first).value).toEqual([1, 2, 3])
  await stream.return()
})

test('leaving ends the subscription, also while nothing happens', async () => {
  let left = 0
  const abort = new AbortController()
  const stream = conflate<number>({ subscribe: () => () => left++, signal: abort.signal })
  const waiting = stream.next()
  await Promise.resolve()
  abort.abort()
  expect((await waiting).done).toBe(true)
  expect(left).toBe(1)
})
