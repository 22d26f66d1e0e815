import { expect, it } from 'vitest'
import { progressOf } from './progress.ts'

it('says the newest word only, and the last one always', async () => {
  const said: number[] = []
  for await (const { done } of progressOf(undefined, async ({ onProgress }) => {
    for (let n = 1; n <= 5; n++) onProgress(n, 5)
    await Promise.resolve()
    onProgress(6, 6)
  }))
    said.push(done)
  expect(said.at(-1)).toBe(6)
  expect(said.length).toBeLessThan(6)
})

it('fails as the work fails, after what it said', async () => {
  const said: number[] = []
  const read = async () => {
    for await (const { done } of progressOf(undefined, async ({ onProgress }) => {
      onProgress(1, 2)
      await Promise.resolve()
      throw new Error('broken')
    }))
      said.push(done)
  }
  await expect(read()).rejects.toThrow('broken')
  expect(said).toEqual([1])
})

it('ends the work when its reader leaves', async () => {
  let aborted = false
  const words = progressOf(undefined, async ({ signal, onProgress }) => {
    onProgress(0, 1)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    aborted = true
  })
  await words.next()
  await words.return()
  expect(aborted).toBe(true)
})
