import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../shared/model/job.ts'
import { useJobs } from './jobs.ts'
import { exportedModelId, importReport, progressText } from './jobText.ts'

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
