import { expect, it } from 'vitest'
import { Arena } from '../tensor/arena.ts'
import { addGradients, clipScale, gradientNorm } from './gradients.ts'

it('adds, measures and clips gradients', () => {
  const a = new Arena([{ name: 'w', shape: [3] }])
  const b = a.like()
  a.view('w').set([1, 2, 2])
  b.view('w').set([2, 2, 4])
  addGradients(a, b)
  expect([...a.view('w')]).toEqual([3, 4, 6])
  expect(gradientNorm(a)).toBeCloseTo(Math.sqrt(61), 6)
  expect(clipScale(10, 1)).toBeCloseTo(0.1, 6)
  expect(clipScale(0.5, 1)).toBe(1)
  expect(clipScale(10, null)).toBe(1)
})
