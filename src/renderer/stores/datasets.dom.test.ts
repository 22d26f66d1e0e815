import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, it, vi } from 'vitest'
import type { Dataset } from '../../shared/model/dataset.ts'
import { memoryLink } from '../testing/memoryLink.ts'
import { useDatasets } from './datasets.ts'
import { setLink } from './link.ts'
import { useStudio } from './studio.ts'

const datasetId = '01900000-0000-7000-8000-000000000001'
afterEach(() => vi.useRealTimers())

it('counts again after a burst of edits, once', async () => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  let inProgress = 0
  const link = memoryLink({
    datasets: {
      list: async () => [{ id: datasetId, name: 'camvid', statusCounts: { todo: 3 - inProgress, inProgress, done: 0 } } as Dataset],
      classes: async () => [],
    },
  })
  setLink(link)
  const studio = useStudio()
  studio.project = { id: datasetId, name: 'p' } as never
  const datasets = useDatasets()
  datasets.start()
  await vi.advanceTimersByTimeAsync(1)
  expect(datasets.current?.statusCounts.inProgress).toBe(0)

  inProgress = 1
  const asked = (): number => link.calls.filter((call) => call === 'datasets.list').length
  const before = asked()
  for (let rev = 1; rev <= 3; rev++) await studio.dispatch({ type: 'annotations', itemId: datasetId, itemRev: rev, client: 'c1' })
  await vi.advanceTimersByTimeAsync(2_000)
  expect(datasets.current?.statusCounts.inProgress).toBe(1)
  expect(asked()).toBe(before + 1)
})
