import { expect, it } from 'vitest'
import { firstLossScale, nextLossScale } from './lossScale.ts'

it('halves on overflow, doubles after 2000 good steps in a row, and counts anew after either', () => {
  let scale = firstLossScale
  expect(scale.scale).toBe(65536)
  for (let i = 0; i < 1999; i++) scale = nextLossScale(scale, true)
  expect(scale).toEqual({ scale: 65536, good: 1999 })
  expect(nextLossScale(scale, false)).toEqual({ scale: 32768, good: 0 })
  scale = nextLossScale(scale, true)
  expect(scale).toEqual({ scale: 131072, good: 0 })
})
