import { expect, it } from 'vitest'
import { memoryLines, memoryLostLines } from '../shared/memoryLine.ts'
import { reportMemory } from './memoryReport.ts'

it('without the thread that measures, the process says so and goes on telling what it has', async () => {
  let said = ''
  reportMemory({
    thread: new URL('data:text/javascript,throw new Error("no thread\\nto be had]")'),
    write: (line) => (said += line),
  })
  await expect.poll(() => said.match(memoryLines)?.length ?? 0).toBeGreaterThan(0)
  expect([...said.matchAll(memoryLostLines)].map(([, why]) => why)).toEqual(['no thread to be had '])
})
