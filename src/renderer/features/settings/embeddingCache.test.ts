import { expect, it } from 'vitest'
import { limitChoices } from './embeddingCache.ts'

it('offers round limits, and the one in force whoever set it', () => {
  expect(limitChoices(4e9)).toEqual([0.5e9, 1e9, 2e9, 4e9, 8e9, 16e9, 32e9, 64e9])
  expect(limitChoices(0)[0]).toBe(0)
  expect(limitChoices(3e9).slice(2, 5)).toEqual([2e9, 3e9, 4e9])
})
