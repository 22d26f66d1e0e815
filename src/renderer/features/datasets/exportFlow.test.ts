import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import type { FileProblem } from '../../../shared/model/dataset.ts'
import type { Job } from '../../../shared/model/job.ts'
import { useJobs } from '../../stores/jobs.ts'
import { setLink } from '../../stores/link.ts'
import { memoryLink } from '../../testing/memoryLink.ts'
import { createExportFlow } from './exportFlow.ts'

const datasetId = '01900000-0000-7000-8000-000000000001'
const jobId = '01900000-0000-7000-8000-000000000002'
const loss: FileProblem = { file: 'a.jpg', line: null, code: 'annotation/invalid', message: '1 tag', severity: 'warning' }

const job = (state: Job['state'], losses: FileProblem[] = []): Job => ({
  id: jobId,
  kind: 'exportCheck',
  subject: 'cells',
  state,
  progress: { phase: 'look', done: 3, total: 9, rate: null, leftSeconds: null },
  result: state === 'finished' ? { filesRewritten: 1, losses } : null,
  error: null,
  createdAt: 0,
  endedAt: state === 'running' ? null : 1,
})

beforeEach(() => setActivePinia(createPinia()))

function rig() {
  const link = memoryLink({
    datasets: { exportCheck: () => Promise.resolve({ jobId }), export: () => Promise.resolve({ jobId }) },
    jobs: { cancel: () => Promise.resolve({}) },
  })
  setLink(link)
  const started = vi.fn()
  const flow = createExportFlow(datasetId, started)
  const wrote = () => link.calls.includes('datasets.export')
  return { flow, link, started, wrote, jobs: useJobs() }
}

it('shows what would be lost before anything is written, and writes when asked again', async () => {
  const { flow, jobs, wrote, started, link } = rig()
  const first = flow.go('f', 'out')
  await vi.waitFor(() => expect(link.calls).toEqual(['datasets.exportCheck']))
  jobs.take(job('running'))
  await vi.waitFor(() => expect(flow.progress.value).toMatchObject({ done: 3, total: 9 }))
  jobs.take(job('finished', [loss]))
  await first
  expect([flow.losses.value, flow.busy.value, flow.progress.value, wrote()]).toEqual([[loss], false, null, false])
  await flow.go('f', 'out')
  expect([link.calls, started.mock.calls.length]).toEqual([['datasets.exportCheck', 'datasets.export'], 1])
})

it('writes at once where nothing would be lost', async () => {
  const { flow, jobs, wrote, started } = rig()
  jobs.take(job('finished'))
  await flow.go('f', 'out')
  expect([wrote(), started.mock.calls.length]).toEqual([true, 1])
})

it('writes nothing when the look failed, or nobody waits for it any more', async () => {
  const failed = rig()
  failed.jobs.take(job('failed'))
  await failed.flow.go('f', 'out')
  expect([failed.wrote(), failed.flow.losses.value, failed.flow.busy.value]).toEqual([false, null, false])
  setActivePinia(createPinia())
  const { flow, jobs, wrote, link } = rig()
  const going = flow.go('f', 'out')
  // Left while the look is being asked for.
  flow.leave()
  await vi.waitFor(() => expect(link.calls).toEqual(['datasets.exportCheck', 'jobs.cancel']))
  // It ended before it could be cancelled.
  jobs.take(job('finished'))
  await going
  expect([link.calls.at(-1), wrote()]).toEqual(['jobs.cancel', false])
})
