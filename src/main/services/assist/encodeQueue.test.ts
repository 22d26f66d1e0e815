import { expect, test } from 'vitest'
import { CancelledError } from '../../../shared/errors.ts'
import { createEncodeQueue, isWorthEnding, type EncodeTimes, type Urgency } from './encodeQueue.ts'

/** A queue over work that ends when the test says so. */
function rig() {
  let nowMs = 0
  const queue = createEncodeQueue<string>(() => nowMs)
  const begun: string[] = []
  const ends = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>()
  const request = (
    key: string,
    urgency: Urgency,
    { signal, times = { encodeMs: 10_000, restartMs: 1_000 } }: { signal?: AbortSignal; times?: EncodeTimes } = {},
  ) =>
    queue
      .request({
        key,
        urgency,
        signal,
        times: () => times,
        run(ended) {
          begun.push(key)
          return new Promise((resolve, reject) => {
            ends.set(key, { resolve, reject })
            ended.addEventListener('abort', () => reject(new CancelledError()))
          })
        },
      })
      .catch((error: unknown) => (error instanceof CancelledError ? 'cancelled' : String(error)))
  const finish = async (key: string): Promise<void> => {
    ends.get(key)!.resolve(`${key} done`)
    await settled()
  }
  return {
    queue,
    begun,
    request,
    finish,
    fail: (key: string, error: Error) => ends.get(key)!.reject(error),
    at: (ms: number) => (nowMs = ms),
  }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('the most urgent goes first, and of equals the one that came first', async () => {
  const { begun, request, finish } = rig()
  void request('first', 'click')
  void request('next', 'next')
  void request('job', 'job')
  void request('look', 'look')
  void request('click a', 'click')
  void request('click b', 'click')
  for (const key of ['first', 'click a', 'click b', 'look', 'job', 'next']) await finish(key)
  expect(begun).toEqual(['first', 'click a', 'click b', 'look', 'job', 'next'])
})

test('the same picture is encoded once for all that wait for it', async () => {
  const { begun, request, finish } = rig()
  const answers = [request('a', 'next'), request('a', 'click'), request('a', 'job')]
  await finish('a')
  expect(await Promise.all(answers)).toEqual(['a done', 'a done', 'a done'])
  expect(begun).toEqual(['a'])
})

test('a picture for later is ended when a click would wait longer for it than for a new process, and is made afterwards', async () => {
  const { begun, request, finish, at } = rig()
  const later = request('later', 'next')
  at(2_000)
  const click = request('click', 'click')
  await settled()
  expect(begun).toEqual(['later', 'click'])
  await finish('click')
  expect(await click).toBe('click done')
  await finish('later')
  expect(await later).toBe('later done')
  expect(begun).toEqual(['later', 'click', 'later'])
})

test('what is nearly done is waited for, and another click is never ended', async () => {
  const { begun, request, at } = rig()
  void request('later', 'next')
  at(9_500)
  void request('click', 'click')
  await settled()
  expect(begun).toEqual(['later'])
  const other = rig()
  void other.request('click a', 'click')
  void other.request('click b', 'click')
  await settled()
  expect(other.begun).toEqual(['click a'])
})

test('cancelling answers at once; what runs goes on for the cache unless something else is wanted', async () => {
  const { begun, request, finish, at } = rig()
  const leave = new AbortController()
  const left = request('a', 'click', { signal: leave.signal })
  const queued = new AbortController()
  const never = request('b', 'look', { signal: queued.signal })
  queued.abort()
  leave.abort()
  expect(await Promise.all([left, never])).toEqual(['cancelled', 'cancelled'])
  at(1_000)
  void request('c', 'next')
  await settled()
  expect(begun).toEqual(['a', 'c'])
  await finish('c')
  expect(begun).toEqual(['a', 'c'])
})

test('who asks again for what is being ended gets it after what was more urgent', async () => {
  const { begun, request, finish, at } = rig()
  const leave = new AbortController()
  void request('a', 'next', { signal: leave.signal })
  at(1_000)
  void request('b', 'click')
  const again = request('a', 'look')
  leave.abort()
  await settled()
  await finish('b')
  await finish('a')
  expect(await again).toBe('a done')
  expect(begun).toEqual(['a', 'b', 'a'])
})

test('a failure reaches everybody who waited, and the next one begins', async () => {
  const { begun, request, finish, fail } = rig()
  const failed = [request('a', 'click'), request('a', 'look')]
  const after = request('b', 'look')
  fail('a', new Error('broken'))
  expect(await Promise.all(failed)).toEqual(['Error: broken', 'Error: broken'])
  await finish('b')
  expect(await after).toBe('b done')
  expect(begun).toEqual(['a', 'b'])
})

test('when the project closes nobody waits, and the next project begins with what it asks for', async () => {
  const { queue, begun, request, finish } = rig()
  const old = [request('a', 'click'), request('b', 'job')]
  queue.clear()
  expect(await Promise.all(old)).toEqual(['cancelled', 'cancelled'])
  const fresh = request('a', 'click')
  await settled()
  await finish('a')
  expect(await fresh).toBe('a done')
  expect(begun).toEqual(['a', 'a'])
})

test('without a known duration work is expected to take as long again as it has taken', () => {
  const unknown: EncodeTimes = { encodeMs: null, restartMs: null }
  expect(isWorthEnding(500, unknown)).toBe(false)
  expect(isWorthEnding(5_000, unknown)).toBe(true)
  expect(isWorthEnding(4_000, { encodeMs: 5_000, restartMs: 3_000 })).toBe(false)
  expect(isWorthEnding(1_000, { encodeMs: 5_000, restartMs: 3_000 })).toBe(true)
  expect(isWorthEnding(9_000, { encodeMs: 5_000, restartMs: 0 })).toBe(false)
})
