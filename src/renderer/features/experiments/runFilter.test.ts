import { expect, it } from 'vitest'
import { runSchema, type Run } from '../../../shared/model/run.ts'
import { matchesSearch, tagsOf } from './runFilter.ts'

const run: Run = runSchema.parse({
  id: '0199c0de-0000-7000-8000-000000000000',
  number: 12,
  name: 'camvid tiny',
  taskId: 't',
  datasetId: '0199c0de-0000-7000-8000-000000000001',
  snapshotHash: '',
  status: 'finished',
  attempt: 1,
  step: 1,
  totalSteps: 1,
  epoch: 1,
  totalEpochs: 1,
  device: 'cpu',
  primary: null,
  leftSeconds: null,
  error: null,
  createdAt: 1,
  startedAt: 1,
  endedAt: 2,
  tags: ['baseline'],
  notes: 'Slow at night',
})

it.each([
  ['', true],
  ['#12', true],
  ['CamVid baseline', true],
  ['night cpu', true],
  ['已完成', true],
  ['#13', false],
  ['camvid large', false],
])('finds %j: %s', (search, found) => {
  expect(matchesSearch(run, search, ['camvid', '已完成'])).toBe(found)
})

it('takes tags out of a line, with the commas of both languages', () => {
  expect(tagsOf(' a, b，a、 ,c ')).toEqual(['a', 'b', 'c'])
  expect(tagsOf('  ')).toEqual([])
})
