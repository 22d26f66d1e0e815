import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import type { DatasetCertainty } from '../../../../shared/model/certainty.ts'
import type { ItemFilter } from '../../../../shared/model/item.ts'
import type { Job } from '../../../../shared/model/job.ts'
import { useJobs } from '../../../stores/jobs.ts'
import { setLink } from '../../../stores/link.ts'
import { memoryLink } from '../../../testing/memoryLink.ts'
import { askCertainty } from './certainty.ts'

const all: ItemFilter = { split: null, classId: null, status: null, text: '' }

/** A host with a model and a dataset of pictures of which some cannot be read; `asked`: whether it was to look again, each time. */
function studio(unreadable: number) {
  setActivePinia(createPinia())
  const dataset = { id: 'dataset', items: 3 + unreadable }
  const asked: boolean[] = []
  let scored = 0
  const readable = (): number => dataset.items - unreadable
  setLink(
    memoryLink({
      models: {
        certainty: async ({ again = false }) => {
          asked.push(again)
          const known = again ? 0 : scored
          const result = { scored: readable() - known, known, failed: unreadable, problems: [] }
          scored = readable()
          useJobs().take({ id: `job ${asked.length}`, state: 'finished', result } as Job)
          return { jobId: `job ${asked.length}` }
        },
      },
    }),
  )
  const ask = (modelId: string, filter = all): Promise<void> => {
    const known: DatasetCertainty[] = [{ modelId, name: 'm', items: scored, oldestAt: 1, newestAt: 2 }]
    return askCertainty(modelId, dataset, filter, scored > 0 ? known : [])
  }
  return { dataset, asked, ask }
}

it('looks again at a dataset that the model knows', async () => {
  const { dataset, asked, ask } = studio(0)
  await ask('one')
  await ask('one')
  dataset.items++
  await ask('one')
  expect(asked).toEqual([false, true, false])
})

it('looks again where the rest cannot be read, once it was said that nothing is new', async () => {
  const { dataset, asked, ask } = studio(1)
  for (let i = 0; i < 4; i++) await ask('two')
  expect(asked.splice(0)).toEqual([false, false, true, true])
  // Another list, or pictures that were added since: what is new in them comes first.
  await ask('two', { ...all, text: 'night' })
  dataset.items++
  await ask('two')
  expect(asked).toEqual([false, false])
})
