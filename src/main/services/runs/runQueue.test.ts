import { expect, it } from 'vitest'
import { CancelledError } from '../../../shared/errors.ts'
import { RunQueue } from './runQueue.ts'

const forever = new AbortController().signal
const place = (runId: string, since: number, priority = 0) => ({ runId, since, priority })

it('lets one train at a time, the greatest priority first, equals in the order they came', async () => {
  const queue = new RunQueue()
  const trained: string[] = []
  const enter = async (runId: string, since: number, priority = 0) => {
    const release = await queue.turn(place(runId, since, priority), forever)
    trained.push(runId)
    return release
  }
  const first = await enter('a', 1)
  expect(queue.full).toBe(true)
  const all = [enter('b', 2), enter('c', 3, 5), enter('d', 4), enter('e', 5)]
  expect(queue.order).toEqual(['c', 'b', 'd', 'e'])
  queue.setPriority('e', 9)
  queue.setPriority('nobody', 9)
  expect(queue.order).toEqual(['e', 'c', 'b', 'd'])
  first()
  // Given back twice, it is still one place.
  first()
  for (const next of ['e', 'c', 'b', 'd']) {
    await expect.poll(() => trained.at(-1)).toBe(next)
    expect(trained).toHaveLength(5 - queue.order.length)
    const release = await all['bcde'.indexOf(next)]!
    release()
  }
  expect([queue.full, queue.order]).toEqual([false, []])
})

it('is left by whoever gives up, and the others move up', async () => {
  const queue = new RunQueue()
  const release = await queue.turn(place('a', 1), forever)
  const giveUp = new AbortController()
  const b = queue.turn(place('b', 2), giveUp.signal)
  const c = queue.turn(place('c', 3), forever)
  giveUp.abort(new CancelledError())
  await expect(b).rejects.toBeInstanceOf(CancelledError)
  expect(queue.order).toEqual(['c'])
  release()
  await c
  expect(() => queue.turn(place('d', 4), giveUp.signal)).toThrow(CancelledError)
  expect(queue.order).toEqual([])
})
