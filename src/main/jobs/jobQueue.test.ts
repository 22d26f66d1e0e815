import { expect, test } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import type { Job } from '../../shared/model/job.ts'
import { createJobQueue } from './jobQueue.ts'
import { createRateMeter } from './rateMeter.ts'

test('a job reports, ends with its result, and everyone who listens hears it', async () => {
  const queue = createJobQueue()
  const heard: Job[] = []
  queue.subscribe((job) => heard.push(job))
  const id = queue.start({
    kind: 'importDataset',
    subject: 'camvid',
    run: async ({ report }) => {
      report({ phase: 'reading', done: 1, total: 4 })
      return { items: 4 }
    },
  })
  const job = await queue.wait(id)
  expect(job).toMatchObject({ state: 'finished', result: { items: 4 }, progress: { phase: 'reading', done: 1, total: 4 } })
  expect(heard.map((j) => j.state)).toEqual(['running', 'running', 'finished'])
  expect(queue.list()).toEqual([job])
})

test('an expected failure keeps its code, an unexpected one is told once', async () => {
  const told: unknown[] = []
  const queue = createJobQueue({ onUnexpected: (error) => told.push(error) })
  const failed = await queue.wait(
    queue.start({ kind: 'demo', subject: 'a', run: () => Promise.reject(new AppError('dataset/empty', 'no pictures')) }),
  )
  expect(failed.error).toMatchObject({ code: 'dataset/empty' })
  const bug = await queue.wait(
    queue.start({
      kind: 'demo',
      subject: 'b',
      run: () => {
        throw new TypeError('x is not a function')
      },
    }),
  )
  expect(bug.error?.code).toBe('bug/unexpected')
  expect(told).toHaveLength(1)
})

test('cancel ends it silently; a job that ended cannot be cancelled', async () => {
  const queue = createJobQueue()
  const id = queue.start({
    kind: 'demo',
    subject: 'a',
    run: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  })
  await Promise.resolve()
  queue.cancel(id)
  expect(await queue.wait(id)).toMatchObject({ state: 'cancelled', error: null })
  expect(() => queue.cancel(id)).toThrow(/can no longer/)
  expect(() => queue.cancel('nothing')).toThrow(/there is no job/)
})

test('what was done until a cancel or a failure stays in its result, where the job says so', async () => {
  const queue = createJobQueue()
  const report = { changed: 0 }
  const id = queue.start({
    kind: 'boxesToMasks',
    subject: 'a',
    run: ({ keep }) => {
      keep(report)
      report.changed = 3
      return Promise.reject(new AppError('disk/full', 'no room'))
    },
  })
  expect(await queue.wait(id)).toMatchObject({ state: 'failed', error: { code: 'disk/full' }, result: { changed: 3 } })
})

test('a job of the user goes on when the project is closed, and ends with the host', async () => {
  const queue = createJobQueue()
  const untilAborted = ({ signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  const ofProject = queue.start({ kind: 'demo', subject: 'a', run: untilAborted })
  const ofUser = queue.start({ kind: 'importSam', subject: 'b', of: 'user', run: untilAborted })
  await Promise.resolve()
  await queue.closeProject()
  expect([queue.get(ofProject).state, queue.get(ofUser).state]).toEqual(['cancelled', 'running'])
  await queue.close()
  expect(queue.get(ofUser).state).toBe('cancelled')
})

test('a result that comes after the cancel is not a success', async () => {
  const queue = createJobQueue()
  const id = queue.start({ kind: 'demo', subject: 'a', run: () => new Promise((resolve) => setTimeout(() => resolve(1), 5)) })
  queue.cancel(id)
  expect((await queue.wait(id)).state).toBe('cancelled')
})

test('rate and time left come from the last seconds', () => {
  let at = 0
  const meter = createRateMeter(() => at)
  expect(meter.measure(0, 100)).toEqual({ rate: null, leftSeconds: null })
  at = 1000
  expect(meter.measure(10, 100)).toEqual({ rate: 10, leftSeconds: 9 })
  for (at = 2000; at <= 30_000; at += 1000) meter.measure(10 + (at / 1000) * 2, 100)
  at = 30_000
  expect(meter.measure(70, 100).rate).toBeCloseTo(2, 0)
})
