import { expect, it } from 'vitest'
import { chart, lookClass, ticksOf } from './chart.ts'

const format = (value: number) => value.toFixed(2)

it('cuts a range at round numbers', () => {
  expect(ticksOf(0, 1, 5).map(format)).toEqual(['0.00', '0.20', '0.40', '0.60', '0.80', '1.00'])
  expect(ticksOf(3, 3, 5)).toEqual([3])
  expect(ticksOf(0, 95, 5)).toEqual([0, 20, 40, 60, 80])
})

it('draws curves, interrupted where a value is not finite, with their names escaped', () => {
  const { text } = chart('<loss>', 'step', [{ name: '"><script>', look: 0, steps: [1, 2, 3, 4], values: [1, NaN, 0.5, 0.25] }], format)!
  expect(text).not.toContain('<script>')
  expect(text.match(/M/g)).toHaveLength(2)
  expect(text).not.toContain('NaN')
})

it('draws one point and one value, and nothing where there is nothing', () => {
  expect(chart('a', 'step', [{ name: 'a', look: 0, steps: [7], values: [0] }], format)!.text).toContain('<circle')
  expect(chart('a', 'step', [{ name: 'a', look: 0, steps: [1], values: [Infinity] }], format)).toBeNull()
  expect(chart('a', 'step', [], format)).toBeNull()
  expect([lookClass(1), lookClass(9)]).toEqual(['c1', 'c1 dash'])
})
