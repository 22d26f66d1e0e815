import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '../../shared/model/job.ts'
import { memoryLink } from '../testing/memoryLink.ts'
import { useJobs } from './jobs.ts'
import { exportedModelId, importReport, progressText } from './jobText.ts'
import { setLink } from './link.ts'

const job = (id: string, state: Job['state'], rest: Partial<Job> = {}): Job => ({
  id,
  kind: 'importDataset',
  subject: 'camvid',
  state,
  progress: { phase: 'read', done: 30, total: 120, rate: 10, leftSeconds: 9 },
  result: null,
  error: null,
  createdAt: 0,
  endedAt: null,
  ...rest,
})
const report = { datasetId: null, items: 7, annotations: 9, classes: [], splits: [], problems: [] }

describe('jobs', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('announces an end once, and only of jobs seen alive', async () => {
    const jobs = useJobs()
    const ended: string[] = []
    jobs.onEnded((each) => ended.push(each.id))
    jobs.take(job('old', 'finished'))
    jobs.take(job('new', 'running'))
    const waiting = jobs.whenEnded('new')
    expect(jobs.active.map((each) => each.id)).toEqual(['new'])
    jobs.take(job('new', 'finished'))
    jobs.take(job('new', 'finished'))
    expect((await waiting).state).toBe('finished')
    expect(ended).toEqual(['new'])
    expect(jobs.active).toEqual([])
    expect((await jobs.whenEnded('old')).id).toBe('old')
  })

  it('a job that ran in a host that is gone has failed, also for who waits for it; one that the host knows goes on', async () => {
    const hosts = [[job('lost', 'running'), job('done', 'finished')], [job('here', 'running')]]
    let opened = 0
    let die: (error: Error) => void = () => undefined
    const death = new Promise<never>((_, reject) => (die = reject))
    setLink(
      memoryLink({
        jobs: {
          list: async () => [job('here', 'running')],
          watch: async () =>
            (async function* () {
              const mine = opened++
              yield* hosts[mine]!
              await (mine === 0 ? death : new Promise<never>(() => undefined))
            })() as never,
        },
      }),
    )
    const jobs = useJobs()
    const told: (string | undefined)[] = []
    jobs.onEnded((each) => told.push(each.id, each.error?.code))
    jobs.start()
    await vi.waitFor(() => expect(jobs.byId.size).toBe(2))
    const [seen, unseen] = [jobs.whenEnded('lost'), jobs.whenEnded('never heard of')]
    const going = vi.fn()
    void jobs.whenEnded('here').then(going)
    unseen.catch(() => undefined)
    die(new Error('the host is gone'))
    expect(await seen).toMatchObject({ state: 'failed', error: { code: 'job/lost' } })
    await expect(unseen).rejects.toMatchObject({ code: 'job/lost' })
    await vi.waitFor(() => expect(jobs.active.map(({ id }) => id)).toEqual(['here']))
    expect([told, jobs.byId.get('done')?.state, going.mock.calls.length]).toEqual([['lost', 'job/lost'], 'finished', 0])
  })

  it('says what is known of the progress', () => {
    expect(progressText(job('a', 'running').progress)).toBe('reading pictures and labels · 30 of 120 · 10/s · 9 s left')
    expect(progressText({ phase: 'unheard-of', done: 1, total: null, rate: null, leftSeconds: null })).toBe('unheard-of')
  })

  it('reads results by kind and refuses what has another shape', () => {
    expect(importReport(job('a', 'finished', { result: report }))?.items).toBe(7)
    expect(importReport(job('a', 'finished', { result: { items: 'many' } }))).toBeNull()
    expect(importReport(job('a', 'running', { result: report }))).toBeNull()
    expect(exportedModelId(job('a', 'finished', { kind: 'exportModel', result: { modelId: 'm' } }))).toBe('m')
    expect(exportedModelId(job('a', 'failed', { kind: 'exportModel' }))).toBeNull()
  })
})
