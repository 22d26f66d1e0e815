import { expect, it, vi } from 'vitest'
import type { Job } from '../../../shared/model/job.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { toasts } from '../../ui/toasts.ts'
import { jobToast } from './jobToasts.ts'

const job = (id: string, state: Job['state'], rest: Partial<Job> = {}): Job => ({
  id,
  kind: 'importDataset',
  subject: 'camvid',
  state,
  progress: { phase: 'read', done: 0, total: null, rate: null, leftSeconds: null },
  result: null,
  error: null,
  createdAt: 0,
  endedAt: null,
  ...rest,
})
const report = { datasetId: '01900000-0000-7000-8000-000000000001', items: 7, annotations: 9, classes: [], splits: [], problems: [] }

it('turns an end into a toast: report, model, failure, and silence for a cancellation', () => {
  const paths: string[] = []
  const go = (path: string): void => void paths.push(path)
  const problem = { file: 'a.jpg', line: null, code: 'file/unsupported', message: 'no picture', severity: 'refused' }
  const junk = { ...report, datasetId: null, items: 0, problems: [problem, problem] }
  expect(jobToast(job('e', 'finished', { result: junk }), go)).toMatchObject({
    tone: 'error',
    text: 'Nothing was imported from “camvid”: none of its 2 files can be read.',
  })
  const done = jobToast(job('a', 'finished', { result: report }), go)
  expect(done).toMatchObject({ tone: 'done', text: 'Imported 7 pictures from “camvid”.' })
  done?.action?.run()
  jobToast(job('b', 'finished', { kind: 'exportModel', result: { modelId: 'm' } }), go)?.action?.run()
  expect(paths).toEqual(['/datasets?report=a', '/models/m'])
  expect(jobToast(job('c', 'failed', { error: { code: 'disk/full', message: '', data: {} } }), go)).toMatchObject({ tone: 'error' })
  expect(jobToast(job('d', 'cancelled', { error: { code: 'cancelled', message: '', data: {} } }), go)).toBeNull()
})

it('what a job with boxes changed can be taken back however it ended', async () => {
  const batchId = '01900000-0000-7000-8000-000000000002'
  const undone: string[] = []
  setLink(memoryLink({ assist: { undoBatch: async (input) => (undone.push(input.batchId), { undone: 3, left: 0 }) } }))
  const done = { batchId, pictures: 4, changedPictures: 3, changed: 5, locked: 0, doubtful: 1, done: 2, problems: [] }
  const boxes = (state: Job['state'], result: unknown, error: Job['error'] = null) =>
    jobToast(job(batchId, state, { kind: 'boxesToMasks', result, error, endedAt: 1 }), () => undefined)
  expect(boxes('finished', done)).toMatchObject({ tone: 'done', text: expect.stringContaining('5 boxes changed in 3 pictures.') as string })
  const cancelled = boxes('cancelled', done)
  expect(cancelled).toMatchObject({
    tone: 'info',
    text: expect.stringMatching(/^Cancelled halfway\. 5 boxes changed in 3 pictures\./) as string,
  })
  const failed = boxes('failed', done, { code: 'disk/full', message: '', data: {} })
  expect(failed).toMatchObject({ tone: 'error', text: expect.stringContaining('5 boxes changed in 3 pictures.') as string })
  const problems = ['a', 'b', 'c', 'd'].map((item) => ({ itemId: batchId, item, error: { code: 'file/truncated', message: '', data: {} } }))
  expect(boxes('finished', { ...done, locked: 2, problems: problems.slice(0, 1) })?.text).toMatch(
    /In one box nothing fits\. 2 boxes needed nothing\. 2 locked boxes stay as they are\. One picture could not be done: a\.$/,
  )
  expect(boxes('finished', { ...done, doubtful: 0, done: 0, problems })?.text).toMatch(
    /3 pictures\. 4 pictures could not be done: a, b, c, …\.$/,
  )
  expect(boxes('finished', { ...done, doubtful: 0, done: 0, protected: 2, lockedVoid: true })?.text).toMatch(
    /3 pictures\. What was found in 2 boxes belongs to protected objects\. You painted over locked void/,
  )
  for (const toast of [cancelled, failed]) toast?.action?.run()
  await vi.waitFor(() => expect(undone).toEqual([batchId, batchId]))
  await vi.waitFor(() => expect(toasts.at(-1)?.text).toMatch(/^Taken back in 3 pictures/))
  expect(boxes('cancelled', { ...done, changed: 0 })).toBeNull()
  expect(boxes('failed', null, { code: 'disk/full', message: '', data: {} })?.action).toBeUndefined()
})

it('what a job copied into pictures is told, with the way back, also when it failed halfway', () => {
  const batchId = '01900000-0000-7000-8000-000000000003'
  const copied = { batchId, changedPictures: 2, changed: 6, skipped: 1, known: 0, problems: [] }
  const copies = (state: Job['state'], result: unknown, error: Job['error'] = null) =>
    jobToast(job(batchId, state, { kind: 'propagate', result, error, endedAt: 1 }), () => undefined)
  expect(copies('finished', copied)).toMatchObject({
    tone: 'done',
    text: 'Objects copied into 2 pictures: 6. One was done and left alone.',
  })
  expect(copies('finished', { ...copied, outside: 2 })?.text).toMatch(/left alone\. 2 lay outside of smaller pictures\.$/)
  expect(copies('finished', { ...copied, cut: 1 })?.text).toMatch(/left alone\. One was cut at the border of a smaller picture\.$/)
  expect(copies('finished', copied)?.action).toBeDefined()
  const failed = copies('failed', copied, { code: 'disk/full', message: '', data: {} })
  expect(failed).toMatchObject({ tone: 'error', text: expect.stringContaining('Objects copied into 2 pictures: 6.') as string })
  expect(failed?.action).toBeDefined()
  const problems = [{ itemId: batchId, item: 'a.png', error: { code: 'item/set-aside', message: '', data: {} } }]
  expect(copies('finished', { ...copied, problems })).toMatchObject({
    tone: 'info',
    text: expect.stringContaining('One picture could not') as string,
  })
  expect(copies('finished', { ...copied, changed: 0, changedPictures: 0 })?.action).toBeUndefined()
})
