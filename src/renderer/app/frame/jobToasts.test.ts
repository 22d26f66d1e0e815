import { expect, it } from 'vitest'
import type { Job } from '../../../shared/model/job.ts'
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
