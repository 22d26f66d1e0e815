import { expect, it } from 'vitest'
import { memoryLink } from '../testing/memoryLink.ts'
import { takeBack, takenBack } from './boxJobs.ts'
import { setLink } from './link.ts'

it('a batch of which pictures are left can be taken back again', async () => {
  let left = 2
  setLink(memoryLink({ assist: { undoBatch: async () => ({ undone: 3, left }) } }))
  await takeBack('batch')
  expect(takenBack.has('batch')).toBe(false)
  left = 0
  await takeBack('batch')
  expect(takenBack.has('batch')).toBe(true)
})
